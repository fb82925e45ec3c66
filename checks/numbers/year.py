"""What year.json holds: the closings of a year, added up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.numbers.base import Section
from checks.numbers.headline import GovernedTally, Governing, PeriodOfReport
from checks.numbers.rates import Interval, RankedRow, Rate, Tally, TallyRow


@dataclass(frozen=True, kw_only=True)
class ClosingUsed(Section):
    """The edition of a month's closing that was counted: its name, the SHA-256 of its manifest, and
    the number of the restatement (0: the closing itself)."""

    month: str
    closing: str
    sha256: str
    restatement: int


@dataclass(frozen=True, kw_only=True)
class YearHeadline(Tally):
    """The tally of the year's governing acts, and under either mode (`by_governing`)."""

    by_governing: Mapping[Governing, GovernedTally]


@dataclass(frozen=True, kw_only=True)
class Reception(Section):
    """The obligations of RC alone, ranked."""

    by_department: tuple[RankedRow, ...]
    by_person: tuple[RankedRow, ...]


@dataclass(frozen=True, kw_only=True)
class ProposalEvidence(Rate):
    """The timeliness rate that a proposal rests on, and what stands beside it: `messages` with
    explicitly forbidden phrases, customers' `answers`, their mean and the low ones, customers
    `displeased` by overtime, critical and major findings (`grave`) under the article's
    regulation."""

    interval: Interval | None
    violations: int
    exempt: int
    rank: int | None
    messages: int
    answers: int
    mean_score: float | None
    low_scores: int
    displeased: int
    grave: int


@dataclass(frozen=True, kw_only=True)
class Proposal(Section):
    """`kind` names the consequence, `article` where it stands; `who`: department or person; `month`
    null: the year. `against`: codes of checks.results.year.proposals.AGAINST. `numbers`: of a
    person's penalty, the register's numbers of the findings that it follows from, gravest first."""

    article: str
    kind: str
    who: str
    key: str
    month: str | None
    evidence: ProposalEvidence
    against: tuple[str, ...]
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PenaltyGroup(Section):
    """`persons` for whom the article foresees a consequence in a month, `of` those who answered for
    anything then; the `gravest` by name."""

    article: str
    kind: str
    month: str | None
    persons: int
    of: int
    gravest: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Year(Section):
    """`by_department`, `by_person` and `months` count governing acts, as each closing was governed;
    `missing`: months (2026-10) without a closing. `withheld`: rewards that a rank or rate would
    earn and that low scores or forbidden phrases contradict."""

    schema_version: str
    year: int
    period: PeriodOfReport
    closings: tuple[ClosingUsed, ...]
    missing: tuple[str, ...]
    headline: YearHeadline
    months: tuple[TallyRow, ...]
    by_department: tuple[RankedRow, ...]
    by_person: tuple[RankedRow, ...]
    reception: Reception
    proposals: tuple[Proposal, ...]
    withheld: tuple[Proposal, ...]
    penalty_groups: tuple[PenaltyGroup, ...]
