"""Which obligations a period's closing decides, and which of an act's obligations governs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import polars as pl

from checks.concepts import DECIDED, Period
from checks.rulebook import Rule


def in_scope(obligations: pl.LazyFrame, before: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """Obligations triggered before the period's end that as of its start were pending or did not exist; adds
    carried_over.

    before: the same rules as of the period's start (rule_id, subject_id, verdict).
    """
    closed = before.filter(pl.col("verdict") != "pending").select("rule_id", "subject_id")
    return (
        obligations.filter(pl.col("triggered_at") < period.end)
        .join(closed, on=["rule_id", "subject_id"], how="anti", maintain_order="left")
        .with_columns(carried_over=pl.col("triggered_at") < period.start)
    )


def governed(obligations: pl.LazyFrame, rules: Sequence[Rule]) -> pl.LazyFrame:
    """Add `governing`: of each act (subject, topic) the first decided obligation in governing order, else the first.

    obligations: with `rule`, the rule's place in `rules`, which are in governing order.
    """
    topics = Counter((rule.subject, rule.topic) for rule in rules)
    shared = {topic for (_, topic), rules_on_it in topics.items() if rules_on_it > 1}
    decided = pl.col("verdict").is_in(list(DECIDED))
    # Undecided obligations rank behind all decided ones, each group in governing order.
    rank = pl.col("rule").cast(pl.Int32) + pl.when(decided).then(0).otherwise(1 << 16)
    ranked = obligations.with_columns(rank=rank, shared=pl.col("topic").is_in(list(shared))).with_row_index("place")
    best = (
        ranked.filter("shared")
        .group_by("subject_type", "subject_id", "topic")
        .agg(place=pl.col("place").sort_by("rank").first())
    )
    chosen = best.select("place", chosen=pl.lit(True))
    # An act that only one rule binds is governed by it.
    return ranked.join(chosen, on="place", how="left", maintain_order="left").with_columns(
        governing=~pl.col("shared") | pl.col("chosen").fill_null(False)
    )
