"""Duties that optional tables decide, each with what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Annotated, Literal

from pydantic import Field

from checks.numbers.base import Keyed, Section
from checks.numbers.duty import Duty, Nothing


@dataclass(frozen=True, kw_only=True)
class SilentStep(Section):
    """A step that ran past its deadline unannounced."""

    rule_id: str
    subject_id: str
    due_at: str


@dataclass(frozen=True, kw_only=True)
class MissedAlert(SilentStep):
    """A step whose alert was not sent, and who answered for the ticket."""

    department: str | None
    responsible: str | None


@dataclass(frozen=True, kw_only=True)
class Silent(Section):
    """Steps with neither warning nor alert, and those `missed` by the alert; the first of them
    listed."""

    silent: int
    silent_steps: tuple[SilentStep, ...]
    missed: tuple[MissedAlert, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Recipients(Section):
    """Messages that name nobody; alerts not copied to the emergency team; messages that did not go
    to the first receiver; warnings that did not go to the head of the department."""

    unnamed: int
    not_copied: int
    not_first_receiver: int
    not_head: int


@dataclass(frozen=True, kw_only=True)
class Night(Section):
    """A night, by the day (2026-10-14) on which it begins: its contacts, and those answered."""

    day: str
    contacts: int
    answered: int


@dataclass(frozen=True, kw_only=True)
class OutOfHours(Section):
    """Calls and chats outside office hours, those answered, and the nights in which too few
    were."""

    contacts: int
    answered: int
    unattended: tuple[Night, ...]


@dataclass(frozen=True, kw_only=True)
class DueDocument(Keyed):
    """The document of a month (2026-10) or week (2026-W41): `filed` in time, null when undated or
    perhaps meant for another duty; `missing`: who should have filed one and did not."""

    filed: bool | None
    owners: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Documents(Section):
    """Documents that fell due; `unread_periods`: documents of which nobody can tell the period."""

    due: tuple[DueDocument, ...]
    unread_periods: int


@dataclass(frozen=True, kw_only=True)
class DueApproval(Keyed):
    """The approval of a month's (2026-10) report: `approved` by the executive in charge, null when
    unknown; `by`: who gave one."""

    approved: bool | None
    by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DueApprovals(Section):
    """Reports that were filed and wait for an approval."""

    due: tuple[DueApproval, ...]


@dataclass(frozen=True, kw_only=True)
class TrainedPeople(Section):
    """People who answered for obligations, and those of them without a training before that:
    `only_later` trained afterwards, `failed` its examination. `listed`: who was not in order."""

    people: int
    without_training: int
    only_later: int
    failed: int
    listed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TrainingMonth(Keyed):
    """Trainings in service of a month (2026-10); `missing`: who answered customers in it and took
    part in none; `over`: whether the month has ended by the cutoff."""

    sessions: int
    participants: int
    missing: tuple[str, ...]
    over: bool


@dataclass(frozen=True, kw_only=True)
class Trainings(Section):
    """The months of the period."""

    months: tuple[TrainingMonth, ...]


@dataclass(frozen=True, kw_only=True)
class Outage(Section):
    """A failure without a fallback in time; times are local, ISO."""

    system: str
    failed_at: str
    fallback_at: str | None
    restored_at: str | None


@dataclass(frozen=True, kw_only=True)
class Outages(Section):
    """The first failures without a fallback in time."""

    without_fallback: tuple[Outage, ...]


@dataclass(frozen=True, kw_only=True)
class SpotCheckDay(Section):
    """Tickets `asked` for on a `day`, those `checked`, and their `share` of them; `over`: whether
    the time for checks has ended by the cutoff."""

    day: str
    asked: int
    checked: int
    over: bool
    share: float


@dataclass(frozen=True, kw_only=True)
class SpotChecks(Section):
    """`other_days`: spot checks that count for no day, `unmatched`: of tickets that are not in the
    records."""

    days: tuple[SpotCheckDay, ...]
    other_days: int
    unmatched: int


@dataclass(frozen=True, kw_only=True)
class Rectification(Section):
    """One measure as the register has it; days as 2026-10-16. `state`: `done` in time, `late`,
    `open`, `overdue`, or `unknown`."""

    finding_id: str
    opened_on: str
    due_on: str | None
    closed_on: str | None
    owner: str | None
    note: str | None
    state: Literal["done", "late", "open", "overdue", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Rectified(Section):
    """Findings not closed yet (`open`), those without a readable due day (`undated`), and the first
    of all that were due or are open."""

    open: int
    undated: int
    listed: tuple[Rectification, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LateExemption(Section):
    """An exemption approved after the deadline that it was to excuse."""

    subject_id: str
    rule_id: str
    approved_by: str | None
    reason: str | None
    approved_at: str
    due_at: str | None


@dataclass(frozen=True, kw_only=True)
class ExemptedUnder(Keyed):
    """Exempted obligations by the clause that allows it (TC 第八条(二)), empty where none does."""

    n: int
    too_late: int


@dataclass(frozen=True, kw_only=True)
class LateExemptions(Section):
    """`unmatched`: exemptions that no obligation of the closing needs."""

    too_late: int
    listed: tuple[LateExemption, ...]
    unmatched: int
    by_clause: tuple[ExemptedUnder, ...]


@dataclass(frozen=True, kw_only=True)
class ManualResults(Keyed):
    """Checks made of an article (`key`), by result."""

    pass_: Annotated[int, Field(alias="pass")]
    fail: int
    not_checked: int


@dataclass(frozen=True, kw_only=True)
class ManualChecks(Section):
    """`outstanding`: clauses that only people can see to and nobody did, as `RC 第六条(一)1
    (RC-6.1.1)`; `unmatched`: articles checked that are no such clause's."""

    by_article: tuple[ManualResults, ...]
    outstanding: tuple[str, ...]
    unmatched: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Evidence(Section):
    """One duty per field, as checks.duties.CHECKS; null where nothing in force asks for it."""

    warnings: Duty[Nothing] | None
    overdue_alerts: Duty[Silent] | None
    alert_recipients: Duty[Recipients] | None
    duty: Duty[OutOfHours] | None
    duty_rosters: Duty[Documents] | None
    trained_staff: Duty[TrainedPeople] | None
    monthly_training: Duty[Trainings] | None
    quarterly_training: Duty[Nothing] | None
    outages: Duty[Outages] | None
    spot_checks: Duty[SpotChecks] | None
    rectifications: Duty[Rectified] | None
    exemptions: Duty[LateExemptions] | None
    weekly_summaries: Duty[Documents] | None
    timeliness_reports: Duty[Documents] | None
    reception_summaries: Duty[Documents] | None
    timeliness_inspections: Duty[Documents] | None
    inspection_approvals: Duty[DueApprovals] | None
    reception_inspections: Duty[Documents] | None
    meetings: Duty[Documents] | None
    maintenance: Duty[Documents] | None
    assessments: Duty[Documents] | None
    manual_checks: Duty[ManualChecks]

    def duties(self) -> Iterator[Duty[Section]]:
        """Those that are asked for, in order."""
        return (duty for _, duty in self.named())

    def named(self) -> Iterator[tuple[str, Duty[Section]]]:
        """The same, each with the name of its field."""
        found = ((field.name, getattr(self, field.name)) for field in fields(self))
        return ((name, duty) for name, duty in found if duty is not None)
