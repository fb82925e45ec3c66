"""A company's own days off and on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from flows.law.calendars.day_list import day_list, text_of
from flows.system.errors import UsageError


def company_days(path: Path) -> Mapping[date, bool]:
    """The days of a company calendar, a CSV with the columns date and working: True = working day.

    Raises UsageError with file and line.
    """
    days: dict[date, bool] = {}
    where = f"company calendar {path}"
    for day in day_list(text_of(path, "company calendar"), where):
        if days.get(day.date, day.working) != day.working:
            raise UsageError(
                f"{where}, line {day.line}: {day.date} is both on and off; keep one of the two "
                f"lines"
            )
        days[day.date] = day.working
    return days
