"""One obligation from its facts to its verdict, in the order in which the reasons are asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tests.oracle.cells import UNREADABLE, Row, decided, exact, latest, precision
from tests.oracle.rules import Rule
from tests.oracle.time import due, end_of_working_day

VIOLATIONS: Final = ("late", "overdue", "missing")


@dataclass
class Obligation:
    rule: Rule
    subject_id: str
    start: datetime
    tier: Any
    due: datetime | None = None
    fulfilled: Any = None
    provisional: bool = False
    verdict: str = ""
    reason: str = ""
    facts: Row = field(default_factory=dict)

    @property
    def tier_missing(self) -> bool:
        return not self.rule.uniform and self.tier in (None, UNREADABLE)

    def say(self, verdict: str, reason: str = "") -> Obligation:
        self.verdict, self.reason = verdict, reason
        return self

    def row(self) -> Row:
        known = self.tier if self.tier is not UNREADABLE else None
        ended = isinstance(self.fulfilled, datetime) and self.rule.clock != "presence"
        return {
            "rule_id": self.rule.id,
            "subject_id": self.subject_id,
            "verdict": self.verdict,
            "reason": self.reason,
            "tier": known,
            "triggered_at": exact(self.start),
            "due_at": exact(self.due) if self.due else None,
            "fulfilled_at": exact(self.fulfilled) if ended else None,
            "calendar_provisional": self.provisional,
        }


def begin(rule: Rule, subject_id: str, start: Any, tier: Any, facts: Row) -> Obligation | None:
    """The obligation with its due time; None where the tier has no limit."""
    ob = Obligation(rule, subject_id, start, tier, facts=facts)
    limits = rule.limits_from(exact(start))
    if not any(limits.values()):
        return None
    if rule.clock == "presence":
        completed = facts["completed_at"]
        if tier in limits and limits[tier] is None:
            return None
        if isinstance(completed, datetime):
            ob.due, ob.provisional = end_of_working_day(completed, 1)
        return ob
    if ob.tier_missing:
        return ob
    limit = limits["core"] if rule.uniform else limits[tier]
    if limit is None:
        return None
    if rule.clock.startswith("promise:"):
        promised = facts[rule.clock.removeprefix("promise:")]
        ob.due = promised if isinstance(promised, datetime) else None
    else:
        ob.due, ob.provisional = due(exact(start), limit)
    return ob


def taken(start: datetime, end: datetime) -> tuple[timedelta, timedelta]:
    """The least and the greatest time that lies between two times, each known with its
    precision."""
    return max(timedelta(), exact(end) - latest(start)), latest(end) - exact(start)


def too_early(ob: Obligation, end: datetime) -> bool:
    return latest(end) < ob.start


def in_time(ob: Obligation, end: datetime) -> bool | None:
    """Whether `end` keeps the due time; None where it is not known exactly enough."""
    assert ob.due is not None
    if ob.rule.clock != "wall":
        return True if latest(end) <= ob.due else False if end > ob.due else None
    least, greatest = taken(ob.start, end)
    limit = ob.due - exact(ob.start)
    return True if greatest <= limit else False if least > limit else None


def against_clock(ob: Obligation, cutoff: datetime) -> Obligation:
    """The table, for everything that has a due time."""
    assert ob.due is not None
    if ob.fulfilled is None:
        last = ob.due + (precision(ob.start) if ob.rule.clock == "wall" else timedelta())
        return ob.say("overdue" if cutoff > last else "pending")
    kept = in_time(ob, ob.fulfilled)
    return ob.say("unknown", "precision") if kept is None else ob.say("met" if kept else "late")


def by_calendar(ob: Obligation) -> None:
    """A violation that hangs on a calendar not yet published waits for it."""
    if ob.verdict in VIOLATIONS and ob.provisional:
        ob.say("unknown", "calendar")


def approve(ob: Obligation, exemptions: Iterable[Row], cutoff: datetime) -> None:
    """An exemption approved in time; `exemptions` are those approved by the cutoff."""
    if ob.verdict not in (*VIOLATIONS, "pending", "unknown"):
        return
    for row in exemptions:
        if row["subject_id"] == ob.subject_id and row["rule_id"] in (None, ob.rule.id):
            last = ob.due or cutoff
            if decided(row):
                if ob.verdict in VIOLATIONS:
                    ob.say("exempt", "approved")
                    return
            elif row["approved_at"] <= last:
                ob.say("exempt", "approved")
                return
