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

SAMPLE = Path(__file__).parents[2] / "sample_data"
OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))

LIMITS = (
    ("flows.ingest.sessions", "AT_ONCE", 200),
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
    return to_json(found.metrics), found.findings.to_dicts(), found.conduct.to_dicts()


def test_portions_and_files_change_no_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = measured(tmp_path / "whole")
    for module, name, number in LIMITS:
        monkeypatch.setattr(import_module(module), name, number)
    for name, kind in list(KINDS.items()):
        monkeypatch.setitem(KINDS, name, replace(kind, at_once=200))
    assert measured(tmp_path / "portions") == whole
