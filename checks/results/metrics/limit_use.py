"""How much of their limit decided acts used, topic by topic."""

from __future__ import annotations

from collections import Counter
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.concepts import DECIDED
from checks.numbers.cases import LimitUse
from checks.results.metrics.times import NEAR

BARS: Final = 21
"""Ten percent of the limit each; the last one is for what lies beyond twice the limit."""
IN_TIME: Final = 10


def limit_use(closing: Closing) -> tuple[LimitUse, ...]:
    """Governing acts on clocks with a duration; rings are whole numbers and have none. Topics in
    order of the rules."""
    taken = (pl.col("fulfilled_at") - pl.col("triggered_at")).dt.total_microseconds()
    limit = (pl.col("due_at") - pl.col("triggered_at")).dt.total_microseconds()
    share = pl.when(pl.col("verdict").is_in(("met", "late")) & (limit > 0)).then(taken / limit)
    acts = closing.facts.filter(
        pl.col("governing")
        & pl.col("timed")
        & (pl.col("clock") != "rings")
        & pl.col("verdict").is_in(DECIDED)
    ).select("topic", "verdict", share=share)
    # A share of exactly 100 % is in time and belongs to the bar that ends there
    place = (pl.col("share") * 10).ceil().clip(1, BARS).cast(pl.Int64) - 1
    met = pl.col("verdict") == "met"
    bar = pl.when(met).then(place.clip(0, IN_TIME - 1)).otherwise(place.clip(IN_TIME, BARS - 1))
    counts = (
        acts.with_columns(bar=bar)
        .group_by("topic", "verdict", "bar")
        .agg(n=pl.len().cast(pl.Int64), near=(met & (pl.col("share") > NEAR)).sum().cast(pl.Int64))
        .collect(engine="streaming")
    )
    known = dict.fromkeys(rule.topic for rule in closing.rulebooks.rules)
    by_topic = {
        str(topic): rows
        for (topic,), rows in counts.with_columns(pl.col("topic", "verdict").cast(pl.String))
        .partition_by("topic", as_dict=True)
        .items()
    }
    return tuple(_row(topic, by_topic[topic]) for topic in known if topic in by_topic)


def _row(topic: str, counts: pl.DataFrame) -> LimitUse:
    by_verdict, by_bar = Counter[str](), Counter[int]()
    near = unmeasured = 0
    for verdict, bar, n, close in counts.select("verdict", "bar", "n", "near").iter_rows():
        by_verdict[verdict] += n
        near += close
        if bar is not None:
            by_bar[bar] += n
        elif verdict != "overdue":
            unmeasured += n
    return LimitUse(
        key=topic,
        n=by_verdict.total(),
        near=near,
        late=by_verdict["late"],
        open=by_verdict["overdue"],
        unmeasured=unmeasured,
        bars=tuple(by_bar[place] for place in range(BARS)),
    )
