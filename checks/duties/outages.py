"""A fallback soon enough after a system's failure (TC 第十一条)."""

from __future__ import annotations

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.duties.item import LISTED, Found
from checks.numbers.evidence import Outage, Outages


def outages(closing: Closing) -> Found:
    """Failures of the period, and those of them answered in time by a fallback or by the system's
    return.

    Unknown: a time that is unreadable or lies before the failure, with nothing else in time.
    """
    period, within = closing.period, closing.rulebooks.parameters.fallback_within
    failed, limit = pl.col("failed_at"), pl.col("failed_at") + within
    answers = ("fallback_at", "restored_at")
    answered = [
        pl.col(name).is_between(failed, limit) & (pl.col(name) <= period.cutoff) for name in answers
    ]
    unclear = [pl.col(f"{name}_unreadable") | (pl.col(name) < failed) for name in answers]
    good = pl.any_horizontal(answered).fill_null(False)
    unknown = ~good & pl.any_horizontal(unclear).fill_null(False)
    began = closing.records["outages"].filter(
        failed.is_between(period.start, period.end, closed="left"), failed <= period.cutoff
    )
    rows = began.with_columns(
        good=good, unknown=unknown, over=pl.lit(period.cutoff) > limit
    ).collect()
    bad = rows.filter(~pl.col("good") & ~pl.col("unknown") & pl.col("over")).sort(
        "failed_at", "system"
    )
    times = pl.col("failed_at", *answers).dt.to_string("iso:strict")
    listed = bad.select("system", times).head(LISTED).to_dicts()
    found = Outages(without_fallback=tuple(Outage(**row) for row in listed))
    in_time, undecided = rows.filter("good").height, rows.filter("unknown").height
    return rate(in_time, in_time + bad.height, undecided), found
