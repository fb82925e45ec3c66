"""Chat conversations cut into sessions, and the first human reply in each."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from tests.oracle.cells import UNREADABLE, Row, Rows, latest, precision
from tests.oracle.parties import Parties
from tests.oracle.recorded import conversations_quarantined
from tests.oracle.rules import RULES
from tests.oracle.verdict import Obligation, against_clock, approve, begin

GAP: Final = timedelta(hours=6)
COURTESY: Final = ("谢谢", "好的", "收到", "再见", "ok")
RANK: Final = {"customer": 0, "agent": 1, "bot": 2, "system": 2}
"""At one instant the customer is heard first: nothing is held against the agent that can't be told
apart."""


def judge_sessions(rows: Rows, parties: Parties, cutoff: datetime) -> list[Obligation]:
    conversations: dict[str, list[Row]] = {}
    for message in sorted(rows["chats"], key=order):
        conversations.setdefault(message["conversation_id"], []).append(message)
    damaged = conversations_quarantined(rows)
    out = []
    for conversation, messages in conversations.items():
        for number, session in enumerate(cut(messages), start=1):
            for ob in judge_session(f"{conversation}#{number}", session, parties, cutoff):
                decided = ob.verdict in ("met", "late", "overdue") or ob.reason == "courtesy_only"
                if conversation in damaged and decided:
                    ob.say("unknown", "quarantined")
                approve(ob, rows["exemptions"], cutoff)
                out.append(ob)
    return out


def order(message: Row) -> tuple[Any, ...]:
    return (
        message["sent_at"],
        RANK[message["sender"]],
        precision(message["sent_at"]),
        message["message_id"],
    )


def cut(messages: list[Row]) -> list[list[Row]]:
    """A pause of six hours starts a new session, unless a customer is waiting for a person."""
    sessions: list[list[Row]] = []
    last_human = None
    for previous, message in zip([None, *messages], messages, strict=False):
        if previous is None or (
            message["sent_at"] - previous["sent_at"] >= GAP and last_human != "customer"
        ):
            sessions.append([])
        sessions[-1].append(message)
        if message["sender"] in ("customer", "agent"):
            last_human = message["sender"]
    return sessions


def judge_session(
    name: str, session: list[Row], parties: Parties, cutoff: datetime
) -> list[Obligation]:
    asked = next((i for i, m in enumerate(session) if m["sender"] == "customer"), None)
    if asked is None:
        return []
    start = session[asked]["sent_at"]
    reply = next(
        (
            m["sent_at"]
            for i, m in enumerate(session)
            if m["sender"] == "agent" and (i > asked or latest(m["sent_at"]) >= start)
        ),
        None,
    )
    tier = _tier(session, parties, start)
    polite = all(is_courtesy(m["text"]) for m in session if m["sender"] == "customer")
    out = []
    for rule in (r for r in RULES if r.subject == "chat"):
        ob = begin(rule, name, start, tier, {})
        if ob is None:
            continue
        ob.fulfilled = reply
        if ob.tier_missing:
            ob.say("unknown", "unreadable" if tier is UNREADABLE else "tier")
        elif reply is None and polite:
            ob.say("exempt", "courtesy_only")
        else:
            against_clock(ob, cutoff)
        out.append(ob)
    return out


def _tier(session: list[Row], parties: Parties, at: datetime) -> Any:
    customer = next((m["customer_id"] for m in session if m["customer_id"] is not None), None)
    if customer is UNREADABLE:
        return None
    return parties.tier(customer, at) if customer else "potential"


def is_courtesy(text: str | None) -> bool:
    """Nothing but polite words, whatever stands between them."""
    left = "".join(c for c in (text or "?").lower() if c.isalnum())
    if not left:
        return False
    for word in COURTESY:
        left = left.replace(word, "")
    return not left
