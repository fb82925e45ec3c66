"""Rows that can't be read at all, and cells that can't: what the quarantine and the list of issues say of them."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.reading.canonical import DEFECT, RAW
from checks.tables import Column, Table

DEFECTS: Final = pl.Schema(
    {
        "table": pl.String,
        "file": pl.String,
        "row": pl.UInt32,
        "column": pl.String,
        "value": pl.String,
        "reason": pl.String,
    }
)
"""One line per cell: of a quarantined row what put it there, of an accepted row what was not understood."""
UNREADABLE: Final = {
    "instant": "not a time", "due": "not a time", "date": "not a date", "number": "not a whole number from 0",
    "bool": "neither yes nor no",
}  # fmt: skip


def is_quarantined(table: Table) -> pl.Expr:
    """Whether a canonical row lacks a required cell, or could not be taken apart into cells."""
    required = [pl.col(c.name).is_null() for c in table.columns if c.required]
    return pl.any_horizontal(*required, pl.col(DEFECT).is_not_null())


def has_issue(table: Table) -> pl.Expr:
    """Whether an accepted row has a cell that was not understood."""
    return pl.any_horizontal(pl.lit(False), *(pl.col(RAW + c.name).is_not_null() for c in table.columns if c.parsed))


def told_by(table: Table) -> list[str]:
    """The columns of canonical rows that `quarantine` and `issues` read."""
    required = [c.name for c in table.columns if c.required]
    written = [RAW + c.name for c in table.columns if c.parsed]
    return ["_order", "_file", "_row", DEFECT, *required, *written]


def quarantine(rows: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """Why each of these quarantined rows is one: `DEFECTS`."""
    lines = [
        _line(rows.filter(pl.col(c.name).is_null() & pl.col(DEFECT).is_null()), table, c.name, _written(c), _reason(c))
        for c in table.columns if c.required
    ]  # fmt: skip
    broken = rows.filter(pl.col(DEFECT).is_not_null())
    lines.append(_line(broken, table, "", pl.lit(""), pl.col(DEFECT)))
    return _in_order(lines)


def issues(rows: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """The cells of these accepted rows that were not understood: `DEFECTS`."""
    optional = [c for c in table.columns if c.parsed and not c.required]
    lines = [_line(rows.filter(False), table, "", pl.lit(""), pl.lit(""))]
    lines += [
        _line(rows.filter(pl.col(RAW + c.name).is_not_null()), table, c.name, pl.col(RAW + c.name), _reason(c))
        for c in optional
    ]
    return _in_order(lines)


def _line(rows: pl.LazyFrame, table: Table, column: str, value: pl.Expr, reason: pl.Expr) -> pl.LazyFrame:
    where = (pl.lit(table.name).alias("table"), pl.col("_file").alias("file"), pl.col("_row").alias("row"))
    line = (pl.lit(column).alias("column"), value.fill_null("").alias("value"), reason.alias("reason"))
    return rows.select("_order", *where, *line)


def _written(column: Column) -> pl.Expr:
    return pl.col(RAW + column.name) if column.parsed else pl.lit(None, pl.String)


def _reason(column: Column) -> pl.Expr:
    code = f"not one of {', '.join(column.values)}" if len(column.values) < 9 else "not a known value"
    filled = UNREADABLE.get(column.kind, code)
    return pl.when(_written(column).is_null()).then(pl.lit("required, but empty")).otherwise(pl.lit(filled))


def _in_order(lines: list[pl.LazyFrame]) -> pl.LazyFrame:
    return pl.concat(lines).sort("_order", maintain_order=True).select(list(DEFECTS)).cast(DEFECTS)
