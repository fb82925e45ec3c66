"""When a scheduled inspection does its work."""

from __future__ import annotations

from datetime import date

import pytest

from checks.law.calendar import Calendar
from flows.scheduled.owed_month import last_week, month_due

STATE = Calendar({})


@pytest.mark.parametrize(
    ("today", "working_day", "month"),
    [
        (date(2026, 11, 3), 3, None),  # Monday the 2nd is the first working day
        (date(2026, 11, 4), 3, "2026-10"),
        (date(2026, 11, 30), 3, "2026-10"),  # still owed when nobody ran it on the day
        (date(2026, 10, 8), 1, "2026-09"),  # the National Day holiday ends on the 7th
        (date(2026, 10, 7), 1, None),
        (date(2026, 10, 10), 3, "2026-09"),  # a Saturday worked in exchange for the holiday
        (date(2027, 1, 31), 1, "2026-12"),
    ],
)
def test_the_month_is_owed_from_its_working_day_on(
    today: date, working_day: int, month: str | None
) -> None:
    assert month_due(today, STATE, working_day) == month


def test_a_company_day_off_moves_the_day() -> None:
    assert month_due(date(2026, 11, 2), Calendar({date(2026, 11, 2): False}), 1) is None
    assert month_due(date(2026, 11, 3), Calendar({date(2026, 11, 2): False}), 1) == "2026-10"


@pytest.mark.parametrize("today", [date(2026, 10, 19), date(2026, 10, 21), date(2026, 10, 25)])
def test_the_week_before(today: date) -> None:
    assert last_week(today) == (date(2026, 10, 12), date(2026, 10, 18))
