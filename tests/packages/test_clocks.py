"""Clocks that stand at times, against a walk from minute to minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from checks.concepts import Period
from checks.explanations import Ledgers, steps
from checks.judging import JudgingOptions, judge
from checks.judging.clocks import Clocks
from checks.judging.pauses import pauses_as_of
from checks.law.business_time import BusinessTime
from checks.law.calendar import Calendar
from checks.law.hours import BusinessHours
from checks.oversight.deadlines import open_steps
from checks.records.records import Records
from checks.subjects.ticket import TICKET
from flows.law.rule_tables import rule_words
from tests.oracle import Rows, to_frames
from tests.packages.loading import own_rules

ZENDESK = own_rules(Path(__file__).parent / "zendesk")
MINUTE, TICK = timedelta(minutes=1), timedelta(microseconds=1)
OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
Shifts = list[tuple[datetime, datetime]]


def hours(**week: str) -> BusinessHours:
    days = {name.replace("_", "-"): shifts for name, shifts in week.items()}
    return BusinessHours(zh="时间", en="hours", week=days, holidays=(date(2026, 10, 12),))


CALENDARS = {
    "lunch": hours(mon_fri="09:00-12:00, 13:00-17:00"),
    "nights": hours(mon_thu="22:00-06:00", sat="08:00-20:30"),
    "always": hours(mon_sun="00:00-24:00"),
    "fri-sat off": hours(sun_thu="07:30-15:00"),
}


def walked(week: BusinessHours, first: date, days: int) -> Iterator[tuple[datetime, datetime]]:
    """The shifts of so many days, by the text of the week alone."""
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] * 2
    for day in (first + timedelta(n) for n in range(days)):
        for text, shifts in week.week.items():
            begin, _, end = text.partition("-")
            start = names.index(begin)
            span = names[start : names.index(end or begin, start) + 1]
            if names[day.weekday()] in span and day != date(2026, 10, 12):
                for shift in shifts.split(","):
                    opens, closes = (clock(day, text) for text in shift.strip().split("-"))
                    yield opens, closes if closes > opens else closes + timedelta(days=1)


def clock(day: date, text: str) -> datetime:
    hour, minute = map(int, text.split(":"))
    return datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)


def due(shifts: Shifts, start: datetime, left: timedelta) -> datetime:
    for opens, closes in shifts:
        opens = max(opens, start)
        if opens < closes and left <= closes - opens:
            return opens + left
        left -= max(closes - opens, timedelta())
    raise AssertionError("not enough days")


@pytest.mark.parametrize("name", CALENDARS)
def test_business_time_is_what_a_walk_from_shift_to_shift_gives(name: str) -> None:
    random, week = Random(7), CALENDARS[name]
    shifts = list(walked(week, date(2026, 9, 28), 90))
    edges = [edge for shift in shifts[4:44] for edge in shift]
    starts = [edge + jitter for edge in edges for jitter in (-TICK, timedelta(), TICK)]
    limits = [random.choice([TICK, MINUTE, 240 * MINUTE]) for _ in starts]
    limits[::3] = [random.choice(shifts)[1] - random.choice(shifts)[0] for _ in limits[::3]]
    limits = [max(abs(limit) % timedelta(hours=60), TICK) for limit in limits]
    times = BusinessTime(week, Calendar({}))
    found = pl.DataFrame({"start": starts, "limit": limits}).select(
        due=times.after(pl.col("start"), pl.col("limit").dt.total_microseconds())
    )
    assert found["due"].to_list() == [
        due(shifts, start, limit) for start, limit in zip(starts, limits, strict=True)
    ]


def test_a_companys_own_days_win_over_the_holidays_of_any_calendar() -> None:
    week = CALENDARS["lunch"]
    own = Calendar({date(2026, 10, 12): True, date(2026, 10, 13): False, date(2026, 10, 17): True})
    times = BusinessTime(week.model_copy(update={"make_up": "10:00-11:00"}), own)
    found = [d for d in times.days["date"] if date(2026, 10, 12) <= d <= date(2026, 10, 18)]
    assert [day.day for day in found] == [12, 14, 15, 16, 17]
    saturday = times.stretches(datetime(2026, 10, 17), datetime(2026, 10, 18))
    assert [(s.opens.hour, s.closes.hour) for s in saturday] == [(10, 11)]


def test_no_years_are_taken_for_known_of_which_a_library_knows_nothing() -> None:
    abroad = CALENDARS["lunch"].model_copy(update={"holidays": "SA"})
    times = BusinessTime(abroad, Calendar({}))
    asked = pl.DataFrame({"start": [datetime(2024, 5, 6, 10), datetime(2040, 5, 7, 10)]})
    due = times.after(pl.col("start"), pl.lit(60_000_000))
    assert asked.select(p=times.provisional(pl.col("start"), due))["p"].to_list() == [False, True]


def ticket(number: int, random: Random) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A fault of early October with up to four pauses, some of them overlapping or never ended."""
    opened = datetime(2026, 10, 5) + MINUTE * random.randrange(9 * 24 * 60)
    pauses = []
    for _ in range(random.randrange(5)):
        began = opened + MINUTE * random.randrange(-600, 3_000)
        ended = began + MINUTE * random.choice([0, 7, 45, 200, 1_500])
        pauses.append(
            {
                "subject_type": "ticket",
                "subject_id": f"T{number}",
                "reason": random.choice(["pending", "pending", "lunch"]),
                "started_at": began,
                "ended_at": ended if random.random() < 0.85 else None,
            }
        )
    solved = opened + MINUTE * random.randrange(1, 6_000) if random.random() < 0.7 else None
    cells = {"ticket_id": f"T{number}", "kind": "fault", "opened_at": opened, "solved_at": solved}
    return {**cells, "tier": "important"}, pauses


def minutes_walked(cells: dict[str, Any], pauses: list[dict[str, Any]]) -> tuple[str, Any]:
    """The verdict and the deadline of ZEN-2-solve: four business hours, minute by minute."""
    business = {
        opens + MINUTE * n
        for opens, closes in walked(CALENDARS["lunch"], date(2026, 9, 28), 60)
        for n in range((closes - opens) // MINUTE)
    }
    stands = [p for p in pauses if p["reason"] == "pending"]
    end, at, used = cells["solved_at"], cells["opened_at"], 0
    last = datetime(2026, 11, 1)
    while used < 240:
        if at >= last:  # it has stood since a pause that nobody has ended
            return ("met" if end else "pending"), None if not end else "any"
        until = end or last
        standing = any(p["started_at"] <= at < min(p["ended_at"] or until, until) for p in stands)
        used += at in business and not standing
        at += MINUTE
    if end is None:
        return "overdue", at
    return ("met" if end <= at else "late"), at


def test_pauses_move_the_deadline_as_a_walk_from_minute_to_minute_does() -> None:
    random = Random(20261128)
    drawn = [ticket(number, random) for number in range(150)]
    rows = Rows({"tickets": [t for t, _ in drawn], "pauses": [p for _, ps in drawn for p in ps]})
    found = judge(to_frames(rows), ZENDESK, OCTOBER, JudgingOptions()).filter(rule_id="ZEN-2-solve")
    got = {ob["subject_id"]: (ob["verdict"], ob["due_at"]) for ob in found.to_dicts()}
    expected = {cells["ticket_id"]: minutes_walked(cells, pauses) for cells, pauses in drawn}
    assert len({verdict for verdict, _ in expected.values()}) == 4
    assert {name: verdict for name, (verdict, _) in got.items()} == {
        name: verdict for name, (verdict, _) in expected.items()
    }
    assert {name: due_at for name, (_, due_at) in got.items()} == {
        name: due_at for name, (_, due_at) in expected.items()
    }


def records_of(**tables: list[dict[str, Any]]) -> Records:
    return to_frames(Rows(tables))


NINE = datetime(2026, 10, 8, 9)
CASE = {"ticket_id": "T1", "kind": "fault", "opened_at": NINE, "tier": "important"}
WAIT = {"subject_type": "ticket", "subject_id": "T1", "reason": "pending"}


def explained(records: Records, lang: str) -> str:
    words, rule = rule_words(lang).words, ZENDESK.rule("ZEN-2-solve")
    row = judge(records, ZENDESK, OCTOBER).filter(rule_id=rule.id).to_dicts()[0]
    pauses = pauses_as_of(TICKET, records, ZENDESK.pause_reasons, OCTOBER.cutoff)
    business = Clocks.of(ZENDESK, Calendar({}), timedelta(seconds=5)).business
    ledgers = Ledgers(business, ZENDESK, pauses, OCTOBER.cutoff)
    told = steps(row, rule, (), Calendar({}), words, {}, ledgers)
    return "\n".join(f"{label}: {text}" for label, text in told)


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "zh",
            [
                "工作时间: 办公时间 (mon-fri 09:00-12:00, 13:00-17:00)",
                "计时明细: 2026-10-08 09:00:00 至 2026-10-08 10:00:00 计时 1 小时",
                "计时明细: 2026-10-08 10:00:00 至 2026-10-08 11:12:00 停表：等待客户",
                "计时明细: 2026-10-08 13:00:00 至 2026-10-08 14:24:00 计时 1 小时 24 分钟",
                "用时: 已用 3 小时 12 分钟，限 4 个工作小时",
            ],
        ),
        (
            "en",
            [
                "Ledger: 2026-10-08 10:00:00 to 2026-10-08 11:12:00 standing: waiting for the "
                "customer",
                "Ledger: 2026-10-08 11:12:00 to 2026-10-08 12:00:00 running, 48 min",
                "Used: 3 h 12 min of 4 business hours",
                "Deadline: 2026-10-08 15:12:00",
            ],
        ),
    ],
)
def test_the_ledger_tells_when_the_clock_ran_and_why_it_stood(lang: str, lines: list[str]) -> None:
    solved = {**CASE, "solved_at": NINE + timedelta(hours=5, minutes=24)}
    wait = {**WAIT, "started_at": NINE + timedelta(hours=1)}
    wait["ended_at"] = NINE + timedelta(hours=2, minutes=12)
    text = explained(records_of(tickets=[solved], pauses=[wait]), lang)
    assert [line for line in lines if line not in text] == []


def test_the_ledger_of_a_pause_that_does_not_count_or_has_no_end() -> None:
    late = {**CASE, "solved_at": NINE + timedelta(hours=8)}
    after = {**WAIT, "started_at": NINE + timedelta(hours=6), "ended_at": NINE + timedelta(hours=7)}
    assert "standing: waiting for the customer (begun after the deadline, does not count)" in (
        explained(records_of(tickets=[late], pauses=[after]), "en")
    )
    standing = explained(
        records_of(tickets=[CASE], pauses=[{**WAIT, "started_at": NINE + timedelta(hours=1)}]), "en"
    )
    assert "(nobody has ended it)" in standing and "Used: 1 h of 4 business hours" in standing
    assert "Deadline: none while the clock stands" in standing


def test_nobody_is_warned_by_a_share_of_a_limit_that_does_not_run_all_the_time() -> None:
    at = datetime(2026, 10, 8, 13, 59)  # 3 h 59 min of 4 business hours are used
    everything = Period(datetime(1970, 1, 1), at, at)
    judged = judge(records_of(tickets=[CASE]), ZENDESK, everything)
    assert "ZEN-2-solve" not in open_steps(judged, ZENDESK.rules, at, 0.8)["rule_id"]
    at = datetime(2026, 10, 8, 14, 1)
    judged = judge(records_of(tickets=[CASE]), ZENDESK, Period(datetime(1970, 1, 1), at, at))
    steps_open = open_steps(judged, ZENDESK.rules, at, 0.8).filter(rule_id="ZEN-2-solve")
    assert steps_open["kind"].to_list() == ["overdue"]
