"""A month judged in parts is the month judged whole, row for row."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl

from checks.concepts import Period
from checks.judging import judge
from checks.judging.cluster_parts import Part, only_own, part_of, together
from flows.ingest import read_folder
from flows.law.rulebooks import load_rulebooks

SAMPLE = Path(__file__).parents[2] / "sample_data"
OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
BOOKS = load_rulebooks().rulebooks


def test_parts_judged_apart_are_the_whole() -> None:
    parts = 2
    read = read_folder(SAMPLE).records
    records = read.with_tables({name: frame.collect().lazy() for name, frame in read.items()})
    judged = []
    for part in (Part(number, parts) for number in range(parts)):
        obligations = judge(part_of(records, part), BOOKS, OCTOBER)
        judged.append(only_own(obligations, records, part))
    whole = judge(records, BOOKS, OCTOBER)
    assert together(judged, BOOKS.rules).equals(whole)
    assert max(map(len, judged)) < len(whole) * 2 / 3


def test_customers_that_share_a_number_stay_together_however_indirectly() -> None:
    rows = [
        ("K1", "C1", "1001"),
        ("K2", "C2", "1001"),
        ("K3", "C2", "1002"),
        ("K4", None, "1002"),
        ("K5", "C2", None),
    ]
    read = read_folder(SAMPLE).records
    nothing = {name: frame.head(0) for name, frame in read.items()}
    calls = pl.DataFrame(rows, schema=["call_id", "customer_id", "number"], orient="row")
    marks = pl.col("^.*_unreadable$").fill_null(False)
    some = pl.concat([nothing["calls"].collect(), calls], how="diagonal").with_columns(marks)
    records = read.with_tables(nothing | {"calls": some.lazy()})
    held = [
        part_of(records, Part(number, 50))["calls"].select("call_id").collect()["call_id"].to_list()
        for number in range(50)
    ]
    assert sorted(found for found in held if found) == [["K1", "K2", "K3", "K4", "K5"]]
