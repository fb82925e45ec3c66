"""Which month a scheduled inspection owes: Chinese working days are not a cron expression."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl

from checks.law.calendar import Calendar


def month_due(today: date, calendar: Calendar, working_day: int) -> str | None:
    """The month before `today`'s, as 2026-10, from this month's n-th working day on; None before
    it.

    Later days still owe it, so that a server that was down on the day catches up.
    """
    first = today.replace(day=1)
    working = calendar.days.filter("workday", pl.col("date") >= first).head(working_day)["date"]
    return f"{first - timedelta(days=1):%Y-%m}" if today >= working[-1] else None


def last_week(today: date) -> tuple[date, date]:
    """Monday and Sunday of the week before `today`'s."""
    monday = today - timedelta(days=today.weekday() + 7)
    return monday, monday + timedelta(days=6)


def local_now(zone: str) -> datetime:
    """Now in the configured zone (checks.local_time)."""
    from flows.settings.periods import now_in

    return now_in(zone)
