"""Which obligations are about to be missed, or are, while something can still be done (TC
第八条(一))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import polars as pl

from checks.concepts import OBLIGATIONS, STEP_CLOCKS
from checks.law.rulebook import Rule
from checks.results.findings import finding_numbers

OPEN_STEPS: Final = pl.Schema(
    [
        *OBLIGATIONS.items(),
        ("kind", pl.String()),
        ("used", pl.Float64()),
        ("left", pl.Duration("us")),
        ("finding_id", pl.String()),
    ]
)
"""`kind`: warning or overdue; `used`: passed share of the limit, 1 at the deadline; `left`:
negative after it; `finding_id`: the number that the register gives the act if it is, or becomes, a
finding."""


def open_steps(
    obligations: pl.DataFrame, rules: Sequence[Rule], at: datetime, share: float
) -> pl.DataFrame:
    """Governing obligations still open at `at` with at least `share` of the limit used, by urgency.

    obligations: schema OBLIGATIONS, judged with `at` as the cutoff. Returns schema OPEN_STEPS:
    first what can still be saved, the nearest deadline on top, then what is overdue, the freshest
    on top. Of a clock that stands at times nobody is warned before the deadline: a share of its
    limit is no share of the time that has passed.
    """
    standing = [rule.id for rule in rules if rule.stands]
    actionable = [rule.id for rule in rules if rule.clock_kind in STEP_CLOCKS]
    limit = (pl.col("due_at") - pl.col("triggered_at")).dt.total_seconds(fractional=True)
    passed = (pl.lit(at) - pl.col("triggered_at")).dt.total_seconds(fractional=True)
    still_open = pl.col("verdict").is_in(["pending", "overdue"]) & pl.col("fulfilled_at").is_null()
    steps = (
        obligations.filter("governing", still_open, pl.col("rule_id").is_in(actionable))
        .with_columns(
            kind=pl.when(pl.col("verdict") == "overdue")
            .then(pl.lit("overdue"))
            .otherwise(pl.lit("warning")),
            used=pl.when(pl.col("rule_id").is_in(standing) & (pl.col("verdict") == "pending"))
            .then(None)
            .when(limit > 0)
            .then(passed / limit)
            .otherwise(1.0),
            left=pl.col("due_at") - pl.lit(at),
        )
        .filter(pl.col("used") >= share)
        .sort(pl.col("kind") == "overdue", pl.col("left").abs(), "rule_id", "subject_id")
    )
    return steps.with_columns(finding_id=finding_numbers(steps)).select(OPEN_STEPS.names())
