"""Which columns of a typed source are canonical already, so that reading them costs nothing."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from checks.records.parsing.canonical import ParseOptions, text_reader
from checks.records.parsing.times.bounds import bounded, implausible
from checks.records.parsing.times.zero_dates import zero_instants
from checks.records.tables import DTYPES, Column, Table


def clean_columns(
    frame: pl.LazyFrame, source: Mapping[str, str], table: Table, reading: ParseOptions
) -> frozenset[str]:
    """The canonical columns whose cells in `frame` (`source`: canonical -> its column) need no
    parsing; one pass."""
    schema = frame.collect_schema()
    typed = [
        table.by_name[c]
        for c, name in source.items()
        if schema[name] == DTYPES[table.by_name[c].kind]
    ]
    tests = [
        _is_clean(column, pl.col(source[column.name]), reading).all().alias(column.name)
        for column in typed
    ]
    if not tests:
        return frozenset()
    answers = frame.select(tests).collect(engine="streaming").row(0, named=True)
    return frozenset(name for name, clean in answers.items() if clean)


def _is_clean(column: Column, cell: pl.Expr, reading: ParseOptions) -> pl.Expr:
    if column.values:
        return cell.is_null() | cell.is_in(column.values)
    if column.kind == "number":
        return cell.is_null() | (cell >= 0)
    if column.kind in ("instant", "promise"):
        return _is_clean_instant(column, cell, reading)
    if column.kind == "date":
        return ~zero_instants(cell.cast(pl.Datetime("us")), reading.offset).fill_null(False)
    return _is_clean_text(column, cell, reading) if column.kind == "text" else pl.lit(True)


def _is_clean_instant(column: Column, cell: pl.Expr, reading: ParseOptions) -> pl.Expr:
    if reading.shift or reading.written_in:
        return pl.lit(False)
    wrong = zero_instants(cell, reading.offset).fill_null(False)
    if not bounded(column):
        return ~wrong
    return ~(wrong | implausible(cell, reading.period_end, reading.earliest))


def _is_clean_text(column: Column, cell: pl.Expr, reading: ParseOptions) -> pl.Expr:
    stripped = (cell == cell.str.strip_chars()) & (cell != "")
    reader = text_reader(column, reading)
    return cell.is_null() | (
        stripped if reader is None else stripped & reader.fast(cell).is_not_null()
    )
