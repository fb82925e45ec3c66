"""Duties that optional tables decide, each with what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field

from checks.numbers.base import Keyed, Section, Title
from checks.numbers.rates import Rate

Status = Literal["pass", "fail", "unknown", "no_case", "no_evidence"]
"""`unknown`: nothing failed, something could not be decided. `no_evidence`: the table that would
show it was not provided."""
Details = TypeVar("Details", bound=Section, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Nothing(Section):
    """No details: of a duty without any, or where nothing was looked at."""


@dataclass(frozen=True, kw_only=True)
class Duty(Section, Generic[Details]):
    """`rate`: cases in order of cases decided; `table`: the one that shows it; `details`: counts
    and lists of the duty's own."""

    articles: tuple[str, ...]
    title: Title
    table: str
    status: Status
    rate: Rate
    details: Details | Nothing


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
    """Messages that name nobody, and alerts not copied to the emergency team."""

    unnamed: int
    not_copied: int


@dataclass(frozen=True, kw_only=True)
class UnattendedDay(Section):
    """A day (2026-10-14) with contacts outside office hours, none of them answered."""

    day: str
    contacts: int


@dataclass(frozen=True, kw_only=True)
class OutOfHours(Section):
    """Calls and chats outside office hours, those answered, and days on which nobody answered."""

    contacts: int
    answered: int
    unattended: tuple[UnattendedDay, ...]


@dataclass(frozen=True, kw_only=True)
class DueDocument(Keyed):
    """The document of a month (2026-10) or week (2026-W41): `filed` in time, null when undated."""

    filed: bool | None
    owners: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Documents(Section):
    """Documents that fell due; `unread_periods`: documents of which nobody can tell the period."""

    due: tuple[DueDocument, ...]
    unread_periods: int


@dataclass(frozen=True, kw_only=True)
class TrainedPeople(Section):
    """People who answered for obligations, and those of them without a training on record."""

    people: int
    without_training: int


@dataclass(frozen=True, kw_only=True)
class TrainingMonth(Keyed):
    """Trainings of a month (2026-10); `over`: whether the month has ended by the cutoff."""

    sessions: int
    participants: int
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
    """Tickets `asked` for on a `day`, those `checked`, and their `share` of them."""

    day: str
    asked: int
    checked: int
    share: float


@dataclass(frozen=True, kw_only=True)
class SpotChecks(Section):
    """`unmatched`: spot checks of tickets that are not in the records."""

    days: tuple[SpotCheckDay, ...]
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
class LateExemptions(Section):
    """`unmatched`: exemptions that no obligation of the closing needs."""

    too_late: int
    listed: tuple[LateExemption, ...]
    unmatched: int


@dataclass(frozen=True, kw_only=True)
class ManualResults(Keyed):
    """Checks made of an article (`key`), by result."""

    pass_: Annotated[int, Field(alias="pass")]
    fail: int
    not_checked: int


@dataclass(frozen=True, kw_only=True)
class ManualChecks(Section):
    """`outstanding`: clauses that only people can see to and nobody did."""

    by_article: tuple[ManualResults, ...]
    outstanding: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Evidence(Section):
    """One duty per field, as checks.duties.CHECKS."""

    warnings: Duty[Nothing]
    overdue_alerts: Duty[Silent]
    alert_recipients: Duty[Recipients]
    duty: Duty[OutOfHours]
    duty_rosters: Duty[Documents]
    trained_staff: Duty[TrainedPeople]
    monthly_training: Duty[Trainings]
    quarterly_training: Duty[Nothing]
    outages: Duty[Outages]
    spot_checks: Duty[SpotChecks]
    rectifications: Duty[Rectified]
    exemptions: Duty[LateExemptions]
    weekly_summaries: Duty[Documents]
    monthly_reports: Duty[Documents]
    inspection_reports: Duty[Documents]
    meetings: Duty[Documents]
    maintenance: Duty[Documents]
    assessments: Duty[Documents]
    manual_checks: Duty[ManualChecks]

    def duties(self) -> Iterator[Duty[Section]]:
        """All of them, in order."""
        return (getattr(self, field.name) for field in fields(self))
