"""Who is at the other end: numbers compared by their digits, and the customer behind a number."""

from __future__ import annotations

import polars as pl


def digits(number: pl.Expr) -> pl.Expr:
    """A telephone number as its digits, without 86 or a leading 0; null when no digit is left."""
    bare = number.str.replace_all(r"\D", "").str.replace(r"^(?:00)?(?:86)?0?", "")
    return pl.when(bare != "").then(bare)


def customer_by_number(customers: pl.LazyFrame, contacts: pl.LazyFrame) -> pl.LazyFrame:
    """`party_number`, `number_customer`: the numbers that belong to exactly one customer."""
    pairs = pl.concat([f.select("customer_id", party_number=digits(pl.col("contact"))) for f in (customers, contacts)])
    return (
        pairs.drop_nulls()
        .group_by("party_number")
        .agg(pl.col("customer_id").n_unique().alias("owners"), number_customer=pl.col("customer_id").min())
        .filter(pl.col("owners") == 1)
        .drop("owners")
    )


def resolved(calls: pl.LazyFrame, callers: pl.LazyFrame) -> pl.LazyFrame:
    """Calls with `party_number`, and `customer_id` filled from the number where the log has none.

    callers: as of customer_by_number.
    """
    numbered = calls.with_columns(party_number=digits(pl.col("number")))
    return numbered.join(callers, on="party_number", how="left", maintain_order="left").with_columns(
        customer_id=pl.coalesce("customer_id", "number_customer")
    )
