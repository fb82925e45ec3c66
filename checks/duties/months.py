"""The months and weeks that a closing must answer for."""

from __future__ import annotations

from datetime import date, timedelta

from checks.concepts import Period
from checks.local_time import midnight


def months(period: Period) -> list[date]:
    """First day of every month that the period touches."""
    first, found = period.start.date().replace(day=1), []
    while midnight(first, period.zone) < period.end:
        found.append(first)
        first = next_month(first)
    return found


def next_month(month: date) -> date:
    """First day of the month after that of `month`."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_before(month: date) -> date:
    """First day of the month before that of `month`."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def ends_within(day: date, period: Period) -> bool:
    """Whether what runs up to the start of `day` ends in the period, and has ended by the
    cutoff."""
    instant = midnight(day, period.zone)
    return period.start < instant <= min(period.end, period.cutoff)
