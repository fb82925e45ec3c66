"""What held when: a value of a key (a customer's tier, a person's department) that changes from an
instant on.

The periods of a key are laid side by side, so that the value at any instant is a row-wise
expression: no sorting, no join per rule, no row ever duplicated by overlapping periods or lost
between two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from checks.concepts import INSTANT

ALWAYS = datetime(1, 1, 1)
"""An empty start holds from the beginning."""


@dataclass(frozen=True)
class Periods:
    """`frame`: one row per key, its periods oldest first; `width`: how many periods a key has at
    most."""

    frame: pl.LazyFrame
    key: str
    name: str
    width: int

    def attach(self, frame: pl.LazyFrame, on: str = "") -> pl.LazyFrame:
        """Add the periods of each row's key, which stands in the column `on` where it has another
        name."""
        return frame.join(
            self.frame, left_on=on or self.key, right_on=self.key, how="left", maintain_order="left"
        )

    def at(self, instant: pl.Expr) -> pl.Expr:
        """The value of the row's key at `instant`; null when nothing is known of it."""
        value: pl.Expr = pl.lit(None, pl.String)
        for n in range(self.width):
            value = (
                pl.when(pl.col(f"{self.name}_from_{n}") <= instant)
                .then(f"{self.name}_{n}")
                .otherwise(value)
            )
        return pl.when(~self.doubtful).then(value)

    @property
    def doubtful(self) -> pl.Expr:
        """Whether a period of the row's key has an unreadable start, so that its value is certain
        at no instant."""
        return pl.col(f"{self.name}_doubtful").fill_null(False)


def periods(table: pl.LazyFrame, key: str, value: str) -> Periods:
    """Periods of `value` by `key` from a canonical table with `valid_from` (customers, staff)."""
    dtype = table.collect_schema()["valid_from"]
    rows = table.filter(pl.col(value).is_not_null()).with_columns(
        pl.col("valid_from").fill_null(pl.lit(ALWAYS, INSTANT).cast(dtype))
    )
    lists = (
        rows.sort(key, "valid_from")
        .group_by(key)
        .agg(value, "valid_from", doubtful=pl.col("valid_from_unreadable").any())
        .collect()
    )
    width = int(lists[value].list.len().max() or 0)  # type: ignore[arg-type]
    wide = lists.select(
        key,
        *(
            pl.col("valid_from").list.get(n, null_on_oob=True).alias(f"{value}_from_{n}")
            for n in range(width)
        ),
        *(pl.col(value).list.get(n, null_on_oob=True).alias(f"{value}_{n}") for n in range(width)),
        pl.col("doubtful").alias(f"{value}_doubtful"),
    )
    return Periods(wide.lazy(), key, value, width)
