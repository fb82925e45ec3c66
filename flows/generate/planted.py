"""The planted cases of the sample month, as rows: what planted.yaml leaves out is filled in
here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from flows.generate.habits import DEPARTMENTS, read, vocabulary
from flows.generate.write import INSTANT_FORMAT

Row = dict[str, str]

_OFFSET: Final = re.compile(r"\+(\d+)(s|min|h|d)")
_UNITS: Final = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days"}
_TEAMS: Final = {
    "inquiry": (DEPARTMENTS[0], 2, 11),
    "fault": (DEPARTMENTS[1], 13, 19),
    "demand": (DEPARTMENTS[2], 20, 23),
    "complaint": (DEPARTMENTS[0], 2, 11),
}
"""Who works on a kind of planted ticket: the department and the first and last number of its
staff."""


@cache
def planted() -> Mapping[str, Any]:
    """planted.yaml; every value is text or a list."""
    return read("planted.yaml")  # type: ignore[no-any-return]


def planted_rows() -> dict[str, list[Row]]:
    """The rows of all planted cases by table; cells are text, empty text is an empty cell."""
    rows: dict[str, list[Row]] = {name: [] for name in ("calls", "tickets", "chats")}
    for name in ("customers", "staff"):
        rows[name] = [_text(row) for row in planted()[name]]
    for name, extra in planted()["extra"].items():
        rows[name] = [_text(row) for row in extra]
    for case in planted()["cases"]:
        made = [_ticket(_text(row)) for row in case.get("tickets", ())]
        rows["tickets"] += made
        rows["calls"] += [_call(_text(row)) for row in case.get("calls", ())]
        rows["calls"] += _calls_of({row["ticket_id"]: row for row in made}, case)
        rows["chats"] += _chat(case["chats"]) if "chats" in case else []
        for name in ("ticket_events", "exemptions", "alerts"):
            rows.setdefault(name, []).extend(_text(row) for row in case.get(name, ()))
    return rows


def _text(row: Mapping[str, Any]) -> Row:
    return {name: str(value) for name, value in row.items()}


def _shifted(row: Row, origin: str) -> Row:
    """`+20min` cells as instants counted from the row's `origin`."""
    return {name: _instant(value, row.get(origin, "")) for name, value in row.items()}


def _instant(value: str, origin: str) -> str:
    match = _OFFSET.fullmatch(value)
    if not match:
        return value
    moment = datetime.fromisoformat(origin) + timedelta(**{_UNITS[match[2]]: int(match[1])})
    return moment.strftime(INSTANT_FORMAT)


def _customer(customer_id: str) -> Row:
    return next(
        (_text(row) for row in planted()["customers"] if row["customer_id"] == customer_id), {}
    )


def _member(kind: str, key: str) -> tuple[str, str]:
    """A department and somebody of it: the planted cases go round the team, so that nobody stands
    out."""
    department, first, last = _TEAMS.get(kind, _TEAMS["inquiry"])
    number = int(re.sub(r"\D", "", key)[-2:] or 0)
    return department, f"S{first + number % (last - first + 1):03}"


def _call(row: Row) -> Row:
    outbound = row.get("direction") == "outbound"
    customer = _customer(row["customer_id"])
    row = {
        "direction": "inbound",
        "number": customer.get("contact", ""),
        "department": DEPARTMENTS[0],
    } | row
    row = {"answered_at": "+12s", "ended_at": "+190s", "rings": "3"} | row
    answered = row["answered_at"] != ""
    row = {"agent_id": _member("inquiry", row["call_id"])[1] if answered or outbound else ""} | row
    row = {"disposition": "answered" if answered else "missed"} | row
    return _shifted(row, "started_at")


def _ticket(row: Row) -> Row:
    """A ticket's row with the form filled in, and a status that fits its milestones."""
    customer, kind = _customer(row["customer_id"]), row["kind"]
    topics = vocabulary()["topics"].get(kind, [{}])
    topic = topics[int(row["ticket_id"][-5:]) % len(topics)]
    done = "completed_at" in row
    department, handler = _member(kind, row["ticket_id"])
    status = "archived" if "archived_at" in row else "completed" if done else "open"
    filled = {
        "channel": "phone",
        "category": topic.get("category", ""),
        "status": status,
        "customer_name": customer.get("name", ""),
        "company": customer.get("company", ""),
        "contact": customer.get("contact", ""),
        "tier": customer.get("tier", ""),
        "content": topic.get("ask", ""),
        "core_demand": topic.get("demand", ""),
        "handler_id": handler,
        "department": department,
        "recorded_at": "+5min" if row["opened_at"] else "",
    }
    closed = {
        "answer": topic.get("answer", ""),
        "evidence": f"服务单/{row['ticket_id']}.pdf",
        "satisfaction": "4",
    }
    return _shifted(filled | (closed if done else {}) | row, "opened_at")


def _calls_of(tickets: Mapping[str, Row], case: Mapping[str, Any]) -> list[Row]:
    """The call that a planted telephone ticket came from: it rang when the ticket was opened."""
    facts = {call.get("ticket_id") for call in case.get("calls", ())}
    wanted = [row for key, row in tickets.items() if row["channel"] == "phone" and key not in facts]
    same = {"ticket_id": "ticket_id", "customer_id": "customer_id", "department": "department"}
    same |= {"agent_id": "handler_id", "started_at": "opened_at"}
    return [
        _call(
            {call: row[ticket] for call, ticket in same.items()}
            | {"call_id": f"TH-{row['ticket_id']}"}
        )
        for row in wanted
        if not case.get("no_call")
    ]


def _chat(case: Mapping[str, Any]) -> list[Row]:
    """The messages of a planted conversation; lines are [when, who, what]."""
    conversation, origin = case["conversation"], str(case["start"])
    senders = {
        "customer": case["customer_id"],
        "agent": case.get("agent", _member("inquiry", conversation)[1]),
    }
    return [
        {
            "message_id": f"{conversation}-{n}",
            "conversation_id": conversation,
            "sent_at": _instant(when, origin),
            "sender": who,
            "sender_id": senders.get(who, ""),
            "text": what,
            "channel": "wecom",
            "customer_id": case["customer_id"],
            "department": DEPARTMENTS[0],
            "ticket_id": "",
        }
        for n, (when, who, what) in enumerate(case["lines"], start=1)
    ]
