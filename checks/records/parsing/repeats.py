"""Rows that repeat a primary key: identical ones are duplicates, a differing later one supersedes
the earlier.

Rows of one key that differ in two or more cells of a table's identity are different things, of
which nobody knows which
one the key means: all of them collide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from checks.records.parsing.canonical import RAW
from checks.records.tables import Table

ORDER: Final = "_order"
"""Position of a row in reading order: file by name, then row."""
AT_ONCE: Final = 1_000_000
"""Repeated keys whose rows are held in memory together."""
FATES: Final = pl.Schema({ORDER: pl.UInt32, "fate": pl.String})
COLLIDED: Final = "collided"


def repeats(rows: pl.LazyFrame, table: Table) -> pl.DataFrame:
    """The rows that do not stand, as `FATES`: `duplicate`, `superseded` or `collided`; every other
    row is accepted.

    `rows` are canonical (see checks.records.parsing.canonical), without quarantined ones, and carry
    `_order`, ascending. A run of equal rows of one key counts once, its first row; of several runs
    the last stands. Equal: the same canonical cells, times known equally well, and the same text
    where a cell was not understood.
    """
    raw = [name for name in rows.collect_schema() if name.startswith(RAW)]
    exact = [f"{c.name}_precision" for c in table.columns if c.timed]
    content = [*(c.name for c in table.columns), *exact, *raw]
    # An unreadable part of a key is not the same as an empty one: it repeats only what is written
    # likewise.
    key = [*table.key, *(RAW + c for c in table.key if RAW + c in raw)] or content
    # Most keys occur once: their rows are told apart by a hash, only the rest is held and compared
    # cell by cell.
    hashed = pl.struct(key).hash()
    hashes = rows.select(hash=hashed).collect(engine="streaming").to_series().sort()
    shared = hashes.filter(hashes == hashes.shift()).unique()
    portions = [
        shared[start : start + AT_ONCE].implode() for start in range(0, len(shared), AT_ONCE)
    ]
    identity = table.identity
    found = (
        _fates(rows.filter(hashed.is_in(hashes)), key, content, identity) for hashes in portions
    )
    return pl.concat([pl.DataFrame(schema=FATES), *found]).sort(ORDER)


def _fates(
    rows: pl.LazyFrame, key: list[str], content: list[str], identity: Sequence[str]
) -> pl.DataFrame:
    several = rows.sort(*key, ORDER, nulls_last=True).collect(engine="streaming")
    same_key = pl.all_horizontal(pl.col(c).eq_missing(pl.col(c).shift()) for c in key) & (
        pl.int_range(pl.len()) > 0
    )
    same_row = same_key & pl.all_horizontal(
        pl.col(c).eq_missing(pl.col(c).shift()) for c in content
    )
    judged = several.select(ORDER, *identity, same_key=same_key, same_row=same_row)
    collided = _collided(judged, identity)
    judged = judged.join(collided, on=ORDER, how="anti", maintain_order="left")
    runs = judged.filter(~pl.col("same_row")).filter(pl.col("same_key").shift(-1, fill_value=False))
    fates = (
        judged.filter("same_row").select(ORDER, fate=pl.lit("duplicate")),
        runs.select(ORDER, fate=pl.lit("superseded")),
        collided.select(ORDER, fate=pl.lit(COLLIDED)),
    )
    return pl.concat(fates).cast(FATES)


def _collided(judged: pl.DataFrame, identity: Sequence[str]) -> pl.DataFrame:
    """`_order` of all rows of the keys of which some two rows differ in two cells of the identity.

    That is so just where two cells take more than one value: were every pair alike in one of the
    two, all rows would be alike in it. Null is a value.
    """
    if not identity:
        return judged.head(0).select(ORDER)
    grouped = judged.with_columns(_group=(~pl.col("same_key")).cum_sum())
    varying = pl.sum_horizontal(pl.col(c).n_unique() > 1 for c in identity)
    several = grouped.group_by("_group").agg(varying=varying).filter(pl.col("varying") > 1)
    return grouped.join(several, on="_group", how="semi").select(ORDER)
