"""Somebody on duty outside office hours (TC 第十条(二), RC 第八条(一))."""

from __future__ import annotations

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.concepts import DECIDED
from checks.duties.item import LISTED, Found
from checks.numbers.evidence import Night, OutOfHours


def duty(closing: Closing) -> Found:
    """Nights with calls or chats outside office hours, and those of them in which enough were
    answered.

    A night runs from the end of office hours to their next beginning; a day off and the night after
    it are one. Answered is what was answered in time, or else within the same night: who answers on
    the next morning was not on duty. What is exempt (hung up early, line busy) or undecided asked
    nothing of the person on duty.
    """
    amounts = closing.rulebooks.parameters
    # As the clock on the wall shows them
    start, done = (pl.col(at).dt.replace_time_zone(None) for at in ("triggered_at", "fulfilled_at"))
    topics = closing.rulebooks.topics_that(lambda topic: topic.by_duty_staff)
    contacts = closing.facts.filter(
        "governing", pl.col("topic").is_in(topics), pl.col("verdict").is_in(DECIDED)
    ).filter(~_in_office(start, closing))
    night = (start - amounts.office_opens).dt.date()
    same_night = ((done - amounts.office_opens).dt.date() == night) & ~_in_office(done, closing)
    answered = (pl.col("verdict") == "met") | same_night.fill_null(False)
    nights = contacts.group_by(day=night).agg(
        contacts=pl.len().cast(pl.Int64), answered=answered.sum().cast(pl.Int64)
    )
    rows = nights.sort("day").with_columns(pl.col("day").dt.to_string()).collect(engine="streaming")
    short = rows.filter(pl.col("answered") * 100 < pl.col("contacts") * amounts.attended_share)
    found = OutOfHours(
        contacts=int(rows["contacts"].sum()),
        answered=int(rows["answered"].sum()),
        unattended=tuple(Night(**row) for row in short.head(LISTED).to_dicts()),
    )
    return rate(rows.height - short.height, rows.height), found


def _in_office(at: pl.Expr, closing: Closing) -> pl.Expr:
    """Whether an instant lies in the office hours of a working day."""
    working = at.dt.date().replace_strict(
        closing.calendar.days["date"],
        closing.calendar.days["workday"],
        default=False,
        return_dtype=pl.Boolean,
    )
    amounts = closing.rulebooks.parameters
    time_of_day = at - at.dt.truncate("1d")
    return working & time_of_day.is_between(
        amounts.office_opens, amounts.office_closes, closed="left"
    )
