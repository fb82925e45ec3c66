"""The records behind a subject: where they stand in the sources, and what they say about time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl

from checks.judging.subjects.sessions import sessions
from checks.records.tables import TABLES


def evidence(
    subject_type: str,
    subject_id: str,
    records: Mapping[str, pl.LazyFrame],
    session_gap: timedelta,
) -> list[str]:
    """One line per record of the subject: table, file and row, and every filled or unreadable
    cell."""
    found = records_of(subject_type, subject_id, records, session_gap)
    return [_line(name, row) for name, frame in found for row in frame.collect().to_dicts()]


def records_of(
    subject_type: str,
    subject_id: str,
    records: Mapping[str, pl.LazyFrame],
    session_gap: timedelta,
) -> list[tuple[str, pl.LazyFrame]]:
    """The rows behind a subject, by table: its own, and of a ticket those that carry its number."""
    if subject_type == "call":
        return [("calls", records["calls"].filter(pl.col("call_id") == subject_id))]
    if subject_type == "chat_session":
        conversation, _, number = subject_id.rpartition("#")
        told = records["chats"].filter(pl.col("conversation_id") == conversation)
        talk = sessions(told, session_gap)
        return [("chats", talk.filter(pl.col("session") == int(number)))]
    of_ticket = pl.col("ticket_id") == re.sub(r"#\d+$", "", subject_id)
    names = ("tickets", "calls", "chats", "ticket_events", "alerts")
    return [(name, records[name].filter(of_ticket)) for name in names]


def _line(table: str, row: dict[str, Any]) -> str:
    cells = []
    for column in TABLES[table].columns:
        if row.get(f"{column.name}_unreadable"):
            cells.append(f"{column.name}=?")
        elif row[column.name] is not None:
            cells.append(f"{column.name}={row[column.name]}")
    return f"{table} ({row['_file']}:{row['_row']}) {', '.join(cells)}"
