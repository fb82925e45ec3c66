"""What the company records at all, and what rows that were not accepted still name: nobody is
accused of either."""

from __future__ import annotations

from checks.records.milestones import MILESTONES
from tests.oracle.cells import UNREADABLE, Row, Rows, readable
from tests.oracle.verdict import VIOLATIONS, Obligation

OPEN = ("overdue", "missing", "pending")


def recorded(rows: Rows) -> dict[str, frozenset[str]]:
    """The columns that a file carries; beside them what events tell, even one that was not
    accepted, and what dispositions tell, whenever that was."""
    events = (*rows["ticket_events"], *rows.quarantined["ticket_events"])
    told = {f"{event.get('event')}_at" for event in events}.intersection(MILESTONES)
    answers = (
        {"answered_at"} if any(row["disposition"] == "answered" for row in rows["calls"]) else set()
    )
    return {
        **rows.carried,
        "tickets": rows.carried["tickets"] | told,
        "calls": rows.carried["calls"] | answers,
    }


def call_not_recorded(ob: Obligation, carried: frozenset[str]) -> None:
    if "answered_at" in carried:
        return
    if ob.verdict in ("overdue", "pending") or ob.reason in ("abandoned_early", "same_episode"):
        ob.say("unknown", "not_recorded")


def ticket_not_recorded(
    ob: Obligation, ends: list[str], both: bool, carried: frozenset[str]
) -> None:
    """`ends`: the columns that would show the fulfilment; `both`: all of them are needed, not any
    one."""
    if ob.verdict not in OPEN:
        return
    there = [column for column in ends if column in carried]
    if both:
        nobody_could_tell = len(there) < len(ends) and all(
            ob.facts[column] not in (None, False) for column in there
        )
    else:
        nobody_could_tell = not there
    if nobody_could_tell:
        ob.say("unknown", "not_recorded")


def conversations_quarantined(rows: Rows) -> set[str]:
    return {
        row["conversation_id"]
        for row in rows.quarantined["chats"]
        if readable(row.get("conversation_id"))
    }


def events_quarantined(ticket: Row, rows: Rows) -> tuple[set[str], bool]:
    """The milestones of the ticket that a quarantined event names; whether another event of it was
    quarantined."""
    names = [
        row.get("event")
        for row in rows.quarantined["ticket_events"]
        if row.get("ticket_id") == ticket["ticket_id"]
    ]
    milestones = {f"{name}_at" for name in names if readable(name)} & set(MILESTONES)
    others = any(
        name is None or name is UNREADABLE or f"{name}_at" not in MILESTONES for name in names
    )
    return milestones, others


def ticket_quarantined(ob: Obligation) -> None:
    if ob.verdict in VIOLATIONS and ob.facts["events_quarantined"]:
        ob.say("unknown", "quarantined")
