"""What `kelou calendar show` lists: the years that are known, and the days of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from typing import Any

import chinese_calendar

from checks.law.calendar import SHIPPED_YEARS, YEARS, Calendar
from checks.law.statutory import statutory_days
from flows.law.calendars.notices import Imported
from flows.law.rule_tables import Listing
from flows.system.errors import UsageError


def year_listing(calendar: Calendar, imported: list[Imported]) -> Listing:
    """One row per published year, and one for the first that is not."""
    upto = calendar.published_through
    listed = sorted({*calendar.published, upto.year + 1} & set(YEARS))
    by_year = {found.notice.year: found for found in imported}
    rows = [_year_row(year, calendar, by_year.get(year)) for year in listed]
    cells = [
        [str(row["year"]), row["state"], str(row["working_days"]), row["source"]] for row in rows
    ]
    notes = [through(calendar)]
    return Listing("years", rows, ["year", "state", "working days", "source"], cells, notes)


def day_listing(year: int, calendar: Calendar, imported: list[Imported]) -> Listing:
    """The days of a year that are not as their weekday says, or that a notice or the company names.

    Raises UsageError for a year of which nothing is known.
    """
    if year not in YEARS:
        raise UsageError(
            f"{year}: nothing is known of it; give a year from {YEARS[0]} to {YEARS[-1]}"
        )
    by_year = {found.notice.year: found for found in imported}
    rows: list[dict[str, Any]] = [
        {
            "date": day.isoformat(),
            "weekday": f"{day:%a}",
            "working": works,
            **_origin(day, calendar, by_year),
        }
        for day, works in sorted(calendar.decided.items())
        if day.year == year
    ]
    cells = [
        [row["date"], row["weekday"], "work" if row["working"] else "off", *_words(row)]
        for row in rows
    ]
    whole = _year_row(year, calendar, by_year.get(year))
    notes = [
        f"{year} is {whole['state']}: {whole['working_days']} working days; {whole['source']}",
        through(calendar),
    ]
    return Listing("days", rows, ["date", "day", "", "holiday", "source"], cells, notes)


def through(calendar: Calendar) -> str:
    """In one line, how far working days are published and what holds beyond."""
    return (
        f"published through {calendar.published_through}; beyond it Monday to Friday less the "
        f"statutory holidays"
    )


def _year_row(year: int, calendar: Calendar, imported: Imported | None) -> dict[str, Any]:
    """year, state, working_days, source; of an imported notice also its file, sha256 and
    imported_at."""
    first = date(year, 1, 1)
    working = sum(
        calendar.is_workday(first + timedelta(n))
        for n in range((date(year + 1, 1, 1) - first).days)
    )
    row: dict[str, Any] = {"year": year, "state": "published", "working_days": working}
    if imported:
        source = f"{imported.path}, imported {imported.at or 'by hand'} from {imported.file}"
        return row | {"source": source, "sha256": imported.sha256, "imported_at": imported.at}
    shipped = year in SHIPPED_YEARS
    source = (
        f"chinesecalendar {version('chinesecalendar')}" if shipped else "statutory holidays alone"
    )
    return row | {
        "state": "published" if shipped else "provisional",
        "source": source,
        "sha256": "",
        "imported_at": "",
    }


def _origin(day: date, calendar: Calendar, imported: dict[int, Imported]) -> dict[str, str]:
    """`holiday`: the name of what the day belongs to; `source`: who says so."""
    if day in calendar.company:
        return {"holiday": "", "source": "company"}
    for found in imported.values():
        if found.notice.decides(day):
            return {"holiday": found.notice.names.get(day, ""), "source": found.path.name}
    shipped = chinese_calendar.holidays.get(day) or chinese_calendar.workdays.get(day)
    if shipped:
        return {"holiday": chinese_calendar.Holiday(shipped).chinese, "source": "chinesecalendar"}
    return {"holiday": statutory_days(day.year)[day].zh, "source": "statutory"}


def _words(row: dict[str, Any]) -> Iterator[str]:
    yield from (str(row[name]) for name in ("holiday", "source"))


def differing(found: Imported) -> list[str]:
    """Days on which an imported notice contradicts the shipped calendar of its year; none where
    that knows nothing."""
    if found.notice.year not in SHIPPED_YEARS:
        return []
    mine, theirs = Calendar({}, notices=(found.notice,)), Calendar({})
    first = date(found.notice.year - 1, 12, 1)
    days = (first + timedelta(n) for n in range(365))
    return [
        str(day)
        for day in days
        if found.notice.decides(day) and mine.is_workday(day) != theirs.is_workday(day)
    ]
