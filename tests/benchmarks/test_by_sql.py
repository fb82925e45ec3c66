"""The engine against SQL written by hand, an oracle that shares nothing with it: no difference in any verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from checks.concepts import Period
from checks.timeliness import judge
from flows.ingest import read_folder
from flows.rulebooks import load_rulebooks
from tests.benchmarks.by_sql import differences, over_records
from tests.oracle import to_frames
from tests.oracle.records import draw

OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
RULEBOOKS = load_rulebooks().rulebooks


def compared(records: Mapping[str, pl.LazyFrame], period: Period) -> tuple[int, list[tuple[object, ...]]]:
    rival = over_records(records)
    rival.judge(period)
    theirs = rival.closed()
    rival.close()
    return theirs.height, differences(judge(records, RULEBOOKS, period), theirs).rows()


def test_engine_and_sql_agree_on_the_sample_month() -> None:
    intake = read_folder(Path(__file__).parents[2] / "sample_data")
    judged, differ = compared(intake.records, OCTOBER)
    assert judged > 1000
    assert differ == []


@pytest.mark.parametrize("seed", range(3))
def test_engine_and_sql_agree_on_adversarial_records(seed: int) -> None:
    case = draw(seed, subjects=150)
    judged, differ = compared(to_frames(case.rows), Period(case.start, case.end, case.cutoff))
    assert judged > 500
    assert differ == []
