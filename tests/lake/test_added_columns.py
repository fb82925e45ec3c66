"""A lake that was filled before a table got further columns is read and filled as before."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import polars.selectors as cs

from checks.records.tables import TABLES
from flows.ingest import options_of
from flows.ingest.lake import Lake, pin, read_lake, take_in
from flows.settings import Settings
from tests.closing.months import write_month
from tests.long import takes_long

ADDED = ("own_met", "own_breached", "own_due_at")


def _take_in(data: Path, lake: Path) -> None:
    take_in(data, Lake(str(lake)), options_of(Settings()), lambda _: None)


@takes_long
def test_columns_added_since(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    _take_in(write_month(tmp_path / "october", datetime(2026, 10, 1)), lake)
    table = Lake(str(lake)).open("records/tickets")
    assert table is not None
    old = pl.read_delta(table).drop(cs.contains(*ADDED))
    old.write_delta(table, mode="overwrite", delta_write_options={"schema_mode": "overwrite"})
    now = TABLES["tickets"]
    before = read_lake(Lake(str(lake)), options_of(Settings()), pin(Lake(str(lake))))
    found = before.records["tickets"].collect()
    assert found.height and found.schema == now.schema
    assert found.select(pl.col(ADDED).null_count().sum()).row(0) == (found.height,) * 3
    assert not found["own_due_at_unreadable"].any()

    data = write_month(tmp_path / "november", datetime(2026, 11, 1))
    path = data / "tickets" / "2026-11.csv"
    heading, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([f"{heading},made_sla", *(f"{row},是" for row in rows)]), "utf-8")
    _take_in(data, lake)
    after = read_lake(Lake(str(lake)), options_of(Settings()), pin(Lake(str(lake))))
    both = after.records["tickets"].collect()
    assert both["own_met"].drop_nulls().to_list() == [True] * len(rows)
    assert both.height == found.height + len(rows)
