"""What was said of this closing and of earlier ones after they were made."""

from __future__ import annotations

from dataclasses import dataclass

from checks.numbers.base import Count, Section
from checks.numbers.rates import Rate


@dataclass(frozen=True, kw_only=True)
class ThenAndNow(Section):
    """The timeliness rate as it was published, and as the restatement has it."""

    then: Rate
    now: Rate


@dataclass(frozen=True, kw_only=True)
class ChangedVerdict(Section):
    """An obligation whose verdict a restatement changes; null where it was not there. `cause`: of
    checks.closing.changes.CAUSES, joined by `;`."""

    rule_id: str
    subject_type: str
    subject_id: str
    then: str | None
    now: str | None
    cause: str


@dataclass(frozen=True, kw_only=True)
class Restatement(Section):
    """What later data changed of a published `month` (2026-10): its `restatement` number, verdicts
    `changed` by cause, and the first of them (`rows`)."""

    month: str
    restatement: int
    changed: int
    by_cause: tuple[Count, ...]
    timeliness: ThenAndNow
    rows: tuple[ChangedVerdict, ...]


@dataclass(frozen=True, kw_only=True)
class Approval(Section):
    """Who approved the report, when (UTC, ISO), and what they noted."""

    by: str
    at: str
    note: str


@dataclass(frozen=True, kw_only=True)
class EvidenceFile(Section):
    """A file by its name and SHA-256."""

    file: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Decision(Section):
    """Whether an objection was accepted, by whom, when (UTC, ISO), and why."""

    accepted: bool
    by: str
    at: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Objection(Section):
    """What a department objected to, as recorded beside the run; `finding` is null when it is about
    the whole, `evidence` and `decision` where there is none."""

    kind: str
    by: str
    at: str
    note: str
    manifest_sha256: str
    department: str
    finding: str | None
    evidence: EvidenceFile | None = None
    decision: Decision | None = None


@dataclass(frozen=True, kw_only=True)
class Replaced(Section):
    """The report that this one replaces: its `date` (2026-11-01), and what page one said then."""

    date: str
    timeliness: Rate
    findings: int
    by_grade: tuple[Count, ...]


@dataclass(frozen=True, kw_only=True)
class Edition(Section):
    """Which report of its month this is: `restatement` 0 is the first, `replaces` the one before,
    `made_on` the day of a restatement.

    `closed_early_at`: the month was not over when it was closed, and somebody insisted (local,
    ISO). `awaiting`: earlier months of which later records change verdicts, and how many.
    `objections`: what was objected to the editions before.
    """

    restatement: int = 0
    replaces: Replaced | None = None
    made_on: str | None = None
    closed_early_at: str | None = None
    awaiting: tuple[Count, ...] = ()
    objections: tuple[Objection, ...] = ()
