"""A month judged in parts is the month judged whole, row for row."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from checks.concepts import Period
from checks.judging import judge
from checks.judging.portions import together
from checks.parts import WHOLE, Part, apart, hashed
from checks.subjects.sessions import parts as ordered
from flows.ingest import read_folder
from flows.ingest.sessions import with_sessions
from flows.law.rulebooks import load_rulebooks

SAMPLE = Path(__file__).parents[2] / "sample_data"
OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
BOOKS = load_rulebooks().rulebooks


def test_parts_judged_apart_are_the_whole() -> None:
    parts = 2
    gap = BOOKS.parameters.session_gap
    intake = with_sessions(read_folder(SAMPLE), gap, at_once=400)
    assert len(ordered(intake.records["chats"])) > 1
    read = intake.records
    records = read.with_tables({name: frame.collect().lazy() for name, frame in read.items()})
    judged = [judge(records, BOOKS, OCTOBER, part=part) for part in WHOLE.split(parts, 1)]
    whole = judge(records, BOOKS, OCTOBER)
    assert together(judged, BOOKS.rules).equals(whole)
    assert max(map(len, judged)) < len(whole) * 2 / 3


def test_a_key_falls_into_the_same_part_on_every_machine() -> None:
    keys = ["", "T1", "C0907", "GD202610-00002", "客户一", "x" * 40, None]
    found = pl.DataFrame({"key": keys}).select(hashed(pl.col("key"))).to_series().to_list()
    known = [0, 4173947220, 3265863716, 4264363351, 3062925300, 4009388541, None]
    assert found == known, "verdicts of a cluster's workers would not fit together any more"


@pytest.mark.parametrize("form", ["GD202610-{:06}", "{:06}@im.example", "T{}"])
def test_parts_are_about_equal_and_hold_every_row_once(form: str) -> None:
    rows = pl.LazyFrame({"key": [form.format(n) for n in range(20_000)]})
    parts = list(apart(rows, "key", 1_000))
    lengths = [part.collect().height for part in parts]
    assert (len(lengths), sum(lengths)) == (20, 20_000)
    assert max(lengths) < 1.15 * min(lengths)
    assert pl.concat(parts).collect()["key"].n_unique() == 20_000


def test_the_parts_of_a_part_are_the_part() -> None:
    rows = pl.DataFrame({"key": [f"K{n}" for n in range(500)]})
    part = Part(1, 3)
    finer = [rows.filter(each.holds(pl.col("key"))) for each in part.split(160, 40)]
    assert len(finer) == 4
    assert pl.concat(finer).sort("key").equals(rows.filter(part.holds(pl.col("key"))).sort("key"))
