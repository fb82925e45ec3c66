"""What the findings add up to, and the three that matter most."""

from __future__ import annotations

from dataclasses import dataclass

from checks.numbers.base import Count, Keyed, Section


@dataclass(frozen=True, kw_only=True)
class _Facts(Section):
    customers: int
    repeated: int | None
    answered: int
    by_grade: tuple[Count, ...]
    by_cause: tuple[Count, ...]
    by_tier: tuple[Count, ...]
    by_department: tuple[Count, ...]


@dataclass(frozen=True, kw_only=True)
class _Number(Keyed):
    n: int


@dataclass(frozen=True, kw_only=True)
class RuleFindings(_Facts, _Number):
    """The `n` findings that breach the rule `key`, counted as `FindingCounts`."""


@dataclass(frozen=True, kw_only=True)
class _Total(Section):
    total: int


@dataclass(frozen=True, kw_only=True)
class FindingCounts(_Facts, _Total):
    """Findings in `total`, the distinct `customers` whom they concern, and the counts by grade
    (critical, major, minor), recorded cause, tier, department and topic.

    `repeated`: those whose person or customer had one on the topic before; null when no earlier
    closing was given. `answered`: those that the audited side answered. `several_clauses`: breach
    more than one clause; `stricter_only`: the governing clause was met, a stricter one was not. A
    finding counts for every rule that it breaches (`by_rule`). `grave_by_topic`: critical and major
    ones; `unassigned`: those that the records put on nobody.
    """

    by_topic: tuple[Count, ...]
    carried_over: int
    calendar_provisional: int
    several_clauses: int
    stricter_only: int
    by_rule: tuple[RuleFindings, ...]
    grave_by_topic: tuple[Count, ...] = ()
    critical_by_department: tuple[Count, ...] = ()
    unassigned: int = 0
    unassigned_critical: int = 0


@dataclass(frozen=True, kw_only=True)
class AttentionCard(Section):
    """One of the gravest findings, its columns as of checks.results.findings.FINDINGS; `of_topic`
    and `of_grade`: how many are like it. `overrun_seconds` is null on presence and ring clocks."""

    finding_id: str
    grade: str
    grade_reason: str | None
    subject_type: str
    subject_id: str
    topic: str
    rules: str
    clauses: str
    verdict: str
    tier: str | None
    customer_id: str | None
    department: str | None
    responsible: str | None
    overrun_seconds: int | None
    repeated: bool | None
    of_topic: int
    of_grade: int
