"""Working days: published years against a second source, statutory holidays beyond them, and
counting."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.law.calendar import SHIPPED_YEARS, Calendar
from checks.law.notices import Notice
from checks.law.statutory import IN_FORCE_FROM, LAST_YEAR, statutory_days
from flows.law.calendars.notices import read_notice

STATE = Calendar({})
NOTICE = read_notice(Path(__file__).with_name("notice_2027.json"))
IMPORTED = Calendar({}, notices=(NOTICE,))
DISAGREED = {date(2005, 12, 31)}
"""Made up for by the notice of 2006, which the calendar package lacks; no service record of today
is that old."""
MOVABLE = {
    2027: ("02-06", "04-05", "06-09", "09-15"),
    2028: ("01-26", "04-04", "05-28", "10-03"),
    2029: ("02-13", "04-04", "06-16", "09-22"),
    2030: ("02-03", "04-05", "06-05", "09-12"),
    2033: ("01-31", "04-04", "06-01", "09-08"),
}
"""Spring Festival, Qingming, Dragon Boat, Mid-Autumn, as almanacs print them."""


def days_of(year: int) -> list[date]:
    return [
        date(year, 1, 1) + timedelta(n)
        for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]


def off_on_weekdays(calendar: Calendar, year: int) -> list[str]:
    return [
        f"{day:%m-%d}"
        for day in days_of(year)
        if day.weekday() < 5 and not calendar.is_workday(day)
    ]


@pytest.mark.parametrize("year", sorted(SHIPPED_YEARS))
def test_two_sources_agree_on_every_published_day(year: int) -> None:
    second = holidays.country_holidays("CN", years=range(year - 1, year + 2))
    differing = {
        day for day in days_of(year) if STATE.is_workday(day) != second.is_working_day(day)
    }
    assert differing == DISAGREED & set(days_of(year))


def test_statutory_days_are_those_of_the_second_source() -> None:
    for year in range(IN_FORCE_FROM, LAST_YEAR + 1):
        second = holidays.country_holidays("CN", years=year, observed=False, language="en_US")
        # Days made up for are not
        by_decree = {day for day, name in second.items() if "substituted" not in name}
        assert set(statutory_days(year)) == by_decree, year


@pytest.mark.parametrize("year", MOVABLE)
def test_movable_feasts_are_those_of_the_almanac(year: int) -> None:
    spring, *others = (date.fromisoformat(f"{year}-{day}") for day in MOVABLE[year])
    eve_and_three = [spring + timedelta(n) for n in (-1, 0, 1, 2)]
    fixed = [date(year, *day) for day in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))]
    assert set(statutory_days(year)) == {*eve_and_three, *others, *fixed}


@pytest.mark.parametrize(
    ("year", "off"),
    [
        (2027, "01-01 02-05 02-08 04-05 06-09 09-15 10-01"),
        (2028, "01-25 01-26 01-27 01-28 04-04 05-01 05-02 10-02 10-03"),
        (2029, "01-01 02-12 02-13 02-14 02-15 04-04 05-01 05-02 10-01 10-02 10-03"),
        (2003, "01-01 01-31 02-03 05-01 05-02 06-04 09-11 10-01 10-02 10-03"),
    ],
)
def test_a_year_without_a_notice_is_monday_to_friday_less_the_statutory_holidays(
    year: int, off: str
) -> None:
    assert off_on_weekdays(STATE, year) == off.split()
    assert not [day for day in days_of(year) if day.weekday() > 4 and STATE.is_workday(day)], (
        "no days are made up for"
    )


def test_every_published_year_has_its_statutory_days_off() -> None:
    for year in (year for year in SHIPPED_YEARS if year >= IN_FORCE_FROM):
        assert not [day for day in statutory_days(year) if chinese_calendar.is_workday(day)]


def test_the_company_goes_before_the_notice_and_the_notice_before_the_shipped_calendar() -> None:
    own, made_up = date(2027, 2, 20), date(2027, 1, 31)
    calendar = Calendar({own: False}, notices=(NOTICE,))
    assert [calendar.is_workday(day) for day in (own, made_up)] == [False, True]
    # A notice may bridge the December before it, and stands for its year as a whole.
    bridged = Notice(2026, {date(2025, 12, 31): False, date(2025, 12, 28): True}, {})
    amended = Calendar({}, notices=(bridged,))
    assert [amended.is_workday(date(2025, 12, day)) for day in (28, 30, 31)] == [True, True, False]
    assert amended.is_workday(date(2026, 2, 16)) and amended.is_workday(date(2025, 9, 28))


def test_how_far_the_calendar_is_published() -> None:
    assert STATE.published_through == date(max(SHIPPED_YEARS), 12, 31)
    after_a_gap = Notice(max(SHIPPED_YEARS) + 2, {}, {})
    assert Calendar({}, notices=(after_a_gap,)).published_through == STATE.published_through
    assert IMPORTED.published_through == date(2027, 12, 31)


@pytest.mark.parametrize(
    ("start", "workdays", "due", "provisional"),
    [
        ("2026-12-30 09:00", 1, "2026-12-31", False),
        ("2026-12-31 09:00", 1, "2027-01-04", True),
        ("2026-12-25 18:00", 5, "2027-01-04", True),
        ("2027-02-04 09:00", 1, "2027-02-09", True),
        ("2027-06-08 09:00", 2, "2027-06-11", True),
        ("2003-12-30 09:00", 2, "2004-01-02", True),
        ("2003-12-31 09:00", 1, "2004-01-02", False),
    ],
)
def test_what_touches_a_year_without_a_notice_is_provisional(
    start: str, workdays: int, due: str, provisional: bool
) -> None:
    asked = pl.DataFrame(
        {"start": [datetime.fromisoformat(start)], "n": [workdays]},
        schema_overrides={"n": pl.Int32},
    )
    counted = asked.with_columns(due=STATE.workday_end(pl.col("start"), pl.col("n")))
    found = counted.select(
        pl.col("due"), STATE.provisional(pl.col("start"), pl.col("due")).alias("provisional")
    )
    assert found.row(0) == (datetime.combine(date.fromisoformat(due), time.max), provisional)


def test_nothing_of_an_imported_year_is_provisional_until_the_next_one_begins() -> None:
    asked = pl.DataFrame(
        {"start": [datetime(2026, 12, 31, 9), datetime(2027, 2, 4, 9), datetime(2027, 12, 31, 9)]}
    )
    counted = asked.with_columns(due=IMPORTED.workday_end(pl.col("start"), pl.lit(1, pl.Int32)))
    found = counted.select(
        pl.col("due").dt.date(), IMPORTED.provisional(pl.col("start"), pl.col("due")).alias("open")
    )
    assert found.rows() == [
        (date(2027, 1, 4), False),
        (date(2027, 2, 15), False),
        (date(2028, 1, 3), True),
    ]


@pytest.mark.parametrize(
    "calendar", [STATE, IMPORTED, Calendar({date(2026, 10, 9): False, date(2026, 10, 11): True})]
)
def test_the_count_rises_by_one_with_every_working_day_and_by_none_with_others(
    calendar: Calendar,
) -> None:
    days = calendar.days
    risen = days["ordinal"].diff().drop_nulls().cast(pl.Boolean)
    assert risen.equals(days["workday"].slice(1), check_names=False)
    assert days["workday"].to_list() == [calendar.is_workday(day) for day in days["date"]]


@given(st.dates(date(2000, 1, 1), date(2098, 1, 1)), st.times(), st.integers(1, 60))
def test_the_end_of_the_nth_working_day_is_n_working_days_on(day: date, at: time, n: int) -> None:
    start = datetime.combine(day, at)
    asked = pl.DataFrame({"start": [start], "n": [n]}, schema_overrides={"n": pl.Int32})
    due: datetime = asked.select(IMPORTED.workday_end(pl.col("start"), pl.col("n"))).item()
    between = [start.date() + timedelta(k) for k in range(1, (due.date() - day).days + 1)]
    assert sum(map(IMPORTED.is_workday, between)) == n
    assert IMPORTED.is_workday(due.date()) and due.time() == time.max
