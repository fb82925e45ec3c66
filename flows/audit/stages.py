"""The stages of an audit, each a plain typed function: ingest, validate, judge, measure, write.

`flows.audit.run` calls them one after the other, `flows.scheduled.monthly` the same ones as Prefect tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import polars as pl

from checks.closing.facts import in_memory
from checks.completeness.rates import completeness
from checks.concepts import SCHEMA_VERSION, TIERS, Period
from checks.conduct import conduct
from checks.judging import judge_in_portions
from checks.law.rulebook import Rulebooks
from checks.reconciliation import reconcile
from checks.results.findings import findings as findings_of
from checks.results.metrics import Closing, metrics, with_findings
from checks.suspicions import signals
from flows.archive.environment import environment
from flows.archive.program import PROGRAM
from flows.archive.run_folder import MANIFEST, OBLIGATIONS, file_hashes, sha256, write_json, write_parquet
from flows.audit.data_source import Origin, read_origin
from flows.audit.gate import pass_gate as pass_gate
from flows.audit.history import FINDINGS_FILE, History, history_of
from flows.audit.quality import quality_of
from flows.audit.validation import validate as validate_records
from flows.ingest import Intake
from flows.ingest.arranged import arranged
from flows.law.calendars import pins
from flows.law.judging_options import readings
from flows.law.phrasebook import load_phrasebook, own_lists
from flows.law.rulebooks import LoadedRulebooks, load_rulebooks
from flows.law.suites import load_checks
from flows.report.findings_csv import write_findings_csv
from flows.report.words.options import Lang, ReportOptions
from flows.report.words.privacy import CONDUCT_WORDS, DEFECT_WORDS, FINDING_WORDS, metrics_masked, words_masked
from flows.report.workbook import write_workbook
from flows.report.write import write_report
from flows.settings import Settings, fingerprint, redacted
from flows.system.errors import UsageError
from flows.system.spreadsheet import write_csv
from flows.system.subprocesses import apart

IN_MEMORY: Final = 20_000_000
"""Obligations that are counted in memory; of more, what is counted lies on disk."""


@dataclass(frozen=True)
class Selection:
    """The part of the obligations that an ad-hoc rerun asks for; empty means all."""

    tiers: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = [tier for tier in self.tiers if tier not in TIERS]
        if unknown:
            raise UsageError(f"--tier {unknown[0]} is not a tier; choose from {', '.join(TIERS)}")

    def of(self, obligations: pl.LazyFrame) -> pl.LazyFrame:
        """The obligations that are asked for, of the schema given. Raises UsageError: a department without any."""
        if self.departments:
            there = obligations.select(pl.col("department").unique()).collect(engine="streaming").to_series()
            if unknown := [name for name in self.departments if name not in there]:
                known = ", ".join(sorted(there.drop_nulls()))
                raise UsageError(f"--department {unknown[0]} has no obligation in the period; these have: {known}")
        for column, chosen in (("tier", self.tiers), ("department", self.departments)):
            if chosen:
                obligations = obligations.filter(pl.col(column).is_in(list(chosen)))
        return obligations


@dataclass(frozen=True)
class Judged:
    """What was judged: the closing, its findings, findings of conduct (checks.conduct.FINDINGS), and its numbers."""

    closing: Closing
    findings: pl.DataFrame
    conduct: pl.DataFrame
    metrics: dict[str, Any]


def report_options(settings: Settings) -> ReportOptions:
    """The configured choices about the report."""
    report = settings.report
    return ReportOptions(
        profiles=report.profiles,
        company=report.company,
        number=report.number,
        report_date=report.report_date,
        remedy_days=report.remedy_days.model_dump(),
        fonts=report.fonts,
        target=settings.thresholds.target_rate,
        names=report.signatories,
        show_personal=report.show_personal_data,
        mask_staff=report.mask_staff,
    )


def load_rules(settings: Settings) -> LoadedRulebooks:
    """The rulebooks in force, the company's own included. Raises UsageError."""
    return load_rulebooks(settings.judging.rulebooks, settings.judging.governing_order)


def ingest(origin: Origin, settings: Settings, period_end: datetime | None = None) -> Intake:
    """The records of a data folder or a lake in canonical form, every row accounted for, chats by sessions.

    `period_end`: of what is asked about; an event long after it is unreadable.

    Raises InputError.
    """
    return arranged(read_origin(origin, settings, period_end))


def compare_with(
    origin: Origin, period: Period, settings: Settings, selection: Selection, only: Sequence[str] | None
) -> History:
    """The earlier closings that a whole run is compared with; a part of the obligations is compared with none."""
    return History() if selection != Selection() else history_of(origin, period, settings, only)


def validate(intake: Intake, folder: Path, period: Period, settings: Settings) -> dict[str, Any]:
    """What Great Expectations finds in the records; Data Docs and failing rows go into the run's folder.

    Apart: it takes seconds in Python alone, so that judging need not wait for it.
    """
    shown = settings.report.show_personal_data
    return apart(
        validate_records, intake.records, intake.provided, folder,
        as_of=period.cutoff, period=period, show_personal=shown,
    )  # fmt: skip


def judge_records(
    intake: Intake, rulebooks: Rulebooks, period: Period, settings: Settings, selection: Selection
) -> pl.LazyFrame:
    """Every obligation in scope, decided as of the cutoff, in order of the rules; those of a long month are on disk."""
    size = sum(source.size for source in intake.sources)
    parts = judge_in_portions(intake.records, rulebooks, period, readings(settings))
    kept = [(place, intake.staging.keep(part.lazy(), size)) for place, part in parts]
    return selection.of(pl.concat(part for _, part in sorted(kept, key=itemgetter(0))))


def write_obligations(folder: Path, obligations: pl.LazyFrame) -> pl.LazyFrame:
    """Written as soon as judged; what follows reads them from the run's folder, so that memory is free for it."""
    path = folder / OBLIGATIONS
    write_parquet(path, obligations)
    return pl.scan_parquet(path, glob=False)


def measure(
    intake: Intake,
    rulebooks: Rulebooks,
    period: Period,
    settings: Settings,
    obligations: pl.LazyFrame,
    history: History,
) -> Judged:
    """Findings and every number that the report prints, but what validation found."""
    calendar = readings(settings).calendar
    many = obligations.select(pl.len()).collect(engine="streaming").item() > IN_MEMORY
    keep = intake.staging.put if many else in_memory
    governing = settings.judging.governing
    closing = Closing(obligations, rulebooks, intake.records, intake.provided, period, calendar, keep, governing)
    said, records = examine(intake, rulebooks, period, settings, obligations, history)
    sections: dict[str, Any] = {
        "accounting": intake.accounting,
        "quality": quality_of(intake),
        "restatements": list(history.restatements),
        **records,
    }
    counted = metrics(closing, **sections)
    found = findings_of(closing, history.findings)
    shown = settings.report.show_personal_data
    return Judged(
        closing,
        words_masked(found, FINDING_WORDS, shown),
        words_masked(said, CONDUCT_WORDS, shown),
        metrics_masked(with_findings(counted, found, history.metrics), shown),
    )


def examine(
    intake: Intake,
    rulebooks: Rulebooks,
    period: Period,
    settings: Settings,
    obligations: pl.LazyFrame,
    history: History,
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """What the records themselves show: findings of conduct; completeness, conduct, signals, reconciliation."""
    said, manners = conduct(intake.records, load_phrasebook(settings.judging.phrases), period)
    before = max(history.metrics, key=lambda closing: str(closing["period"]["from"]), default={})
    return said, {
        "completeness": completeness(
            intake.records, intake.provided, load_checks(), period, obligations, before.get("completeness")
        ),
        "conduct": manners,
        "signals": signals(intake.records, obligations, rulebooks, period),
        "reconciliation": reconcile(intake.records, period, readings(settings).calendar),
    }


def inputs_of(
    intake: Intake,
    rules: LoadedRulebooks,
    period: Period,
    settings: Settings,
    asked: Mapping[str, Any],
    history: History,
) -> dict[str, Any]:
    """What the run was made from: sources with hashes, rulebooks, configuration, versions.

    `asked`: language and selection of the request.
    """
    calendar = settings.judging.company_calendar
    return {
        "schema_version": SCHEMA_VERSION,
        "program": dict(PROGRAM),
        "period": {"start": str(period.start), "end": str(period.end), "cutoff": str(period.cutoff)},
        "request": dict(asked),
        "sources": [vars(source) for source in intake.sources],
        "unread": [vars(unread) for unread in intake.unread],
        "lake_versions": dict(intake.pins),
        "earlier_closings": list(history.pins),
        "calendars": pins(settings),
        "company_calendar": sha256(calendar) if calendar else None,
        "phrase_lists": {path.name: sha256(path) for path in own_lists(settings.judging.phrases)},
        "rulebooks": [vars(file) for file in rules.files],
        "configuration": redacted(settings),
        "configuration_sha256": fingerprint(settings),
        **environment(settings.report.fonts),
    }


def write_data(folder: Path, intake: Intake, judged: Judged, inputs: dict[str, Any], settings: Settings) -> None:
    """The outputs that machines and spreadsheets read, besides the obligations."""
    write_findings_csv(folder / "findings.csv", judged.findings, report_options(settings))
    write_parquet(folder / FINDINGS_FILE, judged.findings)
    write_parquet(folder / "conduct.parquet", judged.conduct)
    shown = settings.report.show_personal_data
    write_csv(folder / "quarantine.csv", words_masked(intake.quarantine, DEFECT_WORDS, shown).lazy())
    write_json(folder / "metrics.json", judged.metrics)
    write_json(folder / "inputs.json", inputs)


def write_documents(
    folder: Path,
    intake: Intake,
    judged: Judged,
    inputs: dict[str, Any],
    rulebooks: Rulebooks,
    settings: Settings,
    lang: Lang,
    pdf: bool = True,
) -> None:
    """The documents that people read, the PDFs among them unless `pdf` is False; they carry the data written before."""
    options = report_options(settings)
    workbook = partial(
        write_workbook,
        folder / "findings.xlsx",
        judged.findings,
        metrics=judged.metrics,
        rulebooks=rulebooks,
        defects=words_masked(pl.concat([intake.quarantine, intake.issues]), DEFECT_WORDS, options.show_personal),
        lang=lang,
        options=options,
    )
    write_report(
        folder,
        metrics=judged.metrics,
        findings=judged.findings,
        inputs=inputs,
        rulebooks=rulebooks,
        lang=lang,
        options=options,
        pdf=pdf,
        meanwhile=workbook,
    )


def write_manifest(folder: Path, inputs: dict[str, Any]) -> None:
    """`inputs.json` plus every output with its hash; written last."""
    write_json(folder / MANIFEST, {**inputs, "outputs": file_hashes(folder)})
