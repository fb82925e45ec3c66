"""The engine against SQL and pandas written by hand, oracles that share nothing with it: no verdict
differs."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from checks.concepts import EXEMPT_REASONS, UNKNOWN_REASONS, Period
from checks.judging import judge
from checks.records.records import Records
from flows.generate import Plan, generate, write
from flows.ingest import read_folder
from flows.law.rulebooks import load_rulebooks
from tests.benchmarks import by_pandas
from tests.benchmarks.by_sql import as_stated, differences, over_folder, over_records
from tests.long import LONG
from tests.oracle import to_frames
from tests.oracle.records import draw

OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
RULEBOOKS = as_stated(load_rulebooks().rulebooks)


def compared(records: Records, period: Period) -> tuple[pl.DataFrame, list[tuple[object, ...]]]:
    """What the SQL finds, and the rows that it and the engine do not share."""
    rival = over_records(records)
    rival.judge(period)
    theirs = rival.closed()
    rival.close()
    return theirs, differences(judge(records, RULEBOOKS, period), theirs).rows()


def test_the_statements_name_the_rules_of_the_shipped_regulations() -> None:
    assert len(RULEBOOKS.rules) >= 49
    assert {rule.subject for rule in RULEBOOKS.rules} == {"call", "chat_session", "ticket"}


def test_engine_and_sql_agree_on_the_sample_month() -> None:
    intake = read_folder(Path(__file__).parents[2] / "sample_data")
    judged, differ = compared(intake.records, OCTOBER)
    assert judged.height > 1000
    assert differ == []


def test_engine_and_sql_agree_on_adversarial_records() -> None:
    """Coarse times, unreadable names, quarantined rows, columns that are not recorded, a year
    without a calendar."""
    reasons = set()
    for seed in range(4 if LONG else 1):
        case = draw(seed, subjects=150)
        judged, differ = compared(to_frames(case.rows), Period(case.start, case.end, case.cutoff))
        assert (seed, differ) == (seed, [])
        reasons |= set(judged["reason"])
    if LONG:
        assert reasons >= {"", "implied", *UNKNOWN_REASONS, *EXEMPT_REASONS}


def test_engine_sql_and_pandas_agree_on_a_generated_month(tmp_path: Path) -> None:
    write(generate(Plan(5000, date(2026, 10, 1), seed=3)), tmp_path, "parquet")
    ours = judge(read_folder(tmp_path).records, RULEBOOKS, OCTOBER)
    rival = over_folder(tmp_path)
    rival.judge(OCTOBER)
    assert differences(ours, rival.closed()).rows() == []
    theirs = pl.from_pandas(by_pandas.judge(tmp_path, OCTOBER)).sort("rule_id", "subject_id")
    shared = (
        ours.filter(pl.col("rule_id").is_in(by_pandas.RULES))
        .select(theirs.columns)
        .sort("rule_id", "subject_id")
    )
    assert_frame_equal(shared, theirs)
