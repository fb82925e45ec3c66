"""The numbers of page one, the closing's period and calendar, and its place among earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from checks.numbers.base import Section
from checks.numbers.rates import Rate, Tally

Governing = Literal["strictest", "order"]


@dataclass(frozen=True, kw_only=True)
class Span(Section):
    """From the first to the last day (2026-10-01)."""

    from_: Annotated[str, Field(alias="from")]
    to: str


@dataclass(frozen=True, kw_only=True)
class PeriodOfReport(Span):
    """`cutoff`: the instant as of which everything was judged (local, ISO)."""

    cutoff: str


@dataclass(frozen=True, kw_only=True)
class CalendarReach(Section):
    """`published_through`: the last day whose working days are published. `imported`: years that a
    company took in itself. `provisional`: obligations whose deadline lies beyond."""

    published_through: str
    imported: tuple[int, ...]
    provisional: int


@dataclass(frozen=True, kw_only=True)
class Acts(Section):
    """`obligations` counts every clause, `acts` the governing ones, one per act; `violations`,
    `carried_over` (from an earlier period) and `provisional` are acts."""

    obligations: int
    acts: int
    violations: int
    carried_over: int
    provisional: int


@dataclass(frozen=True, kw_only=True)
class _Broken(Section):
    violations: int


@dataclass(frozen=True, kw_only=True)
class GovernedTally(Tally, _Broken):
    """The tally of the obligations that govern under one of the two modes, `violations` first."""


@dataclass(frozen=True, kw_only=True)
class _Renegotiated(Section):
    renegotiated: int


@dataclass(frozen=True, kw_only=True)
class BeforeRenegotiation(Tally, _Renegotiated):
    """The tally as if no new deadline had been agreed; `renegotiated`: obligations that had one."""


@dataclass(frozen=True, kw_only=True)
class LongestOverrun(Section):
    """The violation that ran furthest past its deadline: whole `seconds`, and whose it is."""

    seconds: int
    rule_id: str
    subject_type: str
    subject_id: str
    topic: str
    tier: str | None
    department: str | None
    responsible: str | None


@dataclass(frozen=True, kw_only=True)
class Headline(Tally, Acts):
    """The tally of the governing obligations, one per act, and what stands beside it.

    `overtime`: the complement of `timeliness`. `governing`: by what the governing ones were chosen;
    `by_governing` holds the tally under either choice. `tickets`: share of tickets all of whose
    decided timeliness obligations are met.
    """

    overtime: Rate
    governing: Governing
    by_governing: Mapping[Governing, GovernedTally]
    tickets: Rate
    before_renegotiation: BeforeRenegotiation
    longest_overrun: LongestOverrun | None


@dataclass(frozen=True, kw_only=True)
class TrendRow(Span):
    """One closing as it was published: findings, acts, violations, its two rates, and those of the
    `departments` over their TC obligations."""

    findings: int
    acts: int
    violations: int
    timeliness: Rate
    record: Rate
    departments: Mapping[str, Rate] = field(default_factory=dict)
