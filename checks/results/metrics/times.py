"""How long things took: delays per rule, near misses, the open backlog by age, and the hours in
which requests came."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from checks.closing.facts import Closing, overrun_seconds
from checks.closing.rates import rate
from checks.concepts import VIOLATIONS
from checks.numbers.rates import Rate
from checks.numbers.times import (
    AgeRow,
    Backlog,
    DelayRow,
    HeatCell,
    NearMisses,
    NearMissRow,
    Spread,
)

NEAR: Final = 0.8
"""A near miss is met with more than this share of the time between start and deadline used."""
AGES: Final = (
    ("under_1_day", timedelta(days=1)),
    ("1_to_3_days", timedelta(days=3)),
    ("3_to_7_days", timedelta(days=7)),
    ("7_to_30_days", timedelta(days=30)),
    ("over_30_days", timedelta.max),
)

_TAKEN: Final = pl.col("fulfilled_at") - pl.col("triggered_at")


def delays(closing: Closing) -> tuple[DelayRow, ...]:
    """Per timed rule: `taken`, the seconds from start to fulfilment, and `overrun`, those past the
    deadline.

    Each as n, p50, p90 and max; nearest-rank percentiles, so that each is a time that really
    occurred.
    """
    done = pl.col("verdict").is_in(("met", "late"))
    times = closing.facts.filter("timed").select(
        "rule_id",
        taken=pl.when(done).then(_TAKEN.dt.total_seconds()),
        overrun=overrun_seconds(closing.period.cutoff),
    )
    found = (
        times.group_by("rule_id")
        .agg(*_spread("taken"), *_spread("overrun"))
        .collect(engine="streaming")
    )
    rows = {row["rule_id"]: row for row in found.to_dicts()}
    return tuple(
        DelayRow(
            key=rule,
            taken=Spread(**rows[rule]["taken"]),
            overrun=Spread(**rows[rule]["overrun"]),
        )
        for rule in closing.rules["rule_id"]
        if rule in rows
    )


def _spread(name: str) -> list[pl.Expr]:
    """Struct {n, p50, p90, max} of the values that are there."""
    values = pl.col(name)
    p50, p90 = (values.quantile(q, interpolation="equiprobable").cast(pl.Int64) for q in (0.5, 0.9))
    return [
        pl.struct(n=values.count().cast(pl.Int64), p50=p50, p90=p90, max=values.max()).alias(name)
    ]


def near_misses(closing: Closing) -> NearMisses:
    """Met obligations that had used more than 80 % of their limit, of those whose fulfilment has a
    time."""
    limit = pl.col("due_at") - pl.col("triggered_at")
    # Whole numbers: exact at the limit
    near = _TAKEN.dt.total_microseconds() * 5 > limit.dt.total_microseconds() * 4
    met = closing.facts.filter(
        pl.col("timed") & (pl.col("verdict") == "met") & _TAKEN.is_not_null()
    )
    counts = met.group_by("rule_id").agg(
        near=near.sum().cast(pl.Int64), met=pl.len().cast(pl.Int64)
    )
    found = {row.pop("rule_id"): row for row in counts.collect(engine="streaming").to_dicts()}
    rules = [rule for rule in closing.rules["rule_id"] if rule in found]
    rows = tuple(NearMissRow(key=rule, **found[rule]) for rule in rules)
    total = rate(sum(row.near for row in rows), sum(row.met for row in rows))
    return NearMisses(threshold=NEAR, share=total, by_rule=rows)


def backlog(closing: Closing) -> Backlog:
    """Acts still open at the cutoff, pending or overdue, by age since their clock started.

    A call that nobody answered is over, not open.
    """
    age = pl.lit(closing.period.cutoff) - pl.col("triggered_at")
    open_ = closing.facts.filter(
        pl.col("governing")
        & pl.col("verdict").is_in(("pending", "overdue"))
        & (pl.col("clock") != "rings")
    )
    counts = (
        open_.group_by(key=_age_band(age), verdict="verdict")
        .agg(n=pl.len())
        .collect(engine="streaming")
    )
    found = {(row["key"], row["verdict"]): row["n"] for row in counts.to_dicts()}
    rows = tuple(
        AgeRow(
            key=key,
            pending=found.get((key, "pending"), 0),
            overdue=found.get((key, "overdue"), 0),
        )
        for key, _ in AGES
    )
    return Backlog(
        pending=sum(row.pending for row in rows),
        overdue=sum(row.overdue for row in rows),
        by_age=rows,
    )


def _age_band(age: pl.Expr) -> pl.Expr:
    bands = [pl.when(age < limit).then(pl.lit(key)) for key, limit in AGES[:-1]]
    return pl.coalesce(*bands, pl.lit(AGES[-1][0]))


def heat(closing: Closing) -> tuple[HeatCell, ...]:
    """The timeliness of what started in each hour of the week: 7 × 24 rows, weekday 1 is Monday."""
    start = pl.col("triggered_at")
    governing = closing.facts.filter(pl.col("governing") & pl.col("timed"))
    counts = governing.group_by(weekday=start.dt.weekday(), hour=start.dt.hour()).agg(
        met=(pl.col("verdict") == "met").sum(),
        broken=pl.col("verdict").is_in(VIOLATIONS).sum(),
        unknown=(pl.col("verdict") == "unknown").sum(),
    )
    found = {
        (row["weekday"], row["hour"]): row for row in counts.collect(engine="streaming").to_dicts()
    }
    return tuple(
        HeatCell(weekday=day, hour=hour, **vars(_timely(found.get((day, hour)))))
        for day in range(1, 8)
        for hour in range(24)
    )


def _timely(row: dict[str, int] | None) -> Rate:
    if row is None:
        return rate(0, 0)
    return rate(row["met"], row["met"] + row["broken"], row["unknown"])
