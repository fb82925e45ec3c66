"""Rows without one filled cell, as spreadsheets and exporters leave them: they are no rows."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.records.parsing.canonical import DEFECT

PROVENANCE: Final = ("_row", "_file", DEFECT)


def without_blank_rows(frame: pl.LazyFrame) -> pl.LazyFrame:
    """A source's rows that have a filled cell, or a defect."""
    return frame.filter(_filled(frame.collect_schema()))


def has_blank_rows(frame: pl.LazyFrame, first: str) -> bool:
    """Whether there are rows to leave out. Looked at are those in which a column that is rarely
    empty is."""
    schema = frame.collect_schema()
    doubtful = frame.filter(~_has(first, schema[first]).fill_null(False))
    return bool(doubtful.select((~_filled(schema)).any()).collect(engine="streaming").item())


def _filled(schema: pl.Schema) -> pl.Expr:
    cells = [_has(name, dtype) for name, dtype in schema.items() if name not in PROVENANCE]
    defects = [pl.col(DEFECT).is_not_null()] if DEFECT in schema else []
    return pl.any_horizontal(pl.lit(not cells), *cells, *defects).fill_null(False)


def _has(name: str, dtype: pl.DataType) -> pl.Expr:
    """Whether there is something in a cell (or null, where there is not)."""
    cell = pl.col(name)
    if dtype == pl.String:
        return cell.str.strip_chars() != ""
    return cell.is_not_nan() if dtype.is_float() else cell.is_not_null()
