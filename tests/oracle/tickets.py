"""Tickets: every rule on every cycle, the overtime rules after the others."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from tests.oracle.adjustments import cancel, renegotiate, reopen
from tests.oracle.cells import UNREADABLE, Row, Rows, earliest, exact, readable
from tests.oracle.cycles import UNDECIDED, away, cycles, deferred, holds
from tests.oracle.parties import Parties
from tests.oracle.recorded import ticket_not_recorded, ticket_quarantined
from tests.oracle.rules import BY_ID, RULES, Rule
from tests.oracle.time import length
from tests.oracle.verdict import (
    Obligation,
    against_clock,
    approve,
    begin,
    by_calendar,
    in_time,
    too_early,
)

AFTER_REOPENING: Final = (
    "fault-solve",
    "complaint-close",
    "completion",
    "archive",
    "complaint-followup",
    "inquiry-followup",
    "completion-evidence",
    "overtime-remedy",
    "overtime-cause",
    "overtime-renegotiated",
)
NOT_OVERTIME: Final = ("entry", "completion", "archive", "complaint-followup")
NEEDLESS_WHEN_SOLVED_REMOTELY: Final = ("onsite-arrive", "onsite-depart", "onsite-confirm")
CHAINS: Final = {
    "inquiry": ("responded_at", "replied_at", "completed_at", "archived_at"),
    "fault": (
        "responded_at",
        ("dispatched_at", "remote_started_at", "handling_started_at"),
        "departed_at",
        "arrived_at",
        "solved_at",
        "completed_at",
        "archived_at",
    ),
    "demand": ("evaluated_at", "evaluation_report_at", "completed_at", "archived_at"),
    "complaint": (
        "responded_at",
        "investigated_at",
        "solution_agreed_at",
        "disposed_at",
        "completed_at",
        "archived_at",
    ),
}


def judge_tickets(rows: Rows, parties: Parties, cutoff: datetime) -> list[Obligation]:
    out = []
    for ticket in rows["tickets"]:
        for cycle in cycles(ticket, rows):
            out += judge_cycle(cycle, rows, parties, cutoff)
    return out


def judge_cycle(cycle: Row, rows: Rows, parties: Parties, cutoff: datetime) -> list[Obligation]:
    rules = [
        r
        for r in RULES
        if r.subject == "ticket" and (cycle["number"] == 1 or r.topic in AFTER_REOPENING)
    ]
    done = judge_rules(
        [r for r in rules if r.start != "overtime_since"], cycle, rows, parties, cutoff
    )
    since = [ob.due for ob in done if is_overtime(ob)]
    if since:
        cycle = cycle | {"overtime_since": min(since)}
        done += judge_rules(
            [r for r in rules if r.start == "overtime_since"], cycle, rows, parties, cutoff
        )
    for ob in done:
        renegotiate(ob, cycle, cutoff)
        approve(ob, rows["exemptions"], cutoff)
        cancel(ob, cycle)
    return done


def judge_rules(
    rules: list[Rule], cycle: Row, rows: Rows, parties: Parties, cutoff: datetime
) -> list[Obligation]:
    """The rules that bind the cycle, judged up to the reopening of the ticket."""
    out = []
    for rule in rules:
        ob = judge_rule(rule, cycle, parties, cutoff)
        if ob is not None:
            ticket_not_recorded(ob, *shown_by(rule, cycle), rows.carried["tickets"])
            ticket_quarantined(ob)
            by_calendar(ob)
            reopen(ob, cycle)
            out.append(ob)
    return out


def is_overtime(ob: Obligation) -> bool:
    return (
        ob.rule.regulation == "TC"
        and ob.rule.clock != "presence"
        and ob.rule.topic not in NOT_OVERTIME
        and ob.verdict in ("late", "overdue")
    )


def judge_rule(  # noqa: PLR0911  the text asks in turn
    rule: Rule, cycle: Row, parties: Parties, cutoff: datetime
) -> Obligation | None:
    start = cycle[rule.start]
    if rule.clock == "presence" and not readable(start):
        start = cycle["requested_at"]
    if not readable(start):
        return None
    tier = parties.ticket_tier(cycle, start)
    applies = holds(rule.when, cycle, tier, "overtime_since" in cycle)
    if not applies:
        return None
    ob = begin(rule, cycle["subject_id"], start, tier, cycle)
    if ob is None:
        return None
    allow_travel(ob, cycle)
    ob.fulfilled = evidence(rule, cycle) if rule.clock == "presence" else fulfilment(rule, cycle)
    if applies == UNDECIDED:
        return ob.say("unknown", "condition")
    if is_unreadable(ob, cycle):
        return ob.say("unknown", "unreadable")
    if ob.tier_missing:
        return ob.say("unknown", "unreadable" if tier is UNREADABLE else "tier")
    if rule.clock != "presence" and ob.fulfilled is not None and too_early(ob, ob.fulfilled):
        return ob.say("unknown", "before_start")
    if rule.topic in NEEDLESS_WHEN_SOLVED_REMOTELY and solved_remotely(cycle):
        return ob.say("exempt", "solved_remotely")
    return presence(ob, cutoff) if rule.clock == "presence" else timed(ob, cycle, cutoff)


def end_columns(rule: Rule, cycle: Row) -> list[str]:
    if rule.id == "RC-8.2-email" and deferred(cycle):
        return ["responded_at", "replied_at"]
    return rule.end.split("/")


def fulfilment(rule: Rule, cycle: Row) -> Any:
    """The instant that ends the clock: a datetime, UNREADABLE or None."""
    cells = [cycle[column] for column in end_columns(rule, cycle)]
    if rule.id == "RC-10.2-key" and cycle["followup_role"] not in ("sales", "technical"):
        cells = [cell for cell in cells if cell is UNREADABLE]
    return earliest(cell for cell in cells if readable(cell)) or (
        UNREADABLE if UNREADABLE in cells else None
    )


def evidence(rule: Rule, cycle: Row) -> Any:
    """What a presence rule asks for: its value, UNREADABLE or None. A false boolean is not
    there."""
    cells = [cycle[column] or None for column in rule.end.replace("+", "/").split("/")]
    if "+" in rule.end:
        if None in cells:
            return None
        return UNREADABLE if UNREADABLE in cells else cells[0]
    there = [cell for cell in cells if readable(cell)]
    return there[0] if there else (UNREADABLE if UNREADABLE in cells else None)


def shown_by(rule: Rule, cycle: Row) -> tuple[list[str], bool]:
    """The columns that could show the fulfilment, and whether all of them are needed."""
    if rule.id == "RC-10.2-key":
        return ["followup_at", "followup_role"], True
    return (rule.end.split("+"), True) if "+" in rule.end else (end_columns(rule, cycle), False)


def allow_travel(ob: Obligation, cycle: Row) -> None:
    """A fault in another city is solved within its limit after the technician may have arrived."""
    if ob.rule.id != "TC-6.2-urgent-solve" or not away(cycle) or ob.due is None:
        return
    arrival = BY_ID["TC-6.3-away-arrive"].limits_from(exact(ob.start))
    limit, agreed = ob.due - exact(ob.start), cycle["agreed_arrival_at"]
    if cycle["remote_area"] is True and agreed is not None:
        ob.due = None if agreed is UNREADABLE else max(exact(ob.start), agreed) + limit
    else:
        ob.due += length(arrival[ob.tier] or "")


def is_unreadable(ob: Obligation, cycle: Row) -> bool:
    if ob.rule.clock == "presence":
        return ob.fulfilled is UNREADABLE or (
            ob.fulfilled is None and cycle["completed_at"] is UNREADABLE
        )
    travels = ob.rule.id == "TC-6.2-urgent-solve" and away(cycle) and cycle["remote_area"] is True
    if travels and cycle["agreed_arrival_at"] is UNREADABLE:
        return True
    promise = ob.rule.clock.partition(":")[2]
    return ob.fulfilled is UNREADABLE or (bool(promise) and cycle[promise] is UNREADABLE)


def solved_remotely(cycle: Row) -> bool:
    there = cycle["remote_started_at"] is not None and cycle["solved_at"] is not None
    return there and cycle["departed_at"] is None and cycle["arrived_at"] is None


def presence(ob: Obligation, cutoff: datetime) -> Obligation:
    if ob.fulfilled is not None:
        return ob.say("met")
    return ob.say("missing" if ob.due is not None and cutoff > ob.due else "pending")


def timed(ob: Obligation, cycle: Row, cutoff: datetime) -> Obligation:
    """The table; where nothing is recorded, later milestones of the chain show that the step must
    have happened."""
    assert ob.due is not None
    later = later_milestones(ob.rule, cycle) if ob.fulfilled is None else []
    if not later:
        return against_clock(ob, cutoff)
    first = earliest(at for at in later if at is not UNREADABLE)
    if first is None:
        return ob.say("unknown", "unreadable")
    if too_early(ob, first):
        return ob.say("unknown", "before_start")
    return ob.say("met", "implied") if in_time(ob, first) else ob.say("unknown", "no_timestamp")


def later_milestones(rule: Rule, cycle: Row) -> list[Any]:
    """The filled cells of the steps after the rule's own in the ticket's chain."""
    chain = [step if isinstance(step, tuple) else (step,) for step in CHAINS[cycle["kind"]]]
    ends = end_columns(rule, cycle)
    mine = [place for place, step in enumerate(chain) if set(step) & set(ends)]
    if not mine:
        return []
    after = [name for step in chain[max(mine) + 1 :] for name in step]
    return [cycle[name] for name in after if cycle[name] is not None]
