"""Attributes without a time, such as status, severity or cause: as the lake held them at the
cutoff.

An event has its time and counts or not by itself. What has none is taken from the export that the
lake held at the cutoff; where only a later one exists it is taken from there, and the report says
so. [reading] The lake held one when
it was kept up to date: when something of the table was taken in during the two days before.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from checks.records.parsing.times.offsets import zone_offset
from checks.records.tables import Table

CHANGING: Final = ("tickets",)
"""Tables whose records change from export to export; the others hold events, or periods of
validity."""
FRESH: Final = timedelta(days=2)


def held_at(ledger: pl.DataFrame, cutoff: datetime, zone: str) -> dict[str, list[str]]:
    """Per changing table of which the lake held an export at the cutoff (local time), the parts
    taken in by then."""
    by_then = (
        cutoff.astimezone(UTC).replace(tzinfo=None) if cutoff.tzinfo else cutoff - zone_offset(zone)
    )
    held: dict[str, list[str]] = {}
    for name in CHANGING:
        mine = ledger.filter((pl.col("table") == name) & (pl.col("ingested_at") <= by_then))
        if not mine.is_empty() and mine["ingested_at"].max() >= by_then - FRESH:  # type: ignore[operator]
            held[name] = mine["part"].unique().to_list()
    return held


def later_only(ledger: pl.DataFrame, held: dict[str, list[str]]) -> dict[str, int]:
    """Per changing table of which the lake held none, the number of its files."""
    found = {name: ledger.filter(table=name).height for name in CHANGING if name not in held}
    return {name: files for name, files in found.items() if files}


def with_attributes_of(rows: pl.LazyFrame, table: Table, parts: list[str]) -> pl.LazyFrame:
    """Later rows of a record with the attributes that its last row among `parts` has; `rows` in
    order of taking in."""
    names = [c.name for c in table.columns if c.kind != "instant" and c.name not in table.key]
    present = rows.collect_schema().names()
    marks = [
        name
        for name in (f"{prefix}{n}{suffix}" for n in names for prefix, suffix in _BESIDE)
        if name in present
    ]
    mine = pl.col("_part").is_in(parts)
    last = rows.filter(mine).unique(table.key, keep="last", maintain_order=True)
    then = last.select(
        *table.key, *(pl.col(name).alias(f"_then.{name}") for name in (*names, *marks)), _held=True
    )
    joined = rows.join(then, on=table.key, how="left", maintain_order="left")
    replace = ~mine & pl.col("_held").is_not_null()
    return joined.with_columns(
        pl.when(replace).then(f"_then.{name}").otherwise(name).alias(name)
        for name in (*names, *marks)
    ).drop("^_then\\..*$", "_held")


_BESIDE: Final = (("_raw.", ""), ("", "_unreadable"))
"""What stands beside a cell: the text that was not understood, the mark that it is unreadable."""
