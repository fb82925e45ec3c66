"""Which tier a customer had when the clock started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

ALWAYS = datetime(1, 1, 1)
_CUSTOMER = "customer_id"


@dataclass(frozen=True)
class Tiers:
    """The tier master, one row per customer: its periods side by side, oldest first.

    Side by side, the tier at any instant is a row-wise expression: no sorting, no join per rule, no duplicated rows.
    """

    frame: pl.LazyFrame
    periods: int

    def attach(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """Add the periods of each row's `customer_id`."""
        return frame.join(self.frame, on=_CUSTOMER, how="left", maintain_order="left")

    def at(self, instant: pl.Expr) -> pl.Expr:
        """The tier of the row's customer at `instant`; null when the master does not say."""
        tier: pl.Expr = pl.lit(None, pl.String)
        for n in range(self.periods):
            tier = pl.when(pl.col(f"tier_from_{n}") <= instant).then(pl.col(f"tier_name_{n}")).otherwise(tier)
        return pl.when(~self.doubtful).then(tier)

    @property
    def doubtful(self) -> pl.Expr:
        """Whether a period of the row's customer has an unreadable start, so that no instant's tier is certain."""
        return pl.col("tier_doubtful").fill_null(False)


def tiers(customers: pl.LazyFrame) -> Tiers:
    """Lay the periods of each customer side by side (source: TC 第五条, tiers are updated and filed)."""
    ordered = customers.with_columns(pl.col("valid_from").fill_null(ALWAYS)).sort(_CUSTOMER, "valid_from")
    lists = (
        ordered.group_by(_CUSTOMER).agg("tier", "valid_from", doubtful=pl.col("valid_from_unreadable").any()).collect()
    )
    width = int(lists["tier"].list.len().max() or 0)  # type: ignore[arg-type]
    wide = lists.select(
        _CUSTOMER,
        *(pl.col("valid_from").list.get(n, null_on_oob=True).alias(f"tier_from_{n}") for n in range(width)),
        *(pl.col("tier").list.get(n, null_on_oob=True).alias(f"tier_name_{n}") for n in range(width)),
        tier_doubtful=pl.col("doubtful"),
    )
    return Tiers(wide.lazy(), width)
