"""Limits, working days, rings."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from typing import Final

import chinese_calendar

RING: Final = timedelta(seconds=5)
_UNITS: Final = {"min": timedelta(minutes=1), "h": timedelta(hours=1)}
_PUBLISHED: Final = range(min(chinese_calendar.holidays).year, max(chinese_calendar.holidays).year + 1)


def is_working_day(day: date) -> bool:
    if day.year not in _PUBLISHED:
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))


def end_of_working_day(start: datetime, count: int) -> tuple[datetime, bool]:
    """The end of the n-th working day after the day of `start`; whether the counting left the published years."""
    day, provisional = start.date(), False
    while count:
        day += timedelta(days=1)
        provisional |= day.year not in _PUBLISHED
        count -= is_working_day(day)
    return datetime.combine(day, time.max), provisional


def due(start: datetime, limit: str) -> tuple[datetime, bool]:
    """`15min`, `2h`, `3wd` or a number of rings after `start`."""
    if limit.endswith("wd"):
        return end_of_working_day(start, int(limit[:-2]))
    for unit, length in _UNITS.items():
        if limit.endswith(unit):
            return start + int(limit.removesuffix(unit)) * length, False
    return start + int(limit) * RING, False


def rings_heard(ringing: timedelta) -> int:
    return max(1, math.ceil(ringing / RING))
