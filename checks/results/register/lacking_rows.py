"""Where a field is lacking: the first rows of each department, for whoever fills them in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from checks.closing.facts import UNASSIGNED, Closing
from checks.completeness.rates import record_verdicts
from checks.completeness.suite import Check

LISTED: Final = 5
"""Rows named for an entry; its counts cover all."""


def with_rows(
    entries: pl.DataFrame, closing: Closing, checks: Sequence[Check], tables: Iterable[str]
) -> pl.DataFrame:
    """The entries, those of completeness with the first rows that lack the field as `evidence`.

    `checks` and `tables`: what was asked of which.
    """
    found = [_rows(table, closing, checks) for table in tables if checks]
    if not found:
        return entries
    rows = pl.concat(found).with_columns(kind=pl.lit("completeness"))
    owners = entries.with_columns(owner=pl.col("department").fill_null(UNASSIGNED))
    placed = owners.join(
        rows, on=["kind", "detail", "owner"], how="left", maintain_order="left"
    ).with_columns(evidence=pl.coalesce("evidence", "places"))
    return placed.select(entries.columns)


def _rows(table: str, closing: Closing, checks: Sequence[Check]) -> pl.DataFrame:
    """`detail` (tickets.feedback), `owner`, `places` (tickets.csv:3;tickets.csv:9)."""
    column = pl.col("missing").str.split(" ")
    lacking = (
        record_verdicts(table, closing.records, checks, closing.period)
        .filter(pl.col("missing") != "")
        .select("file", "row", owner="department", missing=column)
        .explode("missing")
        .unique()
    )
    place = pl.concat_str("file", pl.col("row").cast(pl.String), separator=":")
    first = place.sort_by("file", "row").head(LISTED).str.join(";")
    grouped = lacking.group_by(detail=pl.lit(f"{table}.") + pl.col("missing"), owner="owner")
    return grouped.agg(places=first).collect(engine="streaming")
