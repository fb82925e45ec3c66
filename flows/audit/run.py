"""One audit from a data folder to a run's folder, without any server."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Protocol

import polars as pl

from checks.concepts import Period
from checks.gate import Gate
from flows.archive.lock import publishing
from flows.archive.run_folder import LOCAL, check_target, sealed, staged, write_json
from flows.audit.data_source import Origin, at_cutoff, described
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
from flows.system.subprocesses import ahead

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
    `fresh`: take nothing
    over from earlier runs. `pdf`: False leaves out the PDFs, which take longest to write.
    """

    origin: Origin
    period: Period
    out: Path
    lang: Lang = "zh"
    selection: Selection = field(default_factory=Selection)
    closings: tuple[str, ...] | None = None
    fresh: bool = False
    pdf: bool = True

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for besides records and period, as inputs.json keeps it."""
        chosen = self.selection
        return {
            "lang": self.lang,
            "tiers": chosen.tiers,
            "departments": chosen.departments,
            "pdf": self.pdf,
        }


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


def _basis(
    intake: Intake, rules: LoadedRulebooks, request: AuditRequest, settings: Settings, steps: Stages
) -> Mapping[str, Any]:
    """What validation and judgement rest on, as inputs.json will tell it."""
    return steps.inputs_of(intake, rules, request.period, settings, request.asked, History())


@contextmanager
def _validating(
    intake: Intake,
    known: Earlier,
    folder: Path,
    request: AuditRequest,
    settings: Settings,
    steps: Stages,
) -> Iterator[Future[dict[str, Any]]]:
    """Validates, unless an earlier run did, while the body of the `with` does something else; long
    months before it."""

    def validation() -> dict[str, Any]:
        found = known.validation(folder)
        return steps.validate(intake, folder, request.period, settings) if found is None else found

    with ThreadPoolExecutor(1) as beside:
        # A Prefect task knows its flow run by the context
        found = beside.submit(copy_context().run, validation)
        if _rows(intake) > SIDE_BY_SIDE:
            found.result()
        yield found


def _judgement(
    intake: Intake,
    known: Earlier,
    folder: Path,
    rules: LoadedRulebooks,
    request: AuditRequest,
    settings: Settings,
    steps: Stages,
) -> pl.LazyFrame:
    """The obligations in the run's folder, judged now unless an earlier run did."""
    judged = known.obligations()
    if judged is None:
        judged = steps.judge_records(
            intake, rules.rulebooks, request.period, settings, request.selection
        )
    else:
        judged = request.selection.of(judged)
    return steps.write_obligations(folder, judged)


def run_audit(
    request: AuditRequest, settings: Settings, tell: Tell = silent, steps: Stages = PLAIN
) -> AuditResult:
    """Ingest, validate, judge, measure, report; the folder appears whole or not at all.

    Raises UsageError (usage, configuration), InputError (input that can't be
    audited), Busy (another run publishes).
    """
    started = time.monotonic()
    check_target(request.out)
    settings = with_notices(settings)
    with (
        publishing(request.out),
        staged(request.out) as folder,
        ahead(prepare_validation),
        ExitStack() as begun,
    ):
        rules = steps.load_rules(settings)
        _begin(tell, 0)
        intake = steps.ingest(
            at_cutoff(request.origin, request.period.cutoff), settings, request.period.end
        )
        gate = steps.pass_gate(intake, rules.rulebooks, request.period, settings)
        known = (
            Earlier()
            if request.fresh
            else earlier(request.out, _basis(intake, rules, request, settings, steps))
        )
        _begin(tell, 1, intake)
        with _validating(intake, known, folder, request, settings, steps) as validation:
            obligations = _judgement(intake, known, folder, rules, request, settings, steps)
            _begin(tell, 2, intake)
            history = steps.compare_with(
                request.origin, request.period, settings, request.selection, request.closings
            )
            judged = steps.measure(
                intake, rules.rulebooks, request.period, settings, obligations, history
            )
            if request.pdf:
                begun.enter_context(ahead(prepare_drawing))
        told = {"gate": gate.to_json(), "validation": validation.result()}
        judged = replace(judged, metrics={**judged.metrics, **told})
        inputs = steps.inputs_of(intake, rules, request.period, settings, request.asked, history)
        steps.write_data(folder, intake, judged, inputs, settings)
        _begin(tell, 3, intake)
        steps.write_documents(
            folder, intake, judged, inputs, rules.rulebooks, settings, request.lang, request.pdf
        )
        steps.write_manifest(folder, inputs)
        seconds = time.monotonic() - started
        write_json(
            folder / LOCAL,
            sealed({**described(request.origin, intake), "seconds": round(seconds, 2)}),
        )
    return AuditResult(request.out, judged, gate, seconds, known)
