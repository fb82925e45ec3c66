"""Limits, working days, rings."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from typing import Final

import chinese_calendar

RING: Final = timedelta(seconds=5)
_UNITS: Final = {"min": timedelta(minutes=1), "h": timedelta(hours=1)}
_PUBLISHED: Final = range(
    min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year + 1
)

_BY_DATE: Final = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""Statutory holidays of every year: New Year, Labour Day, National Day."""
_BY_MOON: Final = {
    2027: "02-05 02-06 02-07 02-08 04-05 06-09 09-15",
    2028: "01-25 01-26 01-27 01-28 04-04 05-28 10-03",
    2029: "02-12 02-13 02-14 02-15 04-04 06-16 09-22",
}
"""Spring Festival (the eve and three days), Qingming, Dragon Boat, Mid-Autumn."""


def is_working_day(day: date) -> bool:
    if day.year in _PUBLISHED:
        return bool(chinese_calendar.is_workday(day))
    statutory = (day.month, day.day) in _BY_DATE or f"{day:%m-%d}" in _BY_MOON.get(
        day.year, ""
    ).split()
    return day.weekday() < 5 and not statutory


def end_of_working_day(start: datetime, count: int) -> tuple[datetime, bool]:
    """The end of the n-th working day after the day of `start`; whether the counting left the
    published years."""
    day, provisional = start.date(), False
    while count:
        day += timedelta(days=1)
        provisional |= day.year not in _PUBLISHED
        count -= is_working_day(day)
    return datetime.combine(day, time.max), provisional


def length(limit: str) -> timedelta:
    """`15min`, `2h` or a number of rings."""
    for unit, one in _UNITS.items():
        if limit.endswith(unit):
            return int(limit.removesuffix(unit)) * one
    return int(limit) * RING


def due(start: datetime, limit: str) -> tuple[datetime, bool]:
    """`15min`, `2h`, `3wd` or a number of rings after `start`."""
    if limit.endswith("wd"):
        return end_of_working_day(start, int(limit[:-2]))
    return start + length(limit), False


def rings_heard(ringing: timedelta) -> int:
    return max(1, math.ceil(ringing / RING))
