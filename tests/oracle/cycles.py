"""Tickets cut into cycles, and what their conditions say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from checks.records.milestones import MILESTONES
from tests.oracle.cells import UNREADABLE, Row, Rows, earliest, readable
from tests.oracle.recorded import events_quarantined

UNDECIDED: Final = "undecided"
LAST_STEP: Final = {"inquiry": "replied_at", "fault": "solved_at", "complaint": "disposed_at"}
"""With which step a kind of ticket is finished; a demand's service goes on after its report."""


def cycles(ticket: Row, rows: Rows) -> list[Row]:
    """The ticket once per cycle, with the milestones of that cycle, `requested_at` and what
    followed."""
    mine = [e for e in rows["ticket_events"] if e["ticket_id"] == ticket["ticket_id"]]
    lost, others = events_quarantined(ticket, rows)
    asked = requested_at(ticket, rows)
    again = {
        e["at"] for e in mine if e["event"] == "reopened" and asked is not None and e["at"] > asked
    }
    reopenings = [earliest(at for at in again if at == one) for one in sorted(again)]
    starts: list[Any] = [None, *reopenings]
    out = []
    for number, (begun, followed) in enumerate(
        zip(starts, [*reopenings, None], strict=True), start=1
    ):
        cycle = ticket | {
            name: milestone(name, ticket, mine, begun, followed) for name in MILESTONES
        }
        cycle |= dict.fromkeys(lost, UNREADABLE)
        cycle["subject_id"] = (
            ticket["ticket_id"] if number == 1 else f"{ticket['ticket_id']}#{number}"
        )
        cycle["number"] = number
        cycle["requested_at"] = asked if number == 1 else begun
        cycle["reopened_at"] = followed
        cycle["finished_at"] = (
            cycle[LAST_STEP[ticket["kind"]]] if ticket["kind"] in LAST_STEP else None
        )
        cycle["events_quarantined"] = others
        out.append(cycle)
    return out


def requested_at(ticket: Row, rows: Rows) -> datetime | None:
    """When the customer asked: the ticket, an inbound call or a customer's message, whichever was
    first."""
    name = ticket["ticket_id"]
    asked = [ticket["opened_at"]]
    asked += [
        c["started_at"]
        for c in rows["calls"]
        if c["ticket_id"] == name and c["direction"] == "inbound"
    ]
    asked += [
        m["sent_at"] for m in rows["chats"] if m["ticket_id"] == name and m["sender"] == "customer"
    ]
    return earliest(at for at in asked if at is not None)


def milestone(
    name: str, ticket: Row, events: Iterable[Row], begun: datetime | None, followed: datetime | None
) -> Any:
    """The first event of its name in the cycle; without any event in the whole ticket its own cell,
    if it fits."""

    def inside(at: datetime) -> bool:
        return (begun is None or at > begun) and (followed is None or at <= followed)

    named = [e["at"] for e in events if f"{e['event']}_at" == name]
    if named:
        return earliest(at for at in named if inside(at))
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
    """Whether all conditions hold; UNDECIDED where nobody can say."""
    answers = [condition(word, cycle, tier, overtime) for word in rule_when]
    if "general" in rule_when and cycle["kind"] == "fault" and cycle["severity"] is None:
        return UNDECIDED
    if "local" in rule_when and local_undecided(cycle):
        return UNDECIDED
    return all(answers)


def local_undecided(cycle: Row) -> bool:
    """Whether nobody can say if a technician had to hurry to a place in the same city."""
    if cycle["service_mode"] != "onsite":
        return False
    if cycle["severity"] == "emergency":
        return cycle["locality"] is None
    no_severity = cycle["kind"] == "fault" and cycle["severity"] is None
    return no_severity and cycle["locality"] in ("same_city", None)


def condition(word: str, cycle: Row, tier: Any, overtime: bool) -> bool:
    if word.startswith("not "):
        return not condition(word.removeprefix("not "), cycle, tier, overtime)
    filled = {
        "agreed": "agreed_arrival_at",
        "promised": "promised_at",
        "escalated": "escalated_at",
        "evaluated": "evaluated_at",
        "solved": "solved_at",
        "disposed": "disposed_at",
        "completed": "completed_at",
        "finished": "finished_at",
    }
    if word in filled:
        return cycle[filled[word]] is not None
    answers = {
        "any": True,
        "inquiry": cycle["kind"] == "inquiry",
        "fault": cycle["kind"] == "fault",
        "demand": cycle["kind"] == "demand",
        "complaint": cycle["kind"] == "complaint",
        "online": cycle["channel"] == "online",
        "phone": cycle["channel"] == "phone",
        "walk_in": cycle["channel"] == "walk_in",
        "email": cycle["channel"] == "email",
        "deferred": deferred(cycle),
        "emergency": cycle["severity"] == "emergency",
        "general": cycle["severity"] == "general",
        "onsite": cycle["service_mode"] == "onsite",
        "local": cycle["service_mode"] == "onsite" and cycle["locality"] == "same_city",
        "away": away(cycle),
        "core_away": away(cycle) and tier == "core",
        "remote_area": cycle["remote_area"] is True,
        "overtime": overtime,
        "objective_cause": cycle["overtime_cause"] == "objective",
    }
    return answers[word]


def away(cycle: Row) -> bool:
    return cycle["service_mode"] == "onsite" and cycle["locality"] == "other_city"
