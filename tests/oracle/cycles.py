"""Tickets cut into cycles, and what their conditions say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from checks.tables import MILESTONES
from tests.oracle.cells import UNREADABLE, Row, Rows, readable

UNDECIDED = "undecided"


def cycles(ticket: Row, rows: Rows) -> list[Row]:
    """The ticket once per cycle, with the milestones of that cycle, `requested_at` and what followed."""
    mine = [e for e in rows["ticket_events"] if e["ticket_id"] == ticket["ticket_id"]]
    reopenings = sorted({e["at"] for e in mine if e["event"] == "reopened"})
    starts: list[Any] = [None, *reopenings]
    out = []
    for number, (begun, followed) in enumerate(zip(starts, [*reopenings, None], strict=True), start=1):
        cycle = ticket | {name: milestone(name, ticket, mine, begun, followed) for name in MILESTONES}
        cycle["subject_id"] = ticket["ticket_id"] if number == 1 else f"{ticket['ticket_id']}#{number}"
        cycle["number"] = number
        cycle["requested_at"] = requested_at(ticket, rows) if number == 1 else begun
        cycle["reopened_at"] = followed
        out.append(cycle)
    return out


def requested_at(ticket: Row, rows: Rows) -> datetime | None:
    """When the customer asked: the ticket, an inbound call or a customer's message, whichever was first."""
    name = ticket["ticket_id"]
    asked = [ticket["opened_at"]]
    asked += [c["started_at"] for c in rows["calls"] if c["ticket_id"] == name and c["direction"] == "inbound"]
    asked += [m["sent_at"] for m in rows["chats"] if m["ticket_id"] == name and m["sender"] == "customer"]
    return min((at for at in asked if at is not None), default=None)


def milestone(name: str, ticket: Row, events: Iterable[Row], begun: datetime | None, followed: datetime | None) -> Any:
    """The first event of its name in the cycle; without any event in the whole ticket its own cell, if it fits."""

    def inside(at: datetime) -> bool:
        return (begun is None or at > begun) and (followed is None or at <= followed)

    named = [e["at"] for e in events if f"{e['event']}_at" == name]
    if named:
        return min((at for at in named if inside(at)), default=None)
    cell = ticket[name]
    return cell if cell is UNREADABLE or (cell is not None and inside(cell)) else None


def deferred(cycle: Row) -> bool:
    """Whether the question could not be answered on the spot."""
    if cycle["answered_on_spot"] is not None:
        return not cycle["answered_on_spot"]
    if cycle["promised_at"] is not None or cycle["escalated_at"] is not None:
        return True
    replied = cycle["replied_at"]
    since = cycle["responded_at"] if readable(cycle["responded_at"]) else cycle["requested_at"]
    return not readable(replied) or since is None or bool(replied > since + timedelta(minutes=30))


def holds(rule_when: tuple[str, ...], cycle: Row, tier: Any, overtime: bool) -> bool | str:
    """Whether all conditions hold; UNDECIDED where one that decides can't be known."""
    answers = [condition(word, cycle, tier, overtime) for word in rule_when]
    if False in answers:
        return False
    return UNDECIDED if UNDECIDED in answers else True


def condition(word: str, cycle: Row, tier: Any, overtime: bool) -> bool | str:
    if word.startswith("not "):
        return not condition(word.removeprefix("not "), cycle, tier, overtime)
    onsite = cycle["service_mode"] == "onsite"
    away = onsite and cycle["locality"] == "other_city"
    filled = {
        "agreed": "agreed_arrival_at", "promised": "promised_at", "escalated": "escalated_at",
        "evaluated": "evaluated_at", "solved": "solved_at", "disposed": "disposed_at", "completed": "completed_at",
    }  # fmt: skip
    if word in filled:
        return cycle[filled[word]] is not None
    if word == "general" and cycle["severity"] is None:
        return UNDECIDED
    if word == "local" and onsite and cycle["locality"] is None:
        return UNDECIDED
    answers = {
        "any": True,
        "inquiry": cycle["kind"] == "inquiry",
        "fault": cycle["kind"] == "fault",
        "demand": cycle["kind"] == "demand",
        "complaint": cycle["kind"] == "complaint",
        "walk_in": cycle["channel"] == "walk_in",
        "email": cycle["channel"] == "email",
        "deferred": deferred(cycle),
        "emergency": cycle["severity"] == "emergency",
        "general": cycle["severity"] == "general",
        "onsite": onsite,
        "local": onsite and cycle["locality"] == "same_city",
        "away": away,
        "core_away": away and tier == "core",
        "remote_area": cycle["remote_area"] is True,
        "overtime": overtime,
        "objective_cause": cycle["overtime_cause"] == "objective",
    }
    return answers[word]
