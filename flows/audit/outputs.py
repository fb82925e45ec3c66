"""What an audit writes: data, documents, the manifest."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from checks.concepts import SCHEMA_VERSION, Period
from checks.law.rulebook import Rulebooks
from checks.numbers.plain import to_json
from flows.archive.environment import environment
from flows.archive.program import PROGRAM
from flows.archive.run_folder import (
    CONDUCT_FILE,
    FINDINGS_FILE,
    MANIFEST,
    REGISTER_FILE,
    file_hashes,
    sha256,
    write_json,
    write_parquet,
)
from flows.audit.gate import pass_gate as pass_gate
from flows.audit.history import History
from flows.audit.judgement import Judged
from flows.ingest import Intake
from flows.law.calendars import pins
from flows.law.phrasebook import own_lists
from flows.law.rulebooks import LoadedRulebooks
from flows.report.data_docs import write_data_docs
from flows.report.findings_csv import write_findings_csv
from flows.report.register_csv import write_register_csv
from flows.report.words.of_rulebooks import texts_of
from flows.report.words.options import Lang, ReportOptions
from flows.report.words.privacy import (
    DEFECT_WORDS,
    words_masked,
)
from flows.report.workbook import write_workbook
from flows.report.write import write_report
from flows.settings import Settings, fingerprint, redacted
from flows.system.languages import single
from flows.system.spreadsheet import write_csv


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
        department_names=report.department_names,
        time_zone=settings.time.zone,
    )


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
        "period": {
            "start": str(period.start),
            "end": str(period.end),
            "cutoff": str(period.cutoff),
        },
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


def write_data(
    folder: Path, intake: Intake, judged: Judged, inputs: dict[str, Any], settings: Settings
) -> None:
    """The outputs that machines and spreadsheets read, besides the obligations."""
    write_findings_csv(folder / "findings.csv", judged.findings, report_options(settings))
    write_parquet(folder / FINDINGS_FILE, judged.findings)
    write_parquet(folder / CONDUCT_FILE, judged.conduct)
    write_register_csv(folder / "register.csv", judged.register, report_options(settings))
    write_parquet(folder / REGISTER_FILE, judged.register)
    if judged.own_figures is not None:
        differ = judged.own_figures.filter(pl.col("cause").is_not_null())
        write_csv(folder / "own_figures.csv", differ.lazy())
    shown = settings.report.show_personal_data
    write_csv(
        folder / "quarantine.csv", words_masked(intake.quarantine, DEFECT_WORDS, shown).lazy()
    )
    write_json(folder / "metrics.json", to_json(judged.metrics))
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
    """The documents that people read, the PDFs among them unless `pdf` is False; they carry the
    data written before."""
    options = report_options(settings)
    if judged.metrics.validation:
        texts = texts_of(single(lang), rulebooks)
        write_data_docs(folder, judged.metrics.validation, texts, judged.metrics.period.cutoff)
    workbook = partial(
        write_workbook,
        folder / "findings.xlsx",
        judged.findings,
        register=judged.register,
        obligations=judged.closing.obligations,
        metrics=judged.metrics,
        rulebooks=rulebooks,
        defects=words_masked(
            pl.concat([intake.quarantine, intake.issues]), DEFECT_WORDS, options.show_personal
        ),
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
