"""Rows that were read before the period was known, as those of a lake: times too late for it become
unreadable."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from checks.local_time import in_zone
from checks.records.parsing.canonical import RAW
from checks.records.parsing.times.assembly import DAY, MINUTE, STAMP
from checks.records.parsing.times.bounds import EARLIEST, bounded, implausible
from checks.records.tables import Column, Table


def plausible(
    rows: pl.LazyFrame,
    table: Table,
    period_end: datetime,
    zone: str | None = None,
    earliest: datetime = EARLIEST,
) -> pl.LazyFrame:
    """The canonical rows (checks.records.parsing.canonical) as they would have been read for a
    period that ends then. `zone`: where a reader lives whose times are stored in UTC."""
    columns = [c for c in table.columns if bounded(c)]
    late = {c.name: implausible(pl.col(c.name), period_end, earliest) for c in columns}
    found = rows.select(is_late.any().alias(name) for name, is_late in late.items()).collect(
        engine="streaming"
    )
    concerned = [c for c in columns if found[c.name].item()]
    return rows.with_columns(cell for c in concerned for cell in _unreadable(c, late[c.name], zone))


def _unreadable(column: Column, late: pl.Expr, zone: str | None) -> list[pl.Expr]:
    """The column and what stands beside it, null and unreadable where `late`."""
    name, precision = column.name, f"{column.name}_precision"
    mark = f"{name}_unreadable"
    return [
        pl.when(~late).then(name).alias(name),
        pl.when(~late).then(RAW + name).otherwise(_written(name, zone)).alias(RAW + name),
        pl.when(~late).then(precision).otherwise(0).cast(pl.Int32).alias(precision),
        *([(pl.col(mark) | late).alias(mark)] if column.marked else []),
    ]


def _written(name: str, zone: str | None) -> pl.Expr:
    """The time in digits, as exactly as it is known; how it stood in the export is not."""
    at, precision = pl.col(name), pl.col(f"{name}_precision")
    at = in_zone(at, zone) if zone else at
    return (
        pl.when(precision == DAY)
        .then(at.dt.to_string("%Y-%m-%d"))
        .when(precision == MINUTE)
        .then(at.dt.to_string("%Y-%m-%d %H:%M"))
        .otherwise(at.dt.to_string(STAMP))
    )
