"""One obligation from its facts to its verdict, in the order in which the reasons are asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.oracle.cells import UNREADABLE, Row
from tests.oracle.rules import Rule
from tests.oracle.time import due, end_of_working_day


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
        presence = self.rule.clock == "presence"
        return {
            "rule_id": self.rule.id, "subject_id": self.subject_id, "verdict": self.verdict, "reason": self.reason,
            "tier": known, "triggered_at": self.start, "due_at": self.due,
            "fulfilled_at": None if presence or self.fulfilled is UNREADABLE else self.fulfilled,
            "calendar_provisional": self.provisional,
        }  # fmt: skip


def begin(rule: Rule, subject_id: str, start: Any, tier: Any, facts: Row) -> Obligation | None:
    """The obligation with its due time; None where the tier has no limit."""
    ob = Obligation(rule, subject_id, start, tier, facts=facts)
    if rule.clock == "presence":
        completed = facts["completed_at"]
        if tier in rule.limits and rule.limits[tier] is None:
            return None
        if isinstance(completed, datetime):
            ob.due, ob.provisional = end_of_working_day(completed, 1)
        return ob
    if ob.tier_missing:
        return ob
    limit = rule.limits["core"] if rule.uniform else rule.limits[tier]
    if limit is None:
        return None
    if rule.clock.startswith("promise:"):
        promised = facts[rule.clock.removeprefix("promise:")]
        ob.due = promised if isinstance(promised, datetime) else None
    else:
        ob.due, ob.provisional = due(start, limit)
    return ob


def against_clock(ob: Obligation, cutoff: datetime) -> Obligation:
    """The table, for everything that has a due time."""
    assert ob.due is not None
    if ob.fulfilled is not None:
        return ob.say("met" if ob.fulfilled <= ob.due else "late")
    return ob.say("overdue" if cutoff > ob.due else "pending")


def approve(ob: Obligation, exemptions: list[Row], cutoff: datetime) -> None:
    """An exemption approved in time; `exemptions` are those approved by the cutoff."""
    if ob.verdict not in ("late", "overdue", "missing", "pending", "unknown"):
        return
    for row in exemptions:
        if row["subject_id"] == ob.subject_id and row["rule_id"] in (None, ob.rule.id):
            last = ob.due or cutoff
            if row["approved_at"] <= last:
                ob.say("exempt", "approved")
                return
