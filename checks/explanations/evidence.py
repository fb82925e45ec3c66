"""The records behind a subject: where they stand in the sources, and what they say about time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl

from checks.records.tables import TABLES
from checks.subjects.registry import kind_of


def evidence(
    subject_type: str,
    subject_id: str,
    records: Mapping[str, pl.LazyFrame],
    session_gap: timedelta,
) -> list[str]:
    """One line per record of the subject: table, file and row, and every filled or unreadable
    cell."""
    found = kind_of(subject_type).records_of(subject_id, records, session_gap)
    return [_line(name, row) for name, frame in found for row in frame.collect().to_dicts()]


def _line(table: str, row: dict[str, Any]) -> str:
    cells = []
    for column in TABLES[table].columns:
        if row.get(f"{column.name}_unreadable"):
            cells.append(f"{column.name}=?")
        elif row[column.name] is not None:
            cells.append(f"{column.name}={row[column.name]}")
    return f"{table} ({row['_file']}:{row['_row']}) {', '.join(cells)}"
