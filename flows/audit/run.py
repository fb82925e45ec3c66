"""One audit from a data folder to a run's folder, without any server."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol

import polars as pl

from checks.concepts import Period
from checks.gate import Gate
from checks.numbers.closings import Edition
from checks.numbers.plain import plain
from checks.numbers.validation import Validation
from flows.archive.lock import publishing
from flows.archive.run_folder import LOCAL, check_target, sealed, staged, write_json
from flows.audit.data_source import DataSource, at_cutoff, described
from flows.audit.history import History
from flows.audit.judgement import Judged
from flows.audit.reuse import Earlier, earlier
from flows.audit.selection import Selection
from flows.audit.stages import PlainStages, Stages
from flows.audit.validation import prepare as prepare_validation
from flows.ingest import Intake
from flows.law.calendars import with_notices
from flows.law.rulebooks import LoadedRulebooks
from flows.report.pdf.render import prepare as prepare_drawing
from flows.report.words.options import Lang
from flows.settings import Settings
from flows.system.subprocesses import warm_subprocess

STAGES: Final = (
    "reading records",
    "judging and validating records",
    "counting",
    "writing the report",
)
SIDE_BY_SIDE: Final = 5_000_000
"""Records up to which they are validated while they are judged; more would need the memory of both
at once, and either keeps every core busy by itself."""


PLAIN: Final = PlainStages()


class Tell(Protocol):
    """Called as each stage begins: what it does, on how many rows (0: not known), and which stages
    follow."""

    def __call__(self, stage: str, rows: int = 0, then: Sequence[str] = ()) -> None: ...


def silent(stage: str, rows: int = 0, then: Sequence[str] = ()) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class AuditRequest:
    """What to audit, and where the run's folder is to appear. `lang`: zh, en or both.

    `closings`: names of the earlier closings to compare with; by default all those of the lake.
    `fresh`: take nothing over from earlier runs. `pdf`: False leaves out the PDFs, which take
    longest to write. `edition`: which report of its month this is to be.
    """

    source: DataSource
    period: Period
    out: Path
    lang: Lang = "zh"
    selection: Selection = field(default_factory=Selection)
    closings: tuple[str, ...] | None = None
    fresh: bool = False
    pdf: bool = True
    edition: Edition | None = None

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for besides records and period, as inputs.json keeps it."""
        chosen = self.selection
        asked: dict[str, Any] = {
            "lang": self.lang,
            "tiers": chosen.tiers,
            "departments": chosen.departments,
            "pdf": self.pdf,
        }
        return asked | ({"edition": plain(self.edition)} if self.edition else {})


@dataclass(frozen=True)
class AuditResult:
    """The run's folder and what it holds. `known`: what earlier runs lent it."""

    out: Path
    judged: Judged
    gate: Gate
    seconds: float
    known: Earlier


def _rows(intake: Intake) -> int:
    return sum(counts["read"] for counts in intake.accounting.values())


def _begin(tell: Tell, stage: int, intake: Intake | None = None) -> None:
    tell(STAGES[stage], _rows(intake) if intake else 0, STAGES[stage + 1 :])


@dataclass(frozen=True)
class _Run:
    """What the stages of one run share, once the records are read."""

    request: AuditRequest
    settings: Settings
    stages: Stages
    folder: Path
    rules: LoadedRulebooks
    intake: Intake
    gate: Gate
    known: Earlier


def run_audit(
    request: AuditRequest, settings: Settings, tell: Tell = silent, stages: Stages = PLAIN
) -> AuditResult:
    """Ingest, validate, judge, measure, report; the folder appears whole or not at all.

    Raises UsageError (usage, configuration), InputError (input that can't be audited), Busy
    (another run publishes).
    """
    started = time.monotonic()
    check_target(request.out)
    settings = with_notices(settings)
    with publishing(request.out), staged(request.out) as folder, ExitStack() as begun:
        begun.enter_context(warm_subprocess(prepare_validation))
        run = _read(request, settings, tell, stages, folder)
        judged, inputs = _judge(run, tell, begun)
        _begin(tell, 3, run.intake)
        stages.write_documents(
            folder,
            run.intake,
            judged,
            inputs,
            run.rules.rulebooks,
            settings,
            request.lang,
            request.pdf,
        )
        stages.write_manifest(folder, inputs)
        seconds = time.monotonic() - started
        local = {**described(request.source, run.intake), "seconds": round(seconds, 2)}
        write_json(folder / LOCAL, sealed(local))
    return AuditResult(request.out, judged, run.gate, seconds, run.known)


def _read(
    request: AuditRequest, settings: Settings, tell: Tell, stages: Stages, folder: Path
) -> _Run:
    """Rules and records, past the gate, and what an earlier run can lend."""
    rules = stages.load_rules(settings)
    _begin(tell, 0)
    source = at_cutoff(request.source, request.period.cutoff)
    intake = stages.ingest(source, settings, request.period.end)
    gate = stages.pass_gate(intake, rules.rulebooks, request.period, settings)
    known = Earlier()
    if not request.fresh:
        # What validation and judgement rest on, as inputs.json will tell it
        basis = stages.inputs_of(intake, rules, request.period, settings, request.asked, History())
        known = earlier(request.out, basis)
    return _Run(request, settings, stages, folder, rules, intake, gate, known)


def _judge(run: _Run, tell: Tell, begun: ExitStack) -> tuple[Judged, dict[str, Any]]:
    """What was judged, and what it was made from, as written into the run's folder."""
    request, stages, settings = run.request, run.stages, run.settings
    _begin(tell, 1, run.intake)
    with _validating(run) as validation:
        obligations = _obligations(run)
        _begin(tell, 2, run.intake)
        history = stages.compare_with(
            request.source, request.period, settings, request.selection, request.closings
        )
        judged = stages.measure(
            run.intake, run.rules.rulebooks, request.period, settings, obligations, history
        )
        if request.pdf and settings.report.profiles:
            begun.enter_context(warm_subprocess(prepare_drawing))
    found = replace(
        judged.metrics,
        gate=run.gate.section(),
        validation=validation.result(),
        edition=request.edition,
        objections=(request.edition.objections or None) if request.edition else None,
    )
    judged = replace(judged, metrics=found)
    inputs = stages.inputs_of(
        run.intake, run.rules, request.period, settings, request.asked, history
    )
    stages.write_data(run.folder, run.intake, judged, inputs, settings)
    return judged, inputs


@contextmanager
def _validating(run: _Run) -> Iterator[Future[Validation]]:
    """Validates, unless an earlier run did, while the body of the `with` does something else; long
    months before it."""

    def validation() -> Validation:
        found = run.known.validation(run.folder)
        if found is not None:
            return found
        return run.stages.validate(run.intake, run.folder, run.request.period, run.settings)

    with ThreadPoolExecutor(1) as executor:
        # A Prefect task knows its flow run by the context
        found = executor.submit(copy_context().run, validation)
        if _rows(run.intake) > SIDE_BY_SIDE:
            found.result()
        yield found


def _obligations(run: _Run) -> pl.LazyFrame:
    """The obligations in the run's folder, judged now unless an earlier run did."""
    judged = run.known.obligations()
    if judged is None:
        judged = run.stages.judge_records(
            run.intake,
            run.rules.rulebooks,
            run.request.period,
            run.settings,
            run.request.selection,
        )
    else:
        judged = run.request.selection.of(judged)
    return run.stages.write_obligations(run.folder, judged)
