"""Everything that metrics.json holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from checks.numbers.agreement import Agreement
from checks.numbers.analyses import Analyses
from checks.numbers.base import Section
from checks.numbers.cases import CaseFile, LimitUse
from checks.numbers.closings import Approval, Edition, Objection, Restatement
from checks.numbers.completeness import Completeness
from checks.numbers.evidence import Evidence
from checks.numbers.findings import AttentionCard, FindingCounts
from checks.numbers.gate import GateFound
from checks.numbers.headline import CalendarReach, Headline, PeriodOfReport, TrendRow
from checks.numbers.indicators import TradeIndicator
from checks.numbers.intake import Quality, RowAccounting
from checks.numbers.own_figures import OwnFigures
from checks.numbers.rates import (
    DepartmentRow,
    Proposals,
    RankedRow,
    ReasonRow,
    RuleRow,
    TallyRow,
)
from checks.numbers.records import Conduct, Disagreement, SignalFound
from checks.numbers.register import Register
from checks.numbers.times import Backlog, DelayRow, HeatCell, NearMisses, RecordGap
from checks.numbers.validation import Validation


@dataclass(frozen=True, kw_only=True)
class Front(Section):
    """What stands first: the version of the file, what was judged, and the answer."""

    schema_version: str
    period: PeriodOfReport
    calendar: CalendarReach
    headline: Headline


@dataclass(frozen=True, kw_only=True)
class Breakdowns(Section):
    """The tallies by everything that they are asked by.

    Regulations, articles and rules are counted on their own obligations, whether or not these
    govern; topics, tiers, departments, persons and channels on the governing ones, one per act.
    `tc_by_department`: the departments on their TC obligations alone (TC 第十六条).
    """

    by_regulation: tuple[TallyRow, ...]
    by_article: tuple[TallyRow, ...]
    by_rule: tuple[RuleRow, ...]
    by_topic: tuple[TallyRow, ...]
    by_tier: tuple[TallyRow, ...]
    by_department: tuple[DepartmentRow, ...]
    by_person: tuple[RankedRow, ...]
    by_channel: tuple[TallyRow, ...]
    tc_by_department: tuple[RankedRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Obligations(Breakdowns, Front):
    proposals: Proposals
    heat: tuple[HeatCell, ...]
    delays: tuple[DelayRow, ...]
    near_miss: NearMisses
    backlog: Backlog
    gaps: tuple[RecordGap, ...]
    undecided: tuple[ReasonRow, ...]
    exemptions: tuple[ReasonRow, ...]
    evidence: Evidence
    analyses: Analyses
    limit_use: tuple[LimitUse, ...] = ()
    agreement: Agreement | None = None


@dataclass(frozen=True, kw_only=True)
class Sections(Section):
    """What reading and other checks say of the records; None where none looked. `accounting` by
    table; `unwatched`: what no clause's clock watches (checks.unwatched); `indicators`: those of
    the trade, which bind nobody; `own_figures`: what the service system says of its own deadlines,
    None where no export tells."""

    accounting: Mapping[str, RowAccounting]
    quality: Quality
    restatements: tuple[Restatement, ...] | None = None
    completeness: Completeness | None = None
    conduct: Conduct | None = None
    signals: tuple[SignalFound, ...] | None = None
    unwatched: tuple[SignalFound, ...] | None = None
    reconciliation: tuple[Disagreement, ...] | None = None
    indicators: tuple[TradeIndicator, ...] | None = None
    own_figures: OwnFigures | None = None


@dataclass(frozen=True, kw_only=True)
class Counted(Sections, _Obligations):
    """What the obligations of a closing and its records add up to; `undecided` and `exemptions` are
    obligations by reason."""


@dataclass(frozen=True, kw_only=True)
class Metrics(Counted):
    """All the numbers of a closing: what its obligations, its records and its findings add up to,
    and what became of it later.

    `trend`: this closing behind the earlier ones. `register`: everything not in order, the findings
    among it; None in closings that kept none. `cases`: the gravest findings step by step;
    `people`: names of those who answered for obligations, by their number. What is None is left out
    of the JSON: `validation` where no suite was run, `approval` and `objections` before the report
    is approved, `edition` where it is the first of a month that was over.
    """

    findings: FindingCounts
    attention: tuple[AttentionCard, ...]
    trend: tuple[TrendRow, ...]
    register: Register | None = None
    cases: tuple[CaseFile, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)
    gate: GateFound | None = None
    validation: Validation | None = None
    approval: Approval | None = None
    objections: tuple[Objection, ...] | None = None
    edition: Edition | None = None
