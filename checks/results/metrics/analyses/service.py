"""Rates that the regulations ask for beside timeliness: resolution and satisfaction.

Source: RC 第二十条(二), 第二十一条; TC 第十四条(三), 第十五条.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.closing.rates import rate
from checks.numbers.analyses import Satisfaction
from checks.numbers.rates import Rate

RESOLVED: Final = ("solved_at", "replied_at", "disposed_at", "completed_at")


def resolution_rate(tickets: pl.DataFrame) -> Rate:
    """问题解决率: solved, replied, disposed or completed by the cutoff, of the tickets asked for
    and not cancelled.

    A ticket whose only such cell is unreadable is unknown.
    """
    resolved = pl.any_horizontal(pl.col(RESOLVED).is_not_null())
    unclear = ~resolved & pl.any_horizontal(pl.col(f"{name}_unreadable") for name in RESOLVED)
    kept = tickets.filter(~pl.col("cancelled"))
    good, unknown = kept.select(resolved.sum().alias("good"), unclear.sum().alias("unknown")).row(0)
    return rate(good, kept.height - unknown, unknown)


def satisfaction(tickets: pl.DataFrame) -> Satisfaction:
    """Mean score, share of 4-5 and answering share of the tickets asked for, completed and not
    cancelled.

    A score that is unreadable or not 1-5 is no answer; `invalid` counts those.
    """
    score = pl.col("satisfaction")
    done = tickets.filter(~pl.col("cancelled") & pl.col("completed_at").is_not_null())
    valid = score.is_between(1, 5).fill_null(False)
    counts = done.select(
        answered=valid.sum(),
        content=(score >= 4).and_(valid).sum(),
        sum=score.filter(valid).sum(),
        invalid=(score.is_not_null() & ~valid | pl.col("satisfaction_unreadable")).sum(),
    ).row(0, named=True)
    answered = counts["answered"]
    return Satisfaction(
        mean=counts["sum"] / answered if answered else None,
        content=rate(counts["content"], answered),
        answering=rate(answered, done.height),
        invalid=counts["invalid"],
    )
