"""A year's holiday notice of the State Council (部分节假日安排的通知): which days are off, which
are made up for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from checks.law.statutory import IN_FORCE_FROM, LAST_YEAR, statutory_days

YEARS: Final = range(IN_FORCE_FROM, LAST_YEAR + 1)
"""Years whose notice can be checked against the statutory holidays in force."""
PLAUSIBLE: Final = range(244, 253)
"""Working days of a year; those published so far had 248 to 252. Without days made up for there
would be more."""
WHOLE_YEAR: Final = 300
"""A list of so many days names ordinary ones too; a shorter one names only days off and days made
up for."""


class NoticeError(Exception):
    """What is wrong with a notice, and in which line of its file (0: in none)."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line, self.message = line, message


class Day(NamedTuple):
    """A day as line `line` of a file has it."""

    date: date
    working: bool
    line: int
    name: str = ""


@dataclass(frozen=True)
class Notice:
    """`days`: True = working day, by date; `names`: the holiday that a day belongs to, where the
    notice says so."""

    year: int
    days: Mapping[date, bool]
    names: Mapping[date, str]

    def decides(self, day: date) -> bool:
        """Whether the day is for this notice to decide: December may be bridged by the next year's
        New Year."""
        return date(self.year - 1, 12, 1) <= day < date(self.year, 12, 1)


def notice_of(year: int, days: Sequence[Day]) -> Notice:
    """The notice that these days make. Raises NoticeError for the first thing that can't be
    right."""
    for line, message in _faults(year, days):
        raise NoticeError(line, message)
    kept = [day for day in days if day.date < date(year, 12, 1)]
    return Notice(
        year,
        {day.date: day.working for day in kept},
        {day.date: day.name for day in kept if day.name},
    )


def _faults(year: int, days: Sequence[Day]) -> Iterator[tuple[int, str]]:
    if year not in YEARS:
        yield 0, f"{year} is not a year whose notice can be checked: {YEARS[0]} to {YEARS[-1]}"
        return
    seen: dict[date, int] = {}
    for day in days:
        if day.date in seen:
            yield day.line, f"{day.date} stands in line {seen[day.date]} already"
        seen[day.date] = day.line
        if message := _misplaced(year, day, whole=len(days) >= WHOLE_YEAR):
            yield day.line, message
    yield from (
        (0, message) for message in _incomplete(year, {day.date: day.working for day in days})
    )


def _misplaced(year: int, day: Day, whole: bool) -> str | None:
    """What is wrong with a day by itself; `whole`: ordinary days are listed too."""
    ordinary = day.working == (day.date.weekday() < 5)
    if not date(year - 1, 12, 1) <= day.date <= date(year, 12, 31):
        return (
            f"{day.date} is not of {year}; a notice holds one year, and days of the December "
            f"before it"
        )
    if day.date >= date(year, 12, 1) and not ordinary:
        return f"{day.date}: what is off in December {year} is for the notice of {year + 1} to say"
    holiday = statutory_days(year).get(day.date)
    if holiday and day.working:
        return f"{day.date} is no working day: {holiday.en} {holiday.zh} is off by decree"
    if day.working and ordinary and not whole:
        return f"{day.date} is a {day.date:%A}; a day made up for is a Saturday or a Sunday"
    return None


def _incomplete(year: int, working: Mapping[date, bool]) -> Iterator[str]:
    """What is wrong with the year as a whole."""
    of_year = [
        date(year, 1, 1) + timedelta(n)
        for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]
    for day, holiday in statutory_days(year).items():
        if day.weekday() < 5 and working.get(day, True):
            yield f"{day} is missing: {holiday.en} {holiday.zh} is off by decree"
    if len(working) >= WHOLE_YEAR:
        yield from (
            f"{day} is missing; the list names every other day"
            for day in of_year
            if day not in working
        )
    total = Counter(working.get(day, day.weekday() < 5) for day in of_year)[True]
    if total not in PLAUSIBLE:
        yield (
            f"{year} would have {total} working days; a year has {PLAUSIBLE[0]} to {PLAUSIBLE[-1]}"
        )
