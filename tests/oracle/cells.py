"""Records as the oracle sees them: per table a list of dicts, a cell is None, a value, or UNREADABLE."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final

import polars as pl

from checks.records import Records
from checks.tables import TABLES


class Mark(Enum):
    UNREADABLE = "filled, but nobody can read it"

    def __repr__(self) -> str:
        return self.name


UNREADABLE: Final = Mark.UNREADABLE
Row = dict[str, Any]
Rows = dict[str, list[Row]]

HAPPENED: Final = {"calls": "started_at", "chats": "sent_at", "ticket_events": "at", "exemptions": "approved_at"}
"""Tables whose rows are events as a whole: a row later than the cutoff has not happened."""


def readable(cell: object) -> bool:
    return cell is not None and cell is not UNREADABLE


def as_of(rows: Mapping[str, list[Row]], cutoff: datetime) -> Rows:
    """What had happened by the cutoff: later rows are gone, later cells are empty; due times stay.

    Two facts outlive the cut, because the text asks for them: that a call had not ended yet, and that the export
    has a time of cancellation.
    """
    known: Rows = {}
    for table, lines in rows.items():
        happened = HAPPENED.get(table)
        known[table] = [_cut(table, row, cutoff) for row in lines if not happened or row[happened] <= cutoff]
    return known


def _cut(table: str, row: Row, cutoff: datetime) -> Row:
    out = dict(row)
    if table == "calls":
        out["not_ended_yet"] = isinstance(row["ended_at"], datetime) and row["ended_at"] > cutoff
    if table == "tickets":
        out["cancelled_in_export"] = row["cancelled_at"] is not None
    if table in ("calls", "tickets"):
        for column in TABLES[table].columns:
            value = row[column.name]
            if column.kind == "instant" and isinstance(value, datetime) and value > cutoff:
                out[column.name] = None
    return out


def from_frames(records: Mapping[str, pl.LazyFrame]) -> Rows:
    """Canonical frames to rows."""
    out: Rows = {}
    for name, frame in records.items():
        table = TABLES[name]
        out[name] = []
        for line in frame.collect().to_dicts():
            row = {c.name: line[c.name] for c in table.columns}
            row |= {c.name: UNREADABLE for c in table.columns if c.marked and line[f"{c.name}_unreadable"]}
            out[name].append(row)
    return out


def to_frames(rows: Mapping[str, list[Row]]) -> Records:
    """Rows to canonical frames; every table is there, columns that a row leaves out are empty."""
    out = {}
    for name, table in TABLES.items():
        lines = []
        for number, row in enumerate(rows.get(name, ()), start=2):
            unknown = row.keys() - table.by_name.keys()
            if unknown:
                raise ValueError(f"{name} has no column {', '.join(sorted(unknown))}")
            line = {c.name: None if row.get(c.name) is UNREADABLE else row.get(c.name) for c in table.columns}
            line |= {f"{c.name}_unreadable": row.get(c.name) is UNREADABLE for c in table.columns if c.marked}
            line |= {f"{c.name}_precision": 0 for c in table.columns if c.timed}
            lines.append(line | {"_file": f"{name}.csv", "_row": number})
        out[name] = pl.DataFrame(lines, schema=table.schema).lazy()
    return Records(out)


def complete(rows: Mapping[str, list[Row]]) -> Rows:
    """Every table, every column of every row: what is left out is empty."""
    return {
        name: [{c.name: row.get(c.name) for c in table.columns} for row in rows.get(name, ())]
        for name, table in TABLES.items()
    }
