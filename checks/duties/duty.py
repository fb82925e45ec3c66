"""Somebody on duty outside office hours (TC 第十条(二), RC 第八条(一))."""

from __future__ import annotations

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.concepts import DECIDED
from checks.duties.item import LISTED, Found
from checks.numbers.evidence import OutOfHours, UnattendedDay


def duty(closing: Closing) -> Found:
    """Days with calls or chats outside office hours, and those of them on which a person answered
    any.

    What is exempt (hung up early, line busy) or undecided asked nothing of the person on duty.
    """
    start = pl.col("triggered_at")
    working = start.dt.date().replace_strict(
        closing.calendar.days["date"],
        closing.calendar.days["workday"],
        default=False,
        return_dtype=pl.Boolean,
    )
    amounts = closing.rulebooks.parameters
    time_of_day = start - start.dt.truncate("1d")
    office = working & time_of_day.is_between(
        amounts.office_opens, amounts.office_closes, closed="left"
    )
    topics = closing.rulebooks.topics_that(lambda topic: topic.by_duty_staff)
    contacts = closing.facts.filter(
        "governing", pl.col("topic").is_in(topics), pl.col("verdict").is_in(DECIDED), ~office
    )
    days = contacts.group_by(day=start.dt.date()).agg(
        contacts=pl.len().cast(pl.Int64), answered=pl.col("fulfilled_at").count().cast(pl.Int64)
    )
    rows = days.sort("day").with_columns(pl.col("day").dt.to_string()).collect(engine="streaming")
    alone = rows.filter(pl.col("answered") == 0)
    listed = alone.select("day", "contacts").head(LISTED).to_dicts()
    found = OutOfHours(
        contacts=int(rows["contacts"].sum()),
        answered=int(rows["answered"].sum()),
        unattended=tuple(UnattendedDay(**day) for day in listed),
    )
    return rate(rows.height - alone.height, rows.height), found
