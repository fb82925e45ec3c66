"""Working days: the State Council's published calendar, a company's own days on top, statutory
holidays beyond it.

Counting follows the PRC Civil Code, art. 201-203: the day of the start does not count, the last day
ends with its closing hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from typing import Final

import chinese_calendar
import polars as pl

from checks.law.belongings import Holidays
from checks.law.notices import Notice
from checks.law.statutory import LAST_YEAR, statutory_days

END_OF_DAY: Final = time(23, 59, 59, 999999)
YEARS: Final = range(1970, LAST_YEAR + 1)
"""Years of the day table: everything that a readable timestamp of a service record can reach."""
_FIRST, _LAST = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)

SHIPPED_YEARS: Final = frozenset(d.year for d in chinese_calendar.holidays)
"""Years whose notice is known to the pinned calendar package."""


@dataclass(frozen=True)
class Calendar:
    """Working days as a table of days with a running count.

    company: the company's own days, True = working day; they win over the published calendar.
    closing: local time at which a working day ends.
    notices: imported notices, one a year; each wins over what the calendar package knows of its
    year.
    holidays: `none` where no regulation counts by the State Council's: Monday to Friday, and the
    company's own days.
    """

    company: Mapping[date, bool]
    closing: time = END_OF_DAY
    notices: tuple[Notice, ...] = ()
    holidays: Holidays = "prc"

    @cached_property
    def published(self) -> frozenset[int]:
        """Years whose days off are published."""
        if self.holidays == "none":
            return frozenset(YEARS)
        return SHIPPED_YEARS | {notice.year for notice in self.notices}

    @property
    def published_through(self) -> date:
        """The last day up to which no year is missing."""
        year = max(SHIPPED_YEARS)
        while year + 1 in self.published and year < YEARS[-1]:
            year += 1
        return date(year, 12, 31)

    @cached_property
    def decided(self) -> Mapping[date, bool]:
        """The days of which more is known than their weekday: True = working day."""
        if self.holidays == "none":
            return dict(self.company)
        unpublished = (year for year in YEARS if year not in self.published)
        days = {day: False for year in unpublished for day in statutory_days(year)}
        days |= dict.fromkeys(chinese_calendar.holidays, False) | dict.fromkeys(
            chinese_calendar.workdays, True
        )
        for notice in sorted(self.notices, key=lambda notice: notice.year):
            days = {day: works for day, works in days.items() if not notice.decides(day)} | dict(
                notice.days
            )
        return days | dict(self.company)

    @cached_property
    def days(self) -> pl.DataFrame:
        """One row per day: date, workday (bool); ordinal and unpublished (Int32): working days, and
        days of years without a notice, up to and including it.
        """
        frame = pl.DataFrame({"date": pl.date_range(_FIRST, _LAST, eager=True)})
        known = pl.col("date").replace_strict(
            list(self.decided), list(self.decided.values()), default=None, return_dtype=pl.Boolean
        )
        open_year = ~pl.col("date").dt.year().is_in(self.published)
        return frame.with_columns(
            workday=pl.coalesce(known, pl.col("date").dt.weekday() <= 5),
            unpublished=open_year.cum_sum().cast(pl.Int32),
        ).with_columns(ordinal=pl.col("workday").cum_sum().cast(pl.Int32))

    def ordinal(self, instant: pl.Expr) -> pl.Expr:
        """Number of working days up to and including the day of `instant` (Int32; null outside the
        table)."""
        return self._on("ordinal", instant)

    def workday_end(self, start: pl.Expr, workdays: pl.Expr) -> pl.Expr:
        """The end of the n-th working day after the day of `start`, as a local instant."""
        day = pl.lit(self._working_days).gather(
            self.ordinal(start) + workdays - 1, null_on_oob=True
        )
        return day.dt.combine(self.closing, "us")

    def provisional(self, start: pl.Expr, due: pl.Expr) -> pl.Expr:
        """Whether counting from the day after `start` up to `due` touches a year without a
        published calendar."""
        touched: pl.Expr = self._on("unpublished", due) > self._on("unpublished", start)
        return touched.fill_null(False)

    def is_workday(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return self.decided.get(day, day.weekday() < 5)

    @cached_property
    def _working_days(self) -> pl.Series:
        return self.days.filter("workday")["date"]

    def _on(self, column: str, instant: pl.Expr) -> pl.Expr:
        """That column of `days` on the day of `instant`; null outside the table."""
        place = (instant.dt.date() - pl.lit(_FIRST)).dt.total_days()
        # A negative place would count from the end of the table.
        return pl.lit(self.days[column]).gather(pl.when(place >= 0).then(place), null_on_oob=True)
