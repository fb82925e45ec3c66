"""When things happen: the days of the generated span, their busy hours and working days."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
import polars as pl

from checks.law.calendar import Calendar
from flows.generate.draws import Draws, Real, Whole
from flows.generate.habits import Habits

DAY: Final = 86_400
EPOCH: Final = date(1970, 1, 1)
TAIL_DAYS: Final = 90
"""Days after the span that working days are counted into."""


class Clock:
    """The span [start, end) of local days, as seconds since 1970."""

    def __init__(self, first: date, end: date, habits: Habits) -> None:
        days = Calendar({}).days.filter(
            pl.col("date").is_between(first, end + timedelta(TAIL_DAYS))
        )
        self._works = days["workday"].to_numpy()
        self._origin = (first - EPOCH).days
        self._counted = np.cumsum(self._works)
        self._working = np.flatnonzero(self._works)
        self._habits = habits
        self.start = self._origin * DAY
        self.end = (end - EPOCH).days * DAY
        span = self._works[: (end - first).days, None]
        hourly = np.where(span, 1.0, habits.rest_day) * np.asarray(habits.hours)
        self._edges = self.start + 3600.0 * np.arange(hourly.size + 1)
        self._cumulated = np.concatenate([[0.0], np.cumsum(hourly)]) / hourly.sum()

    def moments(self, shares: Real) -> Whole:
        """Instants at the given shares (0 to 1) of all that happens in the span."""
        return np.interp(shares, self._cumulated, self._edges).astype(np.int64)

    def later(self, at: Whole, within: float, draws: Draws) -> Whole:
        """Instants after `at`, as the hours are busy, within a share of the span and before its
        end."""
        share = np.interp(at, self._edges, self._cumulated)
        drawn = self.moments(share + draws.unit(len(at)) * np.minimum(within, 1 - share))
        return np.maximum(drawn, at)

    def strain(self, at: Whole) -> Real:
        """How much likelier lateness is at an instant: nights and days off are thinly staffed."""
        hour = at % DAY // 3600
        night = np.where((hour < 8) | (hour >= 20), self._habits.night, 1.0)
        return night * np.where(self._works[self._day(at)], 1.0, self._habits.holiday)

    def workday_after(self, at: Whole, count: Whole, draws: Draws) -> Whole:
        """An office hour of the `count`-th working day after `at`; within the same day's next hours
        for 0."""
        position = np.minimum(self._counted[self._day(at)] + count - 1, len(self._working) - 1)
        day = self._working[np.maximum(position, 0)] + self._origin
        office = day * DAY + draws.whole(len(at), 8 * 3600 + 1800, 18 * 3600)
        same_day = np.minimum(at + draws.whole(len(at), 600, 7200), at // DAY * DAY + DAY - 1)
        return np.where(count <= 0, same_day, office)

    def workday_end(self, at: Whole, count: Whole) -> Whole:
        """The end of the `count`-th working day after `at`."""
        position = np.minimum(self._counted[self._day(at)] + count - 1, len(self._working) - 1)
        end: Whole = (self._working[position] + self._origin + 1) * DAY - 1
        return end

    def _day(self, at: Whole) -> Whole:
        return np.clip(at // DAY - self._origin, 0, len(self._works) - 1)


def seconds(moment: datetime) -> int:
    """A local instant as seconds since 1970, local."""
    return (
        (moment.date() - EPOCH).days * DAY + moment.hour * 3600 + moment.minute * 60 + moment.second
    )
