"""Typed columns (Parquet, databases) -> columns of the few types that reading knows, cell by cell,
nothing guessed.

Text, booleans, whole numbers up to 64 bits, floats, dates and timestamps stay. Every other cell
becomes the text that
a person would see: what is neither a time nor a number is then an unreadable cell, not a reason to
refuse the file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

import polars as pl

_WIDE: Final = (pl.UInt64, pl.Int128, pl.UInt128)
_PER_SECOND: Final = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_EPOCH: Final = datetime(1970, 1, 1)
_DAYS: Final = ((datetime(1, 1, 2) - _EPOCH).days, (datetime(9999, 12, 30) - _EPOCH).days)
"""The first and last day that every library can write; beyond them Polars panics, and Python has no
dates."""


def plain(frame: pl.LazyFrame, columns: Iterable[str]) -> dict[str, pl.Expr]:
    """How to read each of these columns of the frame. Every cell of them is looked at once, so that
    a damaged page shows here. Raises PolarsError, or panics, where one is.
    """
    schema = frame.collect_schema()
    dtypes = {name: schema[name] for name in columns}
    wild = {
        name: _outside(name, dtype)
        for name, dtype in dtypes.items()
        if dtype in (pl.Date, pl.Datetime)
    }
    counted = [pl.col(name).null_count().alias(name) for name in dtypes if name not in wild]
    tested = [outside.any().alias(name) for name, outside in wild.items()]
    seen = (
        frame.select(*counted, *tested).collect(engine="streaming").row(0, named=True)
        if dtypes
        else {}
    )
    return {
        name: _with_outside(name, dtype)
        if name in wild and seen[name]
        else _plain(frame, name, dtype)
        for name, dtype in dtypes.items()
    }


def _plain(frame: pl.LazyFrame, name: str, dtype: pl.DataType) -> pl.Expr:
    cell = pl.col(name)
    if dtype == pl.Binary:
        return cell.cast(pl.String) if _is_utf8(frame, name) else _each(cell, _decoded)
    if dtype.is_nested():
        return _each(cell, _as_json)
    if dtype == pl.Duration:
        return cell.dt.to_string("iso")
    if dtype.is_decimal():
        return cell.cast(pl.String).str.replace(r"(\.\d*[1-9])0+$|\.0+$", "$1")
    if dtype == pl.Float16:
        return cell.cast(pl.Float64)
    return (
        cell.cast(pl.String)
        if dtype in (*_WIDE, pl.Time, pl.Categorical, pl.Enum, pl.Null)
        else cell
    )


def _outside(name: str, dtype: pl.DataType) -> pl.Expr:
    """Whether the day of a cell is none that can be written."""
    per_day = 86_400 * _PER_SECOND[dtype.time_unit] if isinstance(dtype, pl.Datetime) else 1
    first, last = _DAYS
    return ~pl.col(name).to_physical().cast(pl.Int64).is_between(first * per_day, last * per_day)


def _with_outside(name: str, dtype: pl.DataType) -> pl.Expr:
    """Times as text, and the bare number where there is no such day."""
    cell, outside = pl.col(name), _outside(name, dtype)
    written = pl.when(~outside).then(cell).cast(pl.String)
    return pl.when(outside).then(cell.to_physical().cast(pl.String)).otherwise(written)


def _is_utf8(frame: pl.LazyFrame, name: str) -> bool:
    try:
        frame.select(pl.col(name).cast(pl.String).null_count()).collect(engine="streaming")
    except pl.exceptions.ComputeError:
        return False
    return True


def _each(cell: pl.Expr, written: Callable[[Any], str]) -> pl.Expr:
    def every(cells: pl.Series) -> pl.Series:
        return pl.Series(
            [None if value is None else written(value) for value in cells.to_list()],
            dtype=pl.String,
        )

    return cell.map_batches(every, return_dtype=pl.String(), is_elementwise=True)


def _decoded(cell: bytes) -> str:
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return f"0x{cell.hex()}"


def _as_json(cell: Any) -> str:
    return json.dumps(
        cell,
        ensure_ascii=False,
        default=lambda value: _decoded(value) if isinstance(value, bytes) else str(value),
    )
