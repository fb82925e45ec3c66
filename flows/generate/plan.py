"""How much is generated, for when, and in which portions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import numpy as np

from flows.generate.world import MOST_CUSTOMERS

TICKETS_AT_ONCE: Final = 50_000
"""Tickets of one portion (and thirty calls and sixty messages for ten tickets): what memory holds
at a time."""
LEAD_IN_DAYS: Final = 4
"""Days before the first month whose cases it carries over."""
EXPORT_DELAY: Final = timedelta(days=9, hours=8)
"""The export is made in the morning of the tenth day after the last month."""


@dataclass(frozen=True)
class Portion:
    """A stretch of one month: shares [low, high) of all that happens in it.

    `before`, `until`: the month's tickets, calls and messages at its begin and at its end.
    """

    month: date
    index: int
    low: float
    high: float
    before: tuple[int, int, int]
    until: tuple[int, int, int]


@dataclass(frozen=True)
class Plan:
    """`records` calls, messages and tickets together for each month, about 3 : 6 : 1."""

    records: int
    month: date
    seed: int
    months: int = 1

    @property
    def customers(self) -> int:
        return int(np.clip(self.records // 50, 48, MOST_CUSTOMERS))

    def starts(self) -> list[date]:
        """The first day of each month, and of the one after the last."""
        counted = [self.month.year * 12 + self.month.month - 1 + n for n in range(self.months + 1)]
        return [date(n // 12, n % 12 + 1, 1) for n in counted]

    def span(self, month: date) -> tuple[date, date]:
        """The days [first, end) that a month's records begin on."""
        starts = self.starts()
        lead = LEAD_IN_DAYS if month == starts[0] else 0
        return month - timedelta(lead), starts[starts.index(month) + 1]

    @property
    def exported_at(self) -> datetime:
        return datetime.combine(self.starts()[-1], time()) + EXPORT_DELAY

    def portions(self) -> Iterator[Portion]:
        tickets = self.records // 10
        calls = self.records * 3 // 10
        messages = self.records - tickets - calls
        count = max(-(-tickets // TICKETS_AT_ONCE), 1)
        for month in self.starts()[:-1]:
            before = (0, 0, 0)
            for k in range(count):
                done = k + 1
                until = (tickets * done // count, calls * done // count, messages * done // count)
                yield Portion(month, k, k / count, (k + 1) / count, before, until)
                before = until
