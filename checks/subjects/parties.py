"""Calls whose parties are connected: one customer with several numbers, one number of several
customers."""

from __future__ import annotations

import polars as pl

from checks.records.records import Records
from checks.subjects.phone_numbers import customer_by_number, resolved


def connected(records: Records) -> pl.LazyFrame:
    """`call_id` and `case` of every call: the circle of customers and numbers that its party
    belongs to, by the first of them; the call itself where nothing names the party."""
    callers = customer_by_number(records["customers"], records["customer_contacts"])
    parties = (
        resolved(records["calls"], callers)
        .select("call_id", "customer_id", "party_number")
        .collect()
    )
    by_customer, by_number = _circles(parties)
    circle = pl.coalesce("circle", "customer_id", "circle_of_number", "party_number", "call_id")
    return (
        parties.lazy()
        .join(by_customer, on="customer_id", how="left", maintain_order="left")
        .join(by_number, on="party_number", how="left", maintain_order="left")
        .select("call_id", case=circle)
    )


def _circles(parties: pl.DataFrame) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Customers that share numbers, however indirectly, by the first of them: per customer, and per
    number."""
    pairs = parties.select("customer_id", "party_number").drop_nulls().unique()
    by_customer = pairs.select("customer_id", circle="customer_id").unique()
    while True:
        by_number = (
            pairs.join(by_customer, on="customer_id")
            .group_by("party_number")
            .agg(circle_of_number=pl.col("circle").min())
        )
        wider = (
            pairs.join(by_number, on="party_number")
            .group_by("customer_id")
            .agg(circle=pl.col("circle_of_number").min())
        )
        if wider.sort("customer_id").equals(by_customer.sort("customer_id")):
            return by_customer.lazy(), by_number.lazy()
        by_customer = wider
