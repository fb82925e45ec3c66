"""What a folder goes through: reading, with its invariants, and everything that comes after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from checks.concepts import Period
from flows.audit.gate import gate_of
from flows.audit.history import History
from flows.audit.selection import Selection
from flows.audit.stages import PlainStages
from flows.audit.validation import validate
from flows.ingest import Intake
from flows.settings import Settings

OCTOBER: Final = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))


def read(data: Path) -> Intake:
    """The folder's intake; AssertionError where a row is not accounted for."""
    intake = PlainStages.ingest(data, Settings())
    for table, counts in intake.accounting.items():
        told = sum(counts[name] for name in ("accepted", "duplicates", "superseded", "quarantined"))
        assert counts["read"] == told, f"{table}: {counts}"
        held = intake.records[table].select(pl.len()).collect().item()
        assert held == counts["accepted"], f"{table}: {held} records, {counts}"
        named = intake.quarantine.filter(table=table).select("file", "row").n_unique()
        assert named == counts["quarantined"], f"{table}: {named} rows in the quarantine, {counts}"
    return intake


def judge(intake: Intake, out: Path) -> None:
    """Judge, count, validate and write everything but the PDF."""
    settings = Settings()
    rules = PlainStages.load_rules(settings)
    obligations = PlainStages.judge_records(intake, rules.rulebooks, OCTOBER, settings, Selection())
    judged = PlainStages.measure(intake, rules.rulebooks, OCTOBER, settings, obligations, History())
    asked = {"lang": "zh", "tiers": [], "departments": [], "pdf": False}
    inputs = PlainStages.inputs_of(intake, rules, OCTOBER, settings, asked, History())
    out.mkdir()
    found = validate(intake.records, intake.provided, out, period=OCTOBER)
    gate = gate_of(intake, rules.rulebooks, OCTOBER, settings).section()
    judged = replace(judged, metrics=replace(judged.metrics, gate=gate, validation=found))
    PlainStages.write_data(out, intake, judged, inputs, settings)
    PlainStages.write_documents(
        out, intake, judged, inputs, rules.rulebooks, settings, "both", pdf=False
    )
