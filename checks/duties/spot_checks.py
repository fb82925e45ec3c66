"""Daily spot checks of enough of the day's tickets (TC 第十四条(一))."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.closing.tickets import requests
from checks.duties.item import Found
from checks.local_time import as_instant
from checks.numbers.evidence import SpotCheckDay, SpotChecks


def spot_checks(closing: Closing) -> Found:
    """Days on which tickets were asked for, and those of them of whose tickets enough were checked
    on the day or by the end of the next working day.

    A day whose time for checks is not over yet counts once it has enough; `over` says so. `days`:
    asked, checked and share of each; a ticket counts for its own day, once. `other_days`: checks of
    tickets of another day, or made too late. `unmatched`: checks of tickets that do not exist.
    """
    period, share = closing.period, closing.rulebooks.parameters.spot_check_share
    last = (period.cutoff - timedelta(microseconds=1)).date()
    made = closing.records["spot_checks"].filter(
        pl.col("checked_on").is_between(period.start.date(), last)
    )
    asked = requests(closing).with_columns(
        day=pl.col("asked_at").dt.date(),
        until=as_instant(
            closing.calendar.workday_end(pl.col("asked_at"), pl.lit(1)), period.zone, last=True
        ),
    )
    timely = pl.col("checked_on").is_between(pl.col("day"), pl.col("until").dt.date())
    counted = made.join(asked, on="ticket_id").with_columns(timely=timely)
    checked = counted.filter("timely").group_by("day").agg(checked=pl.col("ticket_id").n_unique())
    days = (
        asked.group_by("day")
        .agg(asked=pl.len(), over=pl.col("until").max() < period.cutoff)
        .join(checked, on="day", how="left")
        .with_columns(pl.col("asked", "checked").fill_null(0).cast(pl.Int64))
        .with_columns(enough=pl.col("checked") * 100 >= pl.col("asked") * share)
        .sort("day")
        .collect()
    )
    decided = days.filter(pl.col("enough") | pl.col("over"))
    known = closing.records["tickets"].select("ticket_id").unique()
    rows = days.select(
        pl.col("day").dt.to_string(),
        "asked",
        "checked",
        "over",
        share=pl.col("checked") / pl.col("asked"),
    ).to_dicts()
    in_period = made.filter(pl.col("checked_on") < period.end.date())
    found = SpotChecks(
        days=tuple(SpotCheckDay(**row) for row in rows),
        other_days=_count(in_period.join(known, on="ticket_id", how="semi"))
        - _count(counted.filter("timely", pl.col("checked_on") < period.end.date())),
        unmatched=_count(in_period.join(known, on="ticket_id", how="anti")),
    )
    return rate(decided.filter("enough").height, decided.height), found


def _count(rows: pl.LazyFrame) -> int:
    return int(rows.select(pl.len()).collect(engine="streaming").item())
