"""Rates, and the tallies of verdicts that they follow from."""

from __future__ import annotations

from dataclasses import dataclass

from checks.concepts import VERDICTS, VIOLATIONS
from checks.numbers.base import Keyed, Section


@dataclass(frozen=True, kw_only=True)
class Share(Section):
    """Cases of which something is true, of all that could be decided."""

    numerator: int
    denominator: int


@dataclass(frozen=True, kw_only=True)
class Rate(Share):
    """`rate` (0 to 1) is null when nothing was decided: 0 of 0 is "no case", neither 0 % nor 100 %.

    `unknown`: cases that could not be decided, or not entirely. `low` and `high`: the rate if
    everything undecided were a violation, or were met; null when there is no case at all.
    """

    unknown: int
    rate: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Interval(Section):
    """The 95 % score interval of a share, both ends from 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Tally(Section):
    """How many obligations have each verdict, and the two rates that follow.

    `timeliness`: met of met, late and overdue, on clocks with a duration or rings. `record`: met of
    met and missing, of what must merely be there.
    """

    met: int
    late: int
    overdue: int
    missing: int
    pending: int
    unknown: int
    exempt: int
    timeliness: Rate
    record: Rate

    def n(self, verdict: str) -> int:
        """Obligations of one verdict (checks.concepts.VERDICTS)."""
        if verdict not in VERDICTS:
            raise KeyError(verdict)
        n: int = getattr(self, verdict)
        return n

    @property
    def broken(self) -> int:
        """Violations: late, overdue or missing."""
        return sum(self.n(verdict) for verdict in VIOLATIONS)

    @property
    def total(self) -> int:
        """Obligations of any verdict."""
        return sum(self.n(verdict) for verdict in VERDICTS)


@dataclass(frozen=True, kw_only=True)
class TallyRow(Tally, Keyed):
    """The tally of what `key` names: a regulation, an article, a topic, a tier, a channel;
    `unknown` and `unassigned` where the records name none."""


@dataclass(frozen=True, kw_only=True)
class RuleRow(TallyRow):
    """The tally of a rule, and how many of its obligations govern their act (`governing`)."""

    regulation: str
    article: str
    topic: str
    governing: int


@dataclass(frozen=True, kw_only=True)
class RankedRow(TallyRow):
    """The tally of a department or person, with the `interval` of its timeliness rate.

    `rank` (from 1) goes by the rate; null, as `interval` is, without a decided case, and for what
    is unassigned.
    """

    interval: Interval | None
    rank: int | None


@dataclass(frozen=True, kw_only=True)
class DepartmentRow(RankedRow):
    """`tc_timeliness`: the rate over the department's TC obligations alone, governing or not; null
    without one (TC 第十六条(二))."""

    tc_timeliness: Rate | None


@dataclass(frozen=True, kw_only=True)
class DepartmentBelow(Keyed):
    """A department whose TC rate is below the threshold; `certain`: whatever the undecided cases
    turn out to be."""

    timeliness: Rate
    interval: Interval | None
    certain: bool


@dataclass(frozen=True, kw_only=True)
class Proposals(Section):
    """Departments below `threshold` (a share), as proposals to those who decide (`article`)."""

    article: str
    threshold: float
    departments: tuple[DepartmentBelow, ...]


@dataclass(frozen=True, kw_only=True)
class ReasonRow(Keyed):
    """Obligations of one verdict by reason (`key`): all, and the `governing` ones among them."""

    n: int
    governing: int
