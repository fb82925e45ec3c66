"""Cells as of a cutoff, and what can be said of a cell: readable, unreadable, filled, empty."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from checks.tables import TABLES

UNREADABLE = "_unreadable"


def marked(column: str) -> str:
    """Name of the companion that marks an unreadable cell of `column`."""
    return column + UNREADABLE


def unreadable(column: str) -> pl.Expr:
    return pl.col(marked(column))


def filled(column: str) -> pl.Expr:
    """Whether the cell holds something, readable or not."""
    return pl.col(column).is_not_null() | unreadable(column)


def cut(columns: list[str], cutoff: datetime) -> list[pl.Expr]:
    """Events later than the cutoff have not happened yet: their cells count as empty."""
    return [pl.when(pl.col(c) <= cutoff).then(pl.col(c)).alias(c) for c in columns]


def instants(table: str) -> list[str]:
    """The event columns of a table, promised times aside."""
    return [c.name for c in TABLES[table].columns if c.kind == "instant"]
