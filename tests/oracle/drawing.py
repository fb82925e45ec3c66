"""Random values near the edges of one period: instants, how exactly they are written, numbers, gaps
in the records."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from typing import Any, Final

from checks.records.milestones import MILESTONES
from checks.records.tables import PROMISES
from tests.oracle.cells import DAY, MINUTE, UNREADABLE, Coarse
from tests.oracle.time import end_of_working_day

US, S, M, H = (
    timedelta(microseconds=1),
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
)
JITTER: Final = (-S, -US, 0 * S, 0 * S, US, S)
WALL: Final = (
    M,
    5 * M,
    10 * M,
    15 * M,
    30 * M,
    *(n * H for n in (1, 2, 4, 6, 8, 12, 24, 28, 36, 42, 48, 56, 72)),
)
PERIODS: Final = (
    (datetime(2026, 2, 1), datetime(2026, 3, 1)),
    (datetime(2026, 10, 1), datetime(2026, 11, 1)),
    (datetime(2026, 12, 1), datetime(2027, 1, 1)),
    (datetime(2027, 2, 1), datetime(2027, 3, 1)),
    (datetime(2026, 5, 4), datetime(2026, 5, 11)),
)
AROUND: Final = tuple(
    datetime.fromisoformat(day)
    for day in (
        "2026-02-13 18:00",
        "2026-02-14 09:00",
        "2026-02-27 23:59:59",
        "2026-02-28 12:00",
        "2026-05-08 17:00",
        "2026-05-09 10:00",
        "2026-09-30 17:00",
        "2026-10-07 23:59:59",
        "2026-10-09 20:00",
        "2026-10-10 08:00",
        "2026-12-30 12:00",
        "2026-12-31 23:59:59",
        "2027-01-01 00:00",
        "2027-01-04 09:00",
        "2027-02-04 16:00",
        "2027-02-05 09:00",
        "2027-02-08 23:59:59",
        "2027-02-26 18:00",
    )
)
NUMBERS: Final = (
    "13800000001",
    "13800000002",
    "02112345678",
    "13800000004",
    "13800000005",
    "05925500006",
    "13800000007",
    "15900000008",
)
MAY_BE_MISSING: Final = (
    *MILESTONES,
    *PROMISES,
    "evidence",
    "satisfaction",
    "remedy",
    "overtime_cause",
    "customer_accepted",
    "followup_role",
)
"""Ticket columns that show whether something was done, and that a company may not record."""


class Draw:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.start, self.end = PERIODS[seed % len(PERIODS)]
        inside = self.start + (self.end - self.start) * self.rng.random()
        self.cutoff = self.rng.choice(
            (
                self.end,
                self.end,
                self.end,
                inside.replace(microsecond=0),
                self.end + 40 * H,
                self.end - US,
            )
        )
        near = [day for day in AROUND if self.start - 100 * H < day < self.end + 100 * H]
        self.edges = (
            *near,
            *(at + step for at in (self.start, self.end, self.cutoff) for step in JITTER),
        )
        self.coarse = self.of(0.05, 0.3, 0.6)
        self.missing = frozenset(self.rng.sample(MAY_BE_MISSING, self.of(0, 2, 6)))
        self.answers_missing = self.chance(0.3)

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def of(self, *values: Any) -> Any:
        return self.rng.choice(values)

    def begin(self) -> datetime:
        """Somewhere in the period or shortly before; often on an edge or just before one."""
        pick = self.rng.random()
        if pick < 0.2:
            return self.of(*self.edges)
        if pick < 0.45:
            return self.of(self.start, self.end, self.cutoff) - self.of(*WALL) + self.of(*JITTER)
        span = (self.end - self.start) + 200 * H
        return (self.start - 150 * H + span * self.rng.random()).replace(
            microsecond=self.of(0, 0, 1)
        )

    def after(self, since: datetime) -> datetime:
        """An instant that matters to something that began at `since`."""
        pick = self.rng.random()
        if pick < 0.5:
            return since + self.of(*WALL) + self.of(*JITTER)
        if pick < 0.65:
            return end_of_working_day(since, self.of(1, 1, 2, 3, 5, 7, 10))[0] + self.of(*JITTER)
        if pick < 0.75:
            return self.of(*self.edges)
        if pick < 0.85:
            return since + self.of(-H, -S, -US, 0 * S, US, S)
        return since + S * int(self.rng.expovariate(1 / 90000))

    def written(self, at: datetime) -> datetime:
        """The instant as somebody wrote it: to the second, to the minute, or as a mere date."""
        if not self.chance(self.coarse):
            return at
        if self.chance(0.85):
            return Coarse(at.replace(second=0, microsecond=0), MINUTE)
        return Coarse(datetime.combine(at, time.min), DAY)

    def cell(self, since: datetime, empty: float = 0.3, unreadable: float = 0.05) -> Any:
        pick = self.rng.random()
        if pick < empty:
            return None
        return UNREADABLE if pick < empty + unreadable else self.written(self.after(since))

    def promise(self, since: datetime, empty: float = 0.3, unreadable: float = 0.05) -> Any:
        """A due time: an instant, or the end of the day that was promised."""
        cell = self.cell(since, empty, unreadable)
        if isinstance(cell, datetime):
            day = isinstance(cell, Coarse) and cell.precision == DAY
            return datetime.combine(cell, time.max if day else cell.time())
        return cell

    def number(self, bare: str | None = None) -> str:
        """A number, or one of them all, as an exchange, a phone or an office worker writes it."""
        bare = bare or str(self.of(*NUMBERS))
        plain = bare.removeprefix("0")
        forms = [
            bare,
            f"+86 {plain}",
            f"0086-{plain}",
            f"86{plain[:3]}-{plain[3:]}",
            f"sip:{bare}@10.0.0.5:5060",
        ]
        if bare.startswith("1"):
            forms += [f"0{bare}", f"9{bare}", f"9001{bare}", f"sip:+86{bare}@pbx1.example.com"]
        return str(self.of(*forms))

    def contact(self) -> Any:
        """A cell with one number or several, with an extension here and there."""
        if self.chance(0.1):
            return UNREADABLE
        numbers = [
            self.number() + self.of("", "", "转801", " ext 3", "x7")
            for _ in range(self.of(1, 1, 2, 3))
        ]
        return str(self.of("/", ",", "，", "；", "、", "\n", " / ")).join(numbers)
