"""What the configuration fixes of that which the regulations leave open."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from checks.calendar import END_OF_DAY, Calendar
from checks.timeliness import Readings
from flows.errors import UsageError
from flows.settings import Settings


def readings(settings: Settings) -> Readings:
    """Ring cycle, closing hour and working days in force. Raises UsageError."""
    path = settings.judging.company_calendar
    calendar = Calendar(company_days(path) if path else {}, settings.time.closing_hour or END_OF_DAY)
    cycle = timedelta(seconds=settings.judging.ring_cycle_seconds)
    return Readings(cycle, calendar=calendar, governing=settings.judging.governing)


def company_days(path: Path) -> Mapping[date, bool]:
    """A company's own calendar: CSV with the columns date,working. Raises UsageError with file and row."""
    words = {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False}
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"company calendar {path}: can't be read ({error})") from error
    days: dict[date, bool] = {}
    for number, row in enumerate(rows, start=2):
        try:
            days[date.fromisoformat(row["date"].strip())] = words[row["working"].strip().lower()]
        except (KeyError, ValueError, AttributeError):
            raise UsageError(f"company calendar {path}, row {number}: write date,working as 2026-10-10,true") from None
    return days
