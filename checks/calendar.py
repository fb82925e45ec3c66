"""Working days: the State Council's published calendar, a company's own days on top, Monday to Friday beyond it.

Counting follows the PRC Civil Code, art. 201-203: the day of the start does not count, the last day ends with its
closing hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from typing import Final

import chinese_calendar
import polars as pl

END_OF_DAY: Final = time(23, 59, 59, 999999)
_FIRST, _LAST = date(1970, 1, 1), date(2100, 12, 31)
"""Span of the day table: everything that a readable timestamp of a service record can reach."""

PUBLISHED_YEARS: Final = frozenset(d.year for d in chinese_calendar.holidays)
"""Years for which the State Council's notice is known to the pinned calendar package."""


@dataclass(frozen=True)
class Calendar:
    """Working days as a table of days with a running count.

    company: the company's own days, True = working day; they win over the published calendar.
    closing: local time at which a working day ends.
    """

    company: Mapping[date, bool]
    closing: time = END_OF_DAY

    @cached_property
    def days(self) -> pl.DataFrame:
        """One row per day: date, workday (bool), ordinal (working days up to and including it), provisional (bool)."""
        frame = pl.DataFrame({"date": pl.date_range(_FIRST, _LAST, eager=True)})
        off, extra = list(chinese_calendar.holidays), list(chinese_calendar.workdays)
        weekday = pl.col("date").dt.weekday() <= 5
        published = pl.when(pl.col("date").is_in(off)).then(False).when(pl.col("date").is_in(extra)).then(True)
        own = pl.col("date").replace_strict(
            list(self.company), list(self.company.values()), default=None, return_dtype=pl.Boolean
        )
        return frame.with_columns(
            workday=pl.coalesce(own, published.otherwise(weekday)) if self.company else published.otherwise(weekday),
            provisional=~pl.col("date").dt.year().is_in(PUBLISHED_YEARS),
        ).with_columns(ordinal=pl.col("workday").cum_sum().cast(pl.Int32))

    def ordinal(self, instant: pl.Expr) -> pl.Expr:
        """Number of working days up to and including the day of `instant` (Int32; null outside the table)."""
        place = (instant.dt.date() - pl.lit(_FIRST)).dt.total_days()
        # A negative place would count from the end of the table.
        return pl.lit(self.days["ordinal"]).gather(pl.when(place >= 0).then(place), null_on_oob=True)

    def workday_end(self, start: pl.Expr, workdays: pl.Expr) -> pl.Expr:
        """The end of the n-th working day after the day of `start`, as a local instant."""
        day = pl.lit(self._working_days).gather(self.ordinal(start) + workdays - 1, null_on_oob=True)
        return day.dt.combine(self.closing, "us")

    @cached_property
    def _working_days(self) -> pl.Series:
        return self.days.filter("workday")["date"]

    def provisional(self, start: pl.Expr, due: pl.Expr) -> pl.Expr:
        """Whether counting from the day after `start` up to `due` touches a year without a published calendar."""
        first, last = min(PUBLISHED_YEARS), max(PUBLISHED_YEARS)
        touches: pl.Expr = (due.dt.year() > last) | ((start + timedelta(days=1)).dt.year() < first)
        return touches.fill_null(False)

    def is_workday(self, day: date) -> bool:
        """Whether `day` is a working day."""
        return bool(self.days.filter(pl.col("date") == day)["workday"].item())
