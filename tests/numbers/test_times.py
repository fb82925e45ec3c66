"""Delays, near misses, backlog, heat."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from checks.numbers.plain import plain
from checks.results.metrics.times import backlog, delays, heat, near_misses
from tests.numbers.frames import OCTOBER, START, closing, obligation, obligations


def test_delays_are_times_that_really_occurred() -> None:
    rows = [
        obligation(
            "TC-6.5-respond",
            "met" if n <= 6 else "late",
            f"T{n}",
            fulfilled_at=START + timedelta(minutes=10 * n),
        )
        for n in range(1, 11)
    ]
    found = delays(
        closing(
            obligations(
                *rows, obligation("TC-6.5-respond", "unknown", "T99", reason="before_start")
            )
        )
    )
    assert [plain(row) for row in found] == [
        {
            "key": "TC-6.5-respond",
            "taken": {"n": 10, "p50": 3000, "p90": 5400, "max": 6000},
            "overrun": {"n": 4, "p50": 1200, "p90": 2400, "max": 2400},
        }
    ]


def test_a_fraction_of_a_second_late_is_not_zero() -> None:
    row = obligation(
        "TC-6.5-respond", "late", fulfilled_at=START + timedelta(hours=1, microseconds=1)
    )
    assert delays(closing(obligations(row)))[0].overrun.max == 1


@pytest.mark.parametrize(("minutes", "near"), [(48, 0), (49, 1), (60, 1), (30, 0)])
def test_near_is_more_than_80_percent_of_the_limit(minutes: int, near: int) -> None:
    row = obligation("TC-6.5-respond", "met", fulfilled_at=START + timedelta(minutes=minutes))
    share = near_misses(closing(obligations(row))).share
    assert (share.numerator, share.denominator) == (near, 1)


def test_met_by_implication_has_no_time_to_compare() -> None:
    row = obligation("TC-6.5-respond", "met", reason="implied", fulfilled_at=None)
    assert near_misses(closing(obligations(row))).share.rate is None


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (timedelta(hours=23), "under_1_day"),
        (timedelta(days=1), "1_to_3_days"),
        (timedelta(days=29), "7_to_30_days"),
        (timedelta(days=30), "over_30_days"),
    ],
)
def test_backlog_by_age(age: timedelta, band: str) -> None:
    row = obligation("TC-6.5-close", "overdue", triggered_at=OCTOBER.cutoff - age)
    found = backlog(closing(obligations(row)))
    assert [part.key for part in found.by_age if part.overdue] == [band]


def test_a_call_that_rang_out_is_not_in_the_backlog() -> None:
    rows = [
        obligation("TC-6.1-phone", "overdue", "K1"),
        obligation("RC-8.2-callback", "pending", "K1"),
    ]
    found = backlog(closing(obligations(*rows)))
    assert (found.pending, found.overdue) == (1, 0)


def test_heat_is_every_hour_of_the_week() -> None:
    rows = [
        obligation("TC-6.5-respond", "met", "T1", triggered_at=datetime(2026, 10, 5, 9, 59)),
        obligation("TC-6.5-respond", "late", "T2", triggered_at=datetime(2026, 10, 12, 9)),
        obligation("TC-9-evidence", "missing", "T2", triggered_at=datetime(2026, 10, 12, 9)),
    ]
    found = heat(closing(obligations(*rows)))
    assert len(found) == 7 * 24
    filled = [
        (cell.weekday, cell.hour, cell.numerator, cell.denominator)
        for cell in found
        if cell.denominator
    ]
    assert filled == [(1, 9, 1, 2)]
