"""A long month is looked at a portion at a time and from disk; that changes no number."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from checks.concepts import Period
from checks.judging.portions import AT_ONCE
from flows.audit.history import History
from flows.audit.selection import Selection
from flows.audit.stages import PlainStages
from flows.settings import Settings

SAMPLE = Path(__file__).parents[2] / "sample_data"
OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))

LIMITS = (
    ("flows.ingest.arranged", "AT_ONCE", 200),
    ("checks.results.metrics.headline", "AT_ONCE", 200),
    ("checks.results.metrics.governing", "AT_ONCE", 200),
    ("checks.results.findings", "AT_ONCE", 50),
    ("flows.audit.judgement", "IN_MEMORY", 0),
)


def measured(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    settings = Settings()
    rules, intake = PlainStages.load_rules(settings).rulebooks, PlainStages.ingest(SAMPLE, settings)
    judged = PlainStages.judge_records(intake, rules, OCTOBER, settings, Selection())
    folder.mkdir()
    kept = PlainStages.write_obligations(folder, judged)
    found = PlainStages.measure(intake, rules, OCTOBER, settings, kept, History())
    return found.metrics, found.findings.to_dicts(), found.conduct.to_dicts()


def test_portions_and_files_change_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = measured(tmp_path / "whole")
    for module, name, number in LIMITS:
        monkeypatch.setattr(import_module(module), name, number)
    for kind in AT_ONCE:
        monkeypatch.setitem(AT_ONCE, kind, 200)  # type: ignore[arg-type]
    assert measured(tmp_path / "portions") == whole
