"""References between tables: does the other table list the value?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from checks.completeness.suite import Check


def known_column(check: Check) -> str:
    """The Boolean column that says whether the other table lists the value; null where there is no value."""
    return f"{check.columns[0]}_in_{check.values[0]}"


def with_references(frame: pl.LazyFrame, checks: Iterable[Check], records: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The frame with one Boolean column per reference check, its rows in their order."""
    for check in (c for c in checks if c.kind == "known"):
        name, (table, column) = known_column(check), check.values
        listed = (
            records[table]
            .select(pl.col(column).alias(check.columns[0]))
            .unique()
            .with_columns(pl.lit(True).alias(name))
        )
        frame = frame.join(listed, on=check.columns[0], how="left", maintain_order="left")
        value = pl.col(check.columns[0])
        frame = frame.with_columns(pl.when(value.is_not_null()).then(pl.col(name).fill_null(False)).alias(name))
    return frame
