"""Training every month (RC 第十七条, CD 五(一)2), and before taking up duty (TC 第十条(一), RC 第五条(一))."""

from __future__ import annotations

import polars as pl

from checks.evidence.item import Found
from checks.evidence.months import ends_within, months, next_month
from checks.metrics.facts import UNASSIGNED, Closing
from checks.metrics.rates import rate


def monthly_training(closing: Closing) -> Found:
    """Months that ended in the period, and those of them in which a training was held.

    `months`: sessions (days with a training), participants (people named) and `over`, whether the month has ended.
    """
    held = closing.records["trainings"].filter(pl.col("held_on").cast(pl.Datetime("us")) < closing.period.cutoff)
    counts = held.group_by(month=pl.col("held_on").dt.month_start()).agg(
        sessions=pl.col("held_on").n_unique(), participants=pl.col("staff_id").drop_nulls().n_unique()
    )
    found = {row.pop("month"): row for row in counts.collect().to_dicts()}
    none = {"sessions": 0, "participants": 0}
    rows = [
        {
            "key": month.strftime("%Y-%m"),
            **found.get(month, none),
            "over": ends_within(next_month(month), closing.period),
        }
        for month in months(closing.period)
    ]
    decided = [row for row in rows if row["over"] or row["sessions"]]
    return rate(sum(row["sessions"] > 0 for row in decided), len(decided)), {"months": rows}


def trained_staff(closing: Closing) -> Found:
    """People who answered for obligations of the closing, and those of them with a training on record.

    Someone without one is unknown: an older training may not have been exported. `untrained` counts them.
    """
    who = closing.facts.filter(pl.col("responsible") != UNASSIGNED).select(staff_id="responsible").unique()
    held = closing.records["trainings"].filter(pl.col("held_on").cast(pl.Datetime("us")) < closing.period.cutoff)
    trained = who.join(held, on="staff_id", how="semi").select(pl.len()).collect(engine="streaming").item()
    people = who.select(pl.len()).collect(engine="streaming").item()
    return rate(trained, trained, people - trained), {"people": people, "without_training": people - trained}
