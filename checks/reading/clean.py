"""Which columns of a typed source are canonical already, so that reading them costs nothing."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from checks.reading.canonical import is_identifier
from checks.tables import DTYPES, Column, Table


def clean_columns(frame: pl.LazyFrame, source: Mapping[str, str], table: Table) -> frozenset[str]:
    """The canonical columns whose cells in `frame` (`source`: canonical -> its column) need no parsing; one pass."""
    schema = frame.collect_schema()
    typed = [table.by_name[c] for c, name in source.items() if schema[name] == DTYPES[table.by_name[c].kind]]
    if not typed:
        return frozenset()
    tests = [_is_clean(column, pl.col(source[column.name])).all().alias(column.name) for column in typed]
    answers = frame.select(tests).collect(engine="streaming").row(0, named=True)
    return frozenset(name for name, clean in answers.items() if clean)


def _is_clean(column: Column, cell: pl.Expr) -> pl.Expr:
    if column.values:
        return cell.is_null() | cell.is_in(column.values)
    if column.kind == "number":
        return cell.is_null() | (cell >= 0)
    if column.kind != "text":
        return pl.lit(True)
    stripped = cell.is_null() | ((cell == cell.str.strip_chars()) & (cell != ""))
    narrow = (cell.str.len_bytes() == cell.str.len_chars()).fill_null(True)
    return stripped & narrow if is_identifier(column.name) else stripped
