"""Cells as of a cutoff, and what can be said of a cell: readable, unreadable, filled, how exact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

import polars as pl

from checks.local_time import dtype_in
from checks.records.tables import PRECISION, TABLES

UNREADABLE = "_unreadable"
_EXACT_TO: Final = (0, 60, 3_600, 3_660, 86_400, 90_000)
"""Seconds that a time may be exact to, the most exact first: also of an hour that exists twice, and
of a day that is an hour longer. Others count as the next longer of these."""
_LITERALS: Final = tuple(pl.lit(seconds, PRECISION) for seconds in _EXACT_TO)


def marked(column: str) -> str:
    """Name of the companion that marks an unreadable cell of `column`."""
    return column + UNREADABLE


def precision_of(column: str) -> str:
    """Name of the companion that holds how exactly `column` was written, in seconds."""
    return f"{column}_precision"


def unreadable(column: str) -> pl.Expr:
    return pl.col(marked(column))


def of_accepted_objection() -> pl.Expr:
    """Whether an exemption comes from an objection to a finding (`F-…`) that was accepted."""
    return pl.col("accepted_objection").str.starts_with("F-").fill_null(False)


def filled(column: str) -> pl.Expr:
    """Whether the cell holds something, readable or not."""
    return pl.col(column).is_not_null() | unreadable(column)


def cut(columns: list[str], cutoff: datetime) -> list[pl.Expr]:
    """Events later than the cutoff have not happened yet: their cells count as empty."""
    return [pl.when(pl.col(c) <= cutoff).then(pl.col(c)).alias(c) for c in columns]


def instants(table: str) -> list[str]:
    """The event columns of a table, promised times aside."""
    return [c.name for c in TABLES[table].columns if c.kind == "instant"]


def span(precision: pl.Expr) -> pl.Expr:
    """A precision in seconds as a duration."""
    return pl.duration(microseconds=precision.cast(pl.Int64) * 1_000_000)


def uncertainty(precision: pl.Expr) -> pl.Expr:
    """How much later than written an instant of this precision may lie: its span less a
    microsecond, for the end of the span does not belong to it."""
    return pl.duration(microseconds=(precision.cast(pl.Int64) * 1_000_000 - 1).clip(lower_bound=0))


def latest(at: pl.Expr, precision: pl.Expr) -> pl.Expr:
    """The last instant that a time may stand for."""
    return at + uncertainty(precision)


@cache
def stamp(at: str, precision: str | None = None) -> pl.Expr:
    """An instant and how exact it is as one number, so that the least of several is the earliest,
    and of equal instants the most exact. `at_of` and `exactness_of` take it apart."""
    seconds = pl.col(precision or precision_of(at))
    rank = pl.sum_horizontal((seconds > finer).cast(pl.Int64) for finer in _EXACT_TO[:-1])
    return pl.col(at).dt.epoch("us") * len(_EXACT_TO) + rank


def at_of(stamped: pl.Expr, zone: str | None) -> pl.Expr:
    """The instant of a stamp, in that zone (checks.local_time)."""
    return (stamped // len(_EXACT_TO)).cast(dtype_in(zone))


def exactness_of(stamped: pl.Expr) -> pl.Expr:
    """The precision of a stamp in seconds; 0 where there is none."""
    rank, seconds = stamped % len(_EXACT_TO), _LITERALS[0]
    for place, exact_to in enumerate(_LITERALS):
        seconds = pl.when(rank == place).then(exact_to).otherwise(seconds)
    return seconds


def earliest(columns: Sequence[str]) -> tuple[pl.Expr, pl.Expr]:
    """The earliest readable of several times, and how exact it is."""
    if len(columns) == 1:
        return pl.col(columns[0]), pl.col(precision_of(columns[0]))
    first = pl.min_horizontal([stamp(column) for column in columns])
    return pl.min_horizontal(columns), exactness_of(first)
