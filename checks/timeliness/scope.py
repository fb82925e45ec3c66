"""Which obligations a period's closing decides, and which of an act's obligations governs."""

from __future__ import annotations

import polars as pl

from checks.concepts import DECIDED, Period


def in_scope(obligations: pl.LazyFrame, before: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """Obligations triggered before the period's end that as of its start were pending or did not exist; adds
    carried_over.

    before: the same rules as of the period's start (rule_id, subject_id, verdict).
    """
    closed = before.filter(pl.col("verdict") != "pending").select("rule_id", "subject_id")
    return (
        obligations.filter(pl.col("triggered_at") < period.end)
        .join(closed, on=["rule_id", "subject_id"], how="anti")
        .with_columns(carried_over=pl.col("triggered_at") < period.start)
    )


def governed(obligations: pl.LazyFrame) -> pl.LazyFrame:
    """Add `governing`: of each act (subject, topic) the first decided obligation in governing order, else the first.

    obligations: with `rule`, the rule's place in the governing order.
    """
    decided = pl.col("verdict").is_in(list(DECIDED))
    # Undecided obligations rank behind all decided ones, each group in governing order.
    rank = pl.col("rule").cast(pl.Int32) + pl.when(decided).then(0).otherwise(1 << 16)
    return obligations.with_columns(rank=rank).with_columns(
        governing=pl.col("rank") == pl.col("rank").min().over("subject_type", "subject_id", "topic")
    )
