"""The stages of an audit, each a plain typed function: ingest, validate, judge, measure, write.

`flows.audit` calls them one after the other, `flows.monthly` the same ones as Prefect tasks.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import polars as pl

from checks.calendar import END_OF_DAY, Calendar
from checks.concepts import SCHEMA_VERSION, Period
from checks.findings import findings as findings_of
from checks.metrics import Closing, metrics
from checks.rulebook import Rulebooks
from checks.timeliness import Readings, judge
from flows.errors import UsageError
from flows.ingest import IngestOptions, Intake, read_folder
from flows.publish import MANIFEST, file_hashes, write_json, write_parquet
from flows.report import ReportOptions, write_report
from flows.report.options import Lang
from flows.rulebooks import LoadedRulebooks, load_rulebooks
from flows.settings import Settings, fingerprint, redacted
from flows.validate import validate as validate

LIBRARIES: Final = (
    "polars",
    "great-expectations",
    "jinja2",
    "weasyprint",
    "xlsxwriter",
    "chinesecalendar",
    "fonttools",
)
"""Packages whose version can change a byte of an output; the manifest names them."""


@dataclass(frozen=True)
class Selection:
    """The part of the obligations that an ad-hoc rerun asks for; empty means all."""

    tiers: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()

    def of(self, obligations: pl.DataFrame) -> pl.DataFrame:
        """The obligations that are asked for, of the schema given."""
        for column, chosen in (("tier", self.tiers), ("department", self.departments)):
            if chosen:
                obligations = obligations.filter(pl.col(column).is_in(list(chosen)))
        return obligations


@dataclass(frozen=True)
class Judged:
    """What was judged, and the rules it was judged by."""

    closing: Closing
    findings: pl.DataFrame
    metrics: dict[str, Any]


def report_options(settings: Settings) -> ReportOptions:
    """The configured choices about the report."""
    report = settings.report
    return ReportOptions(
        profiles=report.profiles,
        company=report.company,
        target=settings.thresholds.target_rate,
        names=report.signatories,
        show_personal=report.show_personal_data,
        mask_staff=report.mask_staff,
    )


def load_rules(settings: Settings) -> LoadedRulebooks:
    """The rulebooks in force, the company's own included. Raises UsageError."""
    return load_rulebooks(settings.judging.rulebooks, settings.judging.governing_order)


def ingest(data: Path, settings: Settings) -> Intake:
    """The records of a data folder in canonical form, every row accounted for. Raises InputError."""
    return read_folder(data, IngestOptions(time_zone=settings.time.zone, absent=settings.inputs.absent))


def readings(settings: Settings) -> Readings:
    """What the configuration fixes of that which the regulations leave open. Raises UsageError."""
    path = settings.judging.company_calendar
    calendar = Calendar(company_days(path) if path else {}, settings.time.closing_hour or END_OF_DAY)
    return Readings(timedelta(seconds=settings.judging.ring_cycle_seconds), calendar=calendar)


def company_days(path: Path) -> Mapping[date, bool]:
    """A company's own calendar: CSV with the columns date,working. Raises UsageError with file and row."""
    words = {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False}
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"company calendar {path}: can't be read ({error})") from error
    days: dict[date, bool] = {}
    for number, row in enumerate(rows, start=2):
        try:
            days[date.fromisoformat(row["date"].strip())] = words[row["working"].strip().lower()]
        except (KeyError, ValueError, AttributeError):
            raise UsageError(f"company calendar {path}, row {number}: write date,working as 2026-10-10,true") from None
    return days


def judge_records(
    intake: Intake, rulebooks: Rulebooks, period: Period, settings: Settings, selection: Selection
) -> pl.DataFrame:
    """Every obligation in scope, decided as of the cutoff."""
    return selection.of(judge(intake.records, rulebooks, period, readings(settings)))


def measure(
    intake: Intake,
    rulebooks: Rulebooks,
    period: Period,
    settings: Settings,
    obligations: pl.DataFrame,
    validation: dict[str, Any],
) -> Judged:
    """Findings and every number that the report prints."""
    calendar = readings(settings).calendar
    closing = Closing(obligations.lazy(), rulebooks, intake.records, intake.provided, period, calendar)
    found = findings_of(closing)
    sections: dict[str, Any] = {
        "accounting": intake.accounting,
        "validation": validation,
        "quality": _quality(intake),
    }
    return Judged(closing, found, metrics(closing, found, **sections))


def _quality(intake: Intake) -> dict[str, Any]:
    """Cells and rows that could not be used, by table and reason."""

    def counted(frame: pl.DataFrame) -> list[dict[str, Any]]:
        grouped = frame.group_by("table", "column", "reason").agg(count=pl.len())
        return grouped.sort("table", "column", "reason").to_dicts()

    return {
        "issues": counted(intake.issues),
        "quarantine": counted(intake.quarantine),
        "unmatched_files": list(intake.unmatched),
    }


def inputs_of(intake: Intake, rules: LoadedRulebooks, period: Period, settings: Settings) -> dict[str, Any]:
    """What the run was made from: sources with hashes, rulebooks, configuration, versions."""
    return {
        "schema_version": SCHEMA_VERSION,
        "program": {"name": "kelou", "version": version("kelou")},
        "period": {"start": str(period.start), "end": str(period.end), "cutoff": str(period.cutoff)},
        "sources": [vars(source) for source in intake.sources],
        "unmatched_files": list(intake.unmatched),
        "rulebooks": [vars(file) for file in rules.files],
        "configuration": redacted(settings),
        "configuration_sha256": fingerprint(settings),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def write_data(folder: Path, intake: Intake, judged: Judged, inputs: dict[str, Any]) -> None:
    """The machine-readable outputs of a run."""
    write_parquet(folder / "obligations.parquet", judged.closing.obligations.collect())
    judged.findings.write_csv(folder / "findings.csv", include_bom=True)
    intake.quarantine.write_csv(folder / "quarantine.csv", include_bom=True)
    write_json(folder / "metrics.json", judged.metrics)
    write_json(folder / "inputs.json", inputs)


def write_documents(
    folder: Path, judged: Judged, inputs: dict[str, Any], rulebooks: Rulebooks, settings: Settings, lang: Lang
) -> None:
    """The documents that people read; they carry the data written before."""
    write_report(
        folder,
        metrics=judged.metrics,
        findings=judged.findings,
        inputs=inputs,
        rulebooks=rulebooks,
        lang=lang,
        options=report_options(settings),
    )


def write_manifest(folder: Path, inputs: dict[str, Any]) -> None:
    """`inputs.json` plus every output with its hash; written last."""
    write_json(folder / MANIFEST, {**inputs, "outputs": file_hashes(folder)})
