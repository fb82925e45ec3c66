"""Daily spot checks of at least 30 % of the day's tickets (TC 第十四条(一))."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.closing.tickets import requests
from checks.duties.item import Found
from checks.numbers.evidence import SpotCheckDay, SpotChecks


def spot_checks(closing: Closing) -> Found:
    """Days on which tickets were asked for, and those of them on which at least 30 % as many were
    checked.

    `days`: asked, checked and share of each; a ticket counts once a day. `unmatched`: checks of
    tickets that do not exist.
    """
    period = closing.period
    last = min(period.end, period.cutoff) - timedelta(microseconds=1)
    asked = requests(closing).group_by(day=pl.col("asked_at").dt.date()).agg(asked=pl.len())
    made = closing.records["spot_checks"].filter(
        pl.col("checked_on").is_between(period.start.date(), last.date())
    )
    known = closing.records["tickets"].select("ticket_id").unique()
    checked = (
        made.join(known, on="ticket_id", how="semi")
        .group_by(day="checked_on")
        .agg(checked=pl.col("ticket_id").n_unique())
    )
    days = (
        asked.join(checked, on="day", how="left")
        .with_columns(pl.col("checked").fill_null(0))
        .sort("day")
        .collect()
    )
    enough = days.filter(
        pl.col("checked").cast(pl.Int64) * 10 >= pl.col("asked").cast(pl.Int64) * 3
    )
    rows = days.with_columns(
        pl.col("day").dt.to_string(), share=pl.col("checked") / pl.col("asked")
    ).to_dicts()
    unmatched = made.join(known, on="ticket_id", how="anti").select(pl.len()).collect().item()
    found = SpotChecks(days=tuple(SpotCheckDay(**row) for row in rows), unmatched=unmatched)
    return rate(enough.height, days.height), found
