"""Rows that can't be read at all, and cells that can't: what the quarantine and the list of issues
say of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from checks.records.parsing.canonical import DEFECT, RAW
from checks.records.parsing.times.bounds import bounded
from checks.records.parsing.times.clock_changes import WHY
from checks.records.parsing.times.columns import KINDS
from checks.records.parsing.times.instants import instants
from checks.records.tables import Column, Table

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
"""One line per cell: of a quarantined row what put it there, of an accepted row what was not
understood."""
KEY_COLLISION: Final = "key_collision"
ROUNDED: Final = "rounded"
IMPLAUSIBLE: Final = "implausible"
EMPTY: Final = "required, but empty"
NOT_A_TIME: Final = "not a time; write it like 2026-10-03 09:05:00"
NOT_A_DATE: Final = "not a date; write it like 2026-10-03"
UNREADABLE: Final = {
    "instant": NOT_A_TIME,
    "promise": NOT_A_TIME,
    "date": NOT_A_DATE,
    "number": "not a whole number from 0",
    "bool": "neither yes nor no",
    "text": ROUNDED,
}
"""Why a filled cell of a kind is unreadable; of a text only an identifier can be, whose digits were
lost. The reasons without a blank are words that other programs may rely on."""


def is_quarantined(table: Table) -> pl.Expr:
    """Whether a canonical row lacks a required cell, or could not be taken apart into cells."""
    required = [pl.col(c.name).is_null() for c in table.columns if c.required]
    return pl.any_horizontal(*required, pl.col(DEFECT).is_not_null())


def has_issue(table: Table) -> pl.Expr:
    """Whether an accepted row has a cell that was not understood."""
    return pl.any_horizontal(
        pl.lit(False), *(pl.col(RAW + c.name).is_not_null() for c in table.columns if c.parsed)
    )


def told_by(table: Table) -> list[str]:
    """The columns of canonical rows that `quarantine` and `issues` read."""
    required = [c.name for c in table.columns if c.required]
    written = [RAW + c.name for c in table.columns if c.parsed]
    return ["_order", "_file", "_row", DEFECT, *required, *written]


def quarantine(rows: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """Why each of these quarantined rows is one: `DEFECTS`. One that lacks nothing shares its key
    with another."""
    required = [c for c in table.columns if c.required]
    whole = rows.filter(pl.col(DEFECT).is_null())
    lines = [
        _line(whole.filter(pl.col(c.name).is_null()), table, c.name, _written(c), _reason(c))
        for c in required
    ]
    broken = rows.filter(pl.col(DEFECT).is_not_null())
    lines.append(_line(broken, table, "", pl.lit(""), pl.col(DEFECT)))
    if table.identity:
        name = table.key[-1]
        collided = rows.filter(~is_quarantined(table))
        lines.append(_line(collided, table, name, pl.col(name), pl.lit(KEY_COLLISION)))
    return _in_order(lines)


def issues(rows: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """The cells of these accepted rows that were not understood: `DEFECTS`."""
    optional = [c for c in table.columns if c.parsed and not c.required]
    lines = [_line(rows.filter(False), table, "", pl.lit(""), pl.lit(""))]
    lines += [
        _line(
            rows.filter(pl.col(RAW + c.name).is_not_null()),
            table,
            c.name,
            pl.col(RAW + c.name),
            _reason(c),
        )
        for c in optional
    ]
    return _in_order(lines)


def _line(
    rows: pl.LazyFrame, table: Table, column: str, value: pl.Expr, reason: pl.Expr
) -> pl.LazyFrame:
    where = (
        pl.lit(table.name).alias("table"),
        pl.col("_file").alias("file"),
        pl.col("_row").alias("row"),
    )
    line = (
        pl.lit(column).alias("column"),
        value.fill_null("").str.split(WHY).list.first().alias("value"),
        reason.alias("reason"),
    )
    return rows.select("_order", *where, *line)


def _written(column: Column) -> pl.Expr:
    return pl.col(RAW + column.name) if column.parsed else pl.lit(None, pl.String)


def _reason(column: Column) -> pl.Expr:
    code = (
        f"not one of {', '.join(column.values)}" if len(column.values) < 9 else "not a known value"
    )
    filled = pl.lit(UNREADABLE.get(column.kind, code))
    if bounded(column):
        # What can be read as a time and yet is none of the cell's is a time at which nothing can
        # have happened.
        readable = _written(column).map_batches(
            _is_time, return_dtype=pl.Boolean(), is_elementwise=True
        )
        filled = pl.when(readable).then(pl.lit(IMPLAUSIBLE)).otherwise(filled)
    if column.kind in KINDS:
        told = _written(column).str.extract(f"{WHY}(.*)$")
        filled = pl.coalesce(told, filled)
    return pl.when(_written(column).is_null()).then(pl.lit(EMPTY)).otherwise(filled)


def _is_time(text: pl.Series) -> pl.Series:
    return instants(text, timedelta())["at"].is_not_null()


def _in_order(lines: list[pl.LazyFrame]) -> pl.LazyFrame:
    return pl.concat(lines).sort("_order", maintain_order=True).select(list(DEFECTS)).cast(DEFECTS)
