"""Rows that repeat a primary key: identical ones are duplicates, a differing later one supersedes the earlier."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.reading.canonical import RAW
from checks.tables import Table

ORDER: Final = "_order"
"""Position of a row in reading order: file by name, then row."""
AT_ONCE: Final = 1_000_000
"""Repeated keys whose rows are held in memory together."""
FATES: Final = pl.Schema({ORDER: pl.UInt32, "fate": pl.String})


def repeats(rows: pl.LazyFrame, table: Table) -> pl.DataFrame:
    """The rows that do not stand, as `FATES`: `duplicate` or `superseded`; every other row is accepted.

    `rows` are canonical (see checks.reading.canonical), without quarantined ones, and carry `_order`, ascending.
    A run of equal rows of one key counts once, its first row; of several runs the last stands. Equal: the same
    canonical cells, and the same text where a cell was not understood.
    """
    raw = [name for name in rows.collect_schema() if name.startswith(RAW)]
    content = [*(c.name for c in table.columns), *raw]
    # An unreadable part of a key is not the same as an empty one: it repeats only what is written likewise.
    key = [*table.key, *(RAW + c for c in table.key if RAW + c in raw)] or content
    # Most keys occur once: their rows are told apart by a hash, only the rest is held and compared cell by cell.
    hashed = pl.struct(key).hash()
    hashes = rows.select(hash=hashed).collect(engine="streaming").to_series().sort()
    shared = hashes.filter(hashes == hashes.shift()).unique()
    portions = [shared[start : start + AT_ONCE].implode() for start in range(0, len(shared), AT_ONCE)]
    return pl.concat(
        [pl.DataFrame(schema=FATES), *(_fates(rows.filter(hashed.is_in(hashes)), key, content) for hashes in portions)]
    ).sort(ORDER)


def _fates(rows: pl.LazyFrame, key: list[str], content: list[str]) -> pl.DataFrame:
    several = rows.sort(*key, ORDER, nulls_last=True).collect(engine="streaming")
    same_key = pl.all_horizontal(pl.col(c).eq_missing(pl.col(c).shift()) for c in key) & (pl.int_range(pl.len()) > 0)
    same_row = same_key & pl.all_horizontal(pl.col(c).eq_missing(pl.col(c).shift()) for c in content)
    judged = several.select(ORDER, same_key=same_key, same_row=same_row)
    runs = judged.filter(~pl.col("same_row")).filter(pl.col("same_key").shift(-1, fill_value=False))
    fates = (
        judged.filter("same_row").select(ORDER, fate=pl.lit("duplicate")),
        runs.select(ORDER, fate=pl.lit("superseded")),
    )
    return pl.concat(fates).cast(FATES)
