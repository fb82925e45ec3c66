"""A long month is looked at a portion at a time and from disk; that changes no number."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from checks.concepts import Period
from checks.numbers.plain import to_json
from checks.subjects.registry import KINDS
from flows.audit.history import History
from flows.audit.selection import Selection
from flows.audit.stages import PlainStages
from flows.settings import Settings
from tests.closing.months import write_month
from tests.long import LONG

SAMPLE = Path(__file__).parents[2] / "sample_data"
FEW = 3
"""Records at once: far fewer than the tiny month has."""

OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))

LIMITS = (
    ("flows.ingest.sessions", "AT_ONCE", FEW),
    ("checks.results.metrics.headline", "AT_ONCE", FEW),
    ("checks.results.metrics.governing", "AT_ONCE", FEW),
    ("checks.results.findings", "AT_ONCE", FEW),
    ("flows.audit.judgement", "IN_MEMORY", 0),
)


def measured(
    data: Path, folder: Path
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    settings = Settings()
    rules, intake = PlainStages.load_rules(settings).rulebooks, PlainStages.ingest(data, settings)
    judged = PlainStages.judge_records(intake, rules, OCTOBER, settings, Selection())
    folder.mkdir()
    kept = PlainStages.write_obligations(folder, judged)
    found = PlainStages.measure(intake, rules, OCTOBER, settings, kept, History())
    return to_json(found.metrics), found.findings.to_dicts(), found.conduct.to_dicts()


def test_portions_and_files_change_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = SAMPLE if LONG else write_month(tmp_path / "data", OCTOBER.start)
    whole = measured(data, tmp_path / "whole")
    for module, name, number in LIMITS:
        monkeypatch.setattr(import_module(module), name, number)
    for name, kind in list(KINDS.items()):
        monkeypatch.setitem(KINDS, name, replace(kind, at_once=FEW))
    assert measured(data, tmp_path / "portions") == whole
