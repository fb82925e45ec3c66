"""The oracle's rows to canonical frames and back: cells, how exactly they were written, what could
not be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from checks.records.records import NAMED, Records, recorded_by
from checks.records.tables import TABLES, Column, Table
from tests.oracle.cells import UNREADABLE, Coarse, Row, Rows, exact, precision, readable


def from_frames(records: Mapping[str, pl.LazyFrame]) -> Rows:
    """Canonical frames to rows."""
    out: dict[str, list[Row]] = {}
    for name, frame in records.items():
        columns = TABLES[name].columns
        out[name] = [
            {c.name: _cell(c, line) for c in columns} for line in frame.collect().to_dicts()
        ]
    if not isinstance(records, Records):
        return Rows(out)
    quarantined = {name: frame.collect().to_dicts() for name, frame in records.quarantined.items()}
    return Rows(out, records.recorded, quarantined)


def _cell(column: Column, line: Row) -> Any:
    value = line[column.name]
    if column.marked and line[f"{column.name}_unreadable"]:
        return UNREADABLE
    if value is not None and column.timed and line[f"{column.name}_precision"]:
        return Coarse(value, timedelta(seconds=line[f"{column.name}_precision"]))
    return value


def to_frames(rows: Mapping[str, list[Row]]) -> Records:
    """Rows to canonical frames; every table is there, columns that a row leaves out are empty."""
    given = Rows(rows)
    tables = {name: _frame(table, given.get(name, [])) for name, table in TABLES.items()}
    quarantined = _quarantined(given)
    return Records(tables, recorded_by(given.carried, tables, quarantined), quarantined)


def _frame(table: Table, rows: list[Row]) -> pl.LazyFrame:
    lines = []
    for number, row in enumerate(rows, start=2):
        unknown = row.keys() - table.by_name.keys()
        if unknown:
            raise ValueError(f"{table.name} has no column {', '.join(sorted(unknown))}")
        line: Row = {"_file": f"{table.name}.csv", "_row": number}
        for column in table.columns:
            line |= _canonical(column, row.get(column.name))
        lines.append(line)
    return pl.DataFrame(lines, schema=table.schema).lazy()


def _canonical(column: Column, cell: Any) -> Row:
    """A cell with its companions."""
    value = cell if readable(cell) else None
    time = value if isinstance(value, datetime) else None
    out = {column.name: exact(time) if time else value}
    if column.marked:
        out[f"{column.name}_unreadable"] = cell is UNREADABLE
    if column.timed:
        out[f"{column.name}_precision"] = int(precision(time).total_seconds()) if time else 0
    return out


def _quarantined(rows: Rows) -> dict[str, pl.LazyFrame]:
    out = {}
    for name, columns in NAMED.items():
        lines = [
            {column: _named(row.get(column)) for column in columns}
            for row in rows.quarantined[name]
        ]
        out[name] = pl.DataFrame(lines, schema=dict.fromkeys(columns, pl.String)).lazy()
    return out


def _named(cell: Any) -> Any:
    return cell if readable(cell) else None
