"""Rows that a later row of the same key superseded, beside the row that stands: what changed
between the two."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.local_time import in_zone
from checks.records.parsing.canonical import RAW
from checks.records.parsing.repeats import ORDER
from checks.records.parsing.times.clock_changes import WHY
from checks.records.tables import Column, Table

LOOKED_AT: Final = 300
"""Superseded rows that are compared, the first in reading order."""
KEPT: Final = 3
"""Pairs that are kept of a table: those that differ in most cells."""
REPLACED: Final = pl.Schema(
    {
        "table": pl.String,
        "key": pl.String,
        "file": pl.String,
        "row": pl.UInt32,
        "later_file": pl.String,
        "later_row": pl.UInt32,
        "column": pl.String,
        "earlier": pl.String,
        "later": pl.String,
    }
)
"""One line per cell in which an earlier row and the one that stands differ; empty text for an empty
cell."""


def replaced(
    rows: pl.LazyFrame, fates: pl.DataFrame, table: Table, zone: str | None = None
) -> pl.DataFrame:
    """The KEPT most different pairs, most different first: `REPLACED`; of times in UTC those of
    `zone`, where one is given.

    rows: canonical, without quarantined ones, with `_order`; fates: of
    checks.records.parsing.repeats.
    """
    superseded = fates.filter(fate="superseded")[ORDER].sort().head(LOOKED_AT)
    if superseded.is_empty():
        return pl.DataFrame(schema=REPLACED)
    raw = [name for name in rows.collect_schema() if name.startswith(RAW)]
    key = [*table.key, *(RAW + c for c in table.key if RAW + c in raw)]
    cells = [_text(c, raw, zone).alias(c.name) for c in table.columns]
    facts = rows.select(ORDER, "_file", "_row", *cells, _key=pl.struct(key))
    earlier = facts.filter(pl.col(ORDER).is_in(superseded.implode())).collect(engine="streaming")
    standing = facts.join(fates.lazy(), on=ORDER, how="anti")
    later = standing.join(earlier.lazy().select("_key"), on="_key", how="semi").collect(
        engine="streaming"
    )
    pairs = earlier.join(later, on="_key", suffix="_later").sort(ORDER)
    lines = pl.concat(_lines(pairs, c.name, place, table) for place, c in enumerate(table.columns))
    most = lines.group_by(ORDER).len().sort("len", ORDER, descending=[True, False]).head(KEPT)
    shown = (
        most.select(ORDER, place=pl.int_range(pl.len()))
        .join(lines, on=ORDER)
        .sort("place", "column_place")
    )
    return shown.select(list(REPLACED)).cast(REPLACED)


def _text(column: Column, raw: list[str], zone: str | None) -> pl.Expr:
    """The cell as text; where it was not understood, what stood there."""
    timed, written = column.kind in ("instant", "promise"), RAW + column.name
    cell = pl.col(column.name)
    local = in_zone(cell, zone) if timed and zone else cell
    text = local.dt.to_string("%Y-%m-%d %H:%M:%S") if timed else cell.cast(pl.String)
    return (
        pl.coalesce(text, pl.col(written).str.split(WHY).list.first()) if written in raw else text
    ).fill_null("")


def _lines(pairs: pl.DataFrame, column: str, place: int, table: Table) -> pl.DataFrame:
    """The pairs that differ in this column."""
    return pairs.filter(pl.col(column) != pl.col(f"{column}_later")).select(
        ORDER,
        table=pl.lit(table.name),
        key=pl.concat_str(table.key, separator=" "),
        file="_file",
        row="_row",
        later_file="_file_later",
        later_row="_row_later",
        column=pl.lit(column),
        earlier=pl.col(column),
        later=pl.col(f"{column}_later"),
        column_place=pl.lit(place),
    )
