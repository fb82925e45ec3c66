"""Records as the oracle sees them: per table a list of dicts, a cell is None, a value, or
UNREADABLE.

A time that was written without seconds, or without a time of day, is a `Coarse` datetime.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final, Self

from checks.records.tables import TABLES


class Mark(Enum):
    UNREADABLE = "filled, but nobody can read it"

    def __repr__(self) -> str:
        return self.name


UNREADABLE: Final = Mark.UNREADABLE
Row = dict[str, Any]

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
_TICK: Final = timedelta(microseconds=1)


class Coarse(datetime):
    """An instant somewhere in [v, v + precision); compared as v, and as coarse when moved."""

    precision: timedelta

    def __new__(cls, at: datetime, precision: timedelta) -> Self:
        day = (at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)
        self = super().__new__(cls, *day)
        self.precision = precision
        return self

    def __add__(self, other: timedelta) -> Coarse:
        return Coarse(exact(self) + other, self.precision)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        moved = exact(self) - other
        return moved if isinstance(moved, timedelta) else Coarse(moved, self.precision)

    def __repr__(self) -> str:
        return f"Coarse({self.isoformat(' ')}, {self.precision})"


def exact(at: datetime) -> datetime:
    """v alone."""
    return datetime(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)


def precision(at: datetime) -> timedelta:
    return at.precision if isinstance(at, Coarse) else timedelta()


def latest(at: datetime) -> datetime:
    """The last microsecond that the time may stand for."""
    return exact(at) + max(precision(at) - _TICK, timedelta())


def earliest(times: Iterable[datetime]) -> datetime | None:
    """The earliest v; of two that are equal the more exact one."""
    return min(times, key=lambda at: (at, precision(at)), default=None)


class Rows(dict[str, list[Row]]):
    """The rows of each table; `carried`: the columns that its files have; `quarantined`: what rows
    that were not accepted name."""

    def __init__(
        self,
        rows: Mapping[str, list[Row]],
        carried: Mapping[str, frozenset[str]] | None = None,
        quarantined: Mapping[str, list[Row]] | None = None,
    ) -> None:
        super().__init__(rows)
        theirs = rows if isinstance(rows, Rows) else None
        everything = {name: frozenset(table.by_name) for name, table in TABLES.items()}
        self.carried = {**everything, **(theirs.carried if theirs else {}), **(carried or {})}
        nothing: dict[str, list[Row]] = {name: [] for name in TABLES}
        self.quarantined = {
            **nothing,
            **(theirs.quarantined if theirs else {}),
            **(quarantined or {}),
        }


HAPPENED: Final = {
    "calls": "started_at",
    "chats": "sent_at",
    "ticket_events": "at",
    "exemptions": "approved_at",
}
"""Tables whose rows are events as a whole: a row later than the cutoff has not happened."""


def readable(cell: object) -> bool:
    return cell is not None and cell is not UNREADABLE


def as_of(rows: Rows, cutoff: datetime) -> Rows:
    """What had happened by the cutoff: later rows are gone, later cells are empty; due times stay.

    Two facts outlive the cut, because the text asks for them: that a call had an answer or an end
    still to come, and that the export has a time of cancellation.
    """
    known: dict[str, list[Row]] = {}
    for table, lines in rows.items():
        happened = HAPPENED.get(table)
        known[table] = [
            _cut(table, row, cutoff)
            for row in lines
            if not happened or row[happened] <= cutoff or decided(row)
        ]
    return Rows(known, rows.carried, rows.quarantined)


def decided(exemption: Mapping[str, Any]) -> bool:
    """Whether it is of an objection that was accepted."""
    return str(exemption.get("accepted_objection") or "").startswith("F-")


def _cut(table: str, row: Row, cutoff: datetime) -> Row:
    out = dict(row)
    if table == "calls":
        cells = (row["answered_at"], row["ended_at"])
        out["still_to_come"] = any(isinstance(cell, datetime) and cell > cutoff for cell in cells)
    if table == "tickets":
        out["cancelled_in_export"] = row["cancelled_at"] is not None
    if table in ("calls", "tickets"):
        for column in TABLES[table].columns:
            value = row[column.name]
            if column.kind == "instant" and isinstance(value, datetime) and value > cutoff:
                out[column.name] = None
    return out


def complete(rows: Mapping[str, list[Row]]) -> Rows:
    """Every table, every column of every row: what is left out is empty."""
    full = {
        name: [{c.name: row.get(c.name) for c in table.columns} for row in rows.get(name, ())]
        for name, table in TABLES.items()
    }
    given = Rows(rows)
    return Rows(full, given.carried, given.quarantined)
