"""Training every month and quarter (RC 第十七条), and before taking up duty (TC 第十条(一), RC
第五条(一))."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.duties.item import Found
from checks.duties.months import ends_within, month_before, months, next_month
from checks.numbers.evidence import Nothing, TrainedPeople, TrainingMonth, Trainings

SPECIAL: Final = "(?i)专项|special"


def monthly_training(closing: Closing) -> Found:
    """Months that ended in the period, and those of them in which a training was held.

    `months`: sessions (days with a training), participants (people named) and `over`, whether the
    month has ended.
    """
    held = closing.records["trainings"].filter(
        pl.col("held_on").cast(pl.Datetime("us")) < closing.period.cutoff
    )
    counts = held.group_by(month=pl.col("held_on").dt.month_start()).agg(
        sessions=pl.col("held_on").n_unique(),
        participants=pl.col("staff_id").drop_nulls().n_unique(),
    )
    found = {row.pop("month"): row for row in counts.collect().to_dicts()}
    none = {"sessions": 0, "participants": 0}
    rows = tuple(
        TrainingMonth(
            key=month.strftime("%Y-%m"),
            **found.get(month, none),
            over=ends_within(next_month(month), closing.period),
        )
        for month in months(closing.period)
    )
    decided = [row for row in rows if row.over or row.sessions]
    return rate(sum(row.sessions > 0 for row in decided), len(decided)), Trainings(months=rows)


def quarterly_training(closing: Closing) -> Found:
    """Quarters that ended in the period, and those of them with a special training (its topic says
    专项 or special).

    Without one, a quarter whose beginning the table does not reach back to is unknown.
    """
    ends = [month for month in map(next_month, months(closing.period)) if month.month % 3 == 1]
    quarters = [(_quarter_before(end), end) for end in ends if ends_within(end, closing.period)]
    held = (
        closing.records["trainings"]
        .select("held_on", special=pl.col("topic").str.contains(SPECIAL))
        .collect()
    )
    good = unknown = 0
    for first, end in quarters:
        within = held.filter(
            pl.col("held_on").is_between(first, end, closed="left") & pl.col("special")
        )
        good += bool(within.height)
        unknown += (
            not within.height and held.filter(pl.col("held_on") < next_month(first)).is_empty()
        )
    return rate(good, len(quarters) - unknown, unknown), Nothing()


def _quarter_before(end: date) -> date:
    return month_before(month_before(month_before(end)))


def trained_staff(closing: Closing) -> Found:
    """People who answered for obligations of the closing, and those of them with a training on
    record.

    Someone without one is unknown: an older training may not have been exported. `untrained` counts
    them.
    """
    who = closing.facts.filter(pl.col("responsible").is_not_null()).select(
        staff_id=pl.col("responsible").unique().cast(pl.String)
    )
    held = closing.records["trainings"].filter(
        pl.col("held_on").cast(pl.Datetime("us")) < closing.period.cutoff
    )
    trained = (
        who.join(held, on="staff_id", how="semi")
        .select(pl.len())
        .collect(engine="streaming")
        .item()
    )
    people = who.select(pl.len()).collect(engine="streaming").item()
    return rate(trained, trained, people - trained), TrainedPeople(
        people=people, without_training=people - trained
    )
