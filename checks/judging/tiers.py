"""Which tier a customer had when the clock started (TC 第五条: tiers are updated and filed)."""

from __future__ import annotations

import polars as pl

from checks.records.periods import Periods, periods


def tiers(customers: pl.LazyFrame) -> Periods:
    """The tier periods of each customer, from the canonical tier master."""
    return periods(customers, "customer_id", "tier")
