"""Training every month and quarter (RC 第十七条), and before taking up duty (TC 第十条(一), RC
第五条(一))."""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.duties.item import LISTED, Found
from checks.duties.months import ends_within, month_before, months, next_month
from checks.duties.wording import says
from checks.local_time import day_begins
from checks.numbers.duty import Nothing
from checks.numbers.evidence import TrainedPeople, TrainingMonth, Trainings
from checks.numbers.rates import Rate

_NOBODY: Final[frozenset[str]] = frozenset()


def monthly_training(closing: Closing) -> Found:
    """Months that ended in the period, and those of them in which everyone who answered customers
    took part in a training in service.

    `months`: sessions (days with such a training), participants (people named), `missing` (who
    answered calls or chats in the month and took part in none) and `over`, whether the month has
    ended. Unknown: a month whose only trainings have no topic, or name nobody.
    """
    held = _held(closing).with_columns(month=pl.col("held_on").dt.month_start()).collect()
    received = _received(closing)
    rows, verdicts = [], []
    for month in months(closing.period):
        of = held.filter(month=month)
        about = of.filter("about")
        took_part = set(about["staff_id"].drop_nulls())
        missing = received.get(month, _NOBODY) - took_part
        over = ends_within(next_month(month), closing.period)
        rows.append(
            TrainingMonth(
                key=month.strftime("%Y-%m"),
                sessions=about["held_on"].n_unique(),
                participants=len(took_part),
                missing=tuple(sorted(missing))[:LISTED],
                over=over,
            )
        )
        good = bool(about.height) and not missing
        if good or over:
            unclear = of["about"].null_count() or about["staff_id"].null_count()
            verdicts.append(True if good else None if unclear else False)
    return _counted(verdicts), Trainings(months=tuple(rows))


def quarterly_training(closing: Closing) -> Found:
    """Quarters that ended in the period, and those of them with a special training, as its topic
    says.

    Without one, a quarter whose beginning the table does not reach back to is unknown, and so is
    one with a training of no stated topic.
    """
    special = says(pl.col("topic"), closing.rulebooks.parameters.special_training)
    ends = [month for month in map(next_month, months(closing.period)) if month.month % 3 == 1]
    quarters = [(_quarter_before(end), end) for end in ends if ends_within(end, closing.period)]
    held = closing.records["trainings"].select("held_on", special=special).collect()
    verdicts = []
    for first, end in quarters:
        within = held.filter(pl.col("held_on").is_between(first, end, closed="left"))
        reached = held.filter(pl.col("held_on") < next_month(first)).height
        unclear = not reached or within["special"].null_count()
        verdicts.append(True if within["special"].any() else None if unclear else False)
    return _counted(verdicts), Nothing()


def trained_staff(closing: Closing) -> Found:
    """People who answered for obligations of the closing, and those of them who had passed a
    training before that.

    In order: a training in service, or an induction, no later than the day of their first act, and
    passed where results are recorded. Not in order: an induction that came only later, an
    examination that was failed, or nothing although the table reaches back to before the day on
    which the staff list has them begin. Else unknown: an older training may not have been exported.
    """
    people = _first_acts(closing).join(_begun(closing), on="staff_id", how="left").collect()
    held = _held(closing, induction=True).collect()
    reach = held["held_on"].min()
    before = pl.col("held_on") <= pl.col("first_act")
    of_them = people.join(held, on="staff_id", how="left").with_columns(
        before=before.fill_null(False), counts=pl.col("about") & pl.col("passed")
    )
    told = of_them.group_by("staff_id").agg(
        good=(pl.col("before") & pl.col("counts")).fill_null(False).any(),
        failed=(pl.col("before") & ~pl.col("passed")).fill_null(False).any(),
        inducted_late=(~pl.col("before") & pl.col("induction")).fill_null(False).any(),
        later=(~pl.col("before") & pl.col("about")).fill_null(False).any(),
        reached=(pl.col("begun") >= pl.lit(reach, pl.Date)).fill_null(False).any(),
    )
    bad = ~pl.col("good") & (pl.col("failed") | pl.col("inducted_late") | pl.col("reached"))
    counts = told.select(
        people=pl.len(),
        good=pl.col("good").sum(),
        bad=bad.sum(),
        only_later=(~pl.col("good") & pl.col("later")).sum(),
        failed=(~pl.col("good") & pl.col("failed")).sum(),
    ).row(0, named=True)
    decided = counts["good"] + counts["bad"]
    found = TrainedPeople(
        people=counts["people"],
        without_training=counts["people"] - counts["good"],
        only_later=counts["only_later"],
        failed=counts["failed"],
        listed=tuple(told.filter(bad)["staff_id"].sort().head(LISTED)),
    )
    return rate(counts["good"], decided, counts["people"] - decided), found


def _held(closing: Closing, induction: bool = False) -> pl.LazyFrame:
    """Trainings by the cutoff: held_on, staff_id, about (in service; `induction`: or before taking
    up duty; null without a topic), induction (the latter), passed (null where others have a result
    and this one has none)."""
    amounts, topic = closing.rulebooks.parameters, pl.col("topic")
    inducts = says(topic, amounts.induction_training)
    about = says(topic, amounts.reception_training)
    result = pl.col("result")
    recorded = result.is_not_null().any()
    return (
        closing.records["trainings"]
        .filter(day_begins(pl.col("held_on"), closing.period.zone) < closing.period.cutoff)
        .select(
            "held_on",
            "staff_id",
            about=about | inducts if induction else about,
            induction=inducts,
            passed=pl.when(recorded).then(result == "pass").otherwise(True),
        )
    )


def _received(closing: Closing) -> dict[date, set[str]]:
    """Who answered calls or chats, by the first day of the month."""
    topics = closing.rulebooks.topics_that(lambda topic: topic.by_duty_staff)
    who = (
        closing.facts.filter(pl.col("topic").is_in(topics), pl.col("responsible").is_not_null())
        .group_by(month=pl.col("triggered_at").dt.date().dt.month_start())
        .agg(people=pl.col("responsible").cast(pl.String).unique())
        .collect(engine="streaming")
    )
    return {row["month"]: set(row["people"]) for row in who.to_dicts()}


def _first_acts(closing: Closing) -> pl.LazyFrame:
    """Who answered for obligations of the closing: staff_id, and the day of the first of them."""
    return (
        closing.facts.filter(pl.col("responsible").is_not_null())
        .group_by(staff_id=pl.col("responsible").cast(pl.String))
        .agg(first_act=pl.col("triggered_at").min().dt.date())
    )


def _begun(closing: Closing) -> pl.LazyFrame:
    """The first day of everyone whom the staff list has begin on a day."""
    begun = pl.when(pl.col("valid_from").null_count() == 0).then(pl.col("valid_from").min())
    return closing.records["staff"].group_by("staff_id").agg(begun=begun.dt.date())


def _counted(verdicts: list[bool | None]) -> Rate:
    good, unknown = (sum(verdict is value for verdict in verdicts) for value in (True, None))
    return rate(good, len(verdicts) - unknown, unknown)


def _quarter_before(end: date) -> date:
    return month_before(month_before(month_before(end)))
