"""Cells of typed sources (Parquet, a database) that need no parsing: the same structs as
checks.records.parsing.cells gives."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from checks.concepts import INSTANT
from checks.records.parsing.cells import struct_of
from checks.records.parsing.times.assembly import DAY, STAMP
from checks.records.parsing.times.bounds import bounded, implausible
from checks.records.parsing.times.columns import A_MOMENT
from checks.records.parsing.times.offsets import Clock
from checks.records.parsing.times.zero_dates import zero_instants
from checks.records.tables import PRECISION, Column


def typed(column: Column, cell: pl.Expr, dtype: pl.DataType, clock: Clock) -> pl.Expr | None:
    """The column of a source of this dtype, None where it must be parsed. A date stands for its
    day, an instant for itself."""
    if column.kind in ("instant", "promise", "date") and isinstance(dtype, pl.Date | pl.Datetime):
        zoned = isinstance(dtype, pl.Datetime) and dtype.time_zone
        # Local times of a clock that is moved are looked at one by one
        return None if clock.moved and not zoned else _dated(column, cell, dtype, clock)
    if dtype == pl.Boolean and column.kind == "bool":
        return pl.struct(cell.alias("value"), pl.lit(None, pl.String).alias("raw"))
    if dtype.is_integer() and column.kind == "number":
        value = pl.when(cell >= 0).then(cell.cast(pl.Int64, strict=False))
        return pl.struct(
            value.alias("value"), pl.when(value.is_null()).then(cell.cast(pl.String)).alias("raw")
        )
    return None


def _dated(column: Column, cell: pl.Expr, dtype: pl.DataType, clock: Clock) -> pl.Expr:
    day = dtype == pl.Date
    if isinstance(dtype, pl.Datetime) and dtype.time_zone:
        aware = cell.dt.cast_time_unit("us")
        at, utc = (
            aware.dt.convert_time_zone(z).dt.replace_time_zone(None) for z in (clock.scale, "UTC")
        )
        zero = zero_instants(at, clock.offset + clock.shift) | zero_instants(utc, timedelta())
    else:
        written = cell.cast(INSTANT)
        zero = zero_instants(written, clock.offset)
        at = written if day and column.kind == "date" else written + clock.shift
    if day and column.kind == "promise":
        at = at + timedelta(days=1) - A_MOMENT
    wrong = implausible(at, clock.period_end, clock.earliest) if bounded(column) else pl.lit(False)
    value = pl.when(~zero & ~wrong).then(at)
    raw = pl.when(~zero & wrong).then(clock.local(at).dt.to_string(STAMP))
    exact = pl.when(value.is_not_null()).then(DAY if day else 0).otherwise(0).cast(PRECISION)
    dated = (value if day else clock.local(value)).dt.date()
    fields = {
        "value": dated if column.kind == "date" else value,
        "raw": raw,
        "precision": exact,
    }
    return pl.struct(fields[field.name].alias(field.name) for field in struct_of(column).fields)
