"""Spot checks, rectifications, exemptions, fallbacks, duty out of hours, checks by people."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from checks.concepts import Period
from tests.duties.told import found, numbers
from tests.numbers.frames import OCTOBER, START, closing, obligation, obligations

MINUTE = timedelta(minutes=1)


def _asked(day: date, count: int = 10) -> list[dict[str, Any]]:
    return [
        {"ticket_id": f"T{day:%d}-{n}", "opened_at": datetime.combine(day, time(9))}
        for n in range(count)
    ]


def _checked(on: date, *tickets: str) -> list[dict[str, Any]]:
    return [{"checked_on": on, "ticket_id": ticket} for ticket in tickets]


def test_spot_checks_cover_30_percent_of_each_days_tickets() -> None:
    days = [date(2026, 10, 14), date(2026, 10, 15)]
    checks = _checked(days[0], "T14-0", "T14-1", "T14-2")
    checks += _checked(days[1], "T15-0", "T15-0", "T15-1", "X9")
    item = found(
        closing(tickets=[*_asked(days[0]), *_asked(days[1])], spot_checks=checks), "spot_checks"
    )
    assert numbers(item) == ("fail", 1, 2, 0)
    assert [(day["day"], day["asked"], day["checked"]) for day in item["details"]["days"]] == [
        ("2026-10-14", 10, 3),
        ("2026-10-15", 10, 2),
    ]
    assert item["details"]["unmatched"] == 1


@pytest.mark.parametrize(
    ("checked_on", "numerator"),
    [
        (date(2026, 10, 16), 1),  # Friday
        (date(2026, 10, 18), 1),
        (date(2026, 10, 19), 1),  # Monday
        (date(2026, 10, 20), 0),
        (date(2026, 10, 15), 0),
    ],
)
def test_a_check_counts_for_the_tickets_own_day_until_the_next_working_day(
    checked_on: date, numerator: int
) -> None:
    tickets = _asked(date(2026, 10, 16))
    checks = _checked(checked_on, "T16-0", "T16-1", "T16-2")
    item = found(closing(tickets=tickets, spot_checks=checks), "spot_checks")
    assert (item["rate"]["numerator"], item["rate"]["denominator"]) == (numerator, 1)
    assert item["details"]["other_days"] == (0 if numerator else 3)


def test_checks_of_old_tickets_are_none_of_the_days() -> None:
    tickets = [*_asked(date(2026, 9, 10), 3), *_asked(date(2026, 10, 14))]
    checks = _checked(date(2026, 10, 14), "T10-0", "T10-1", "T10-2")
    item = found(closing(tickets=tickets, spot_checks=checks), "spot_checks")
    assert (*numbers(item), item["details"]["other_days"]) == ("fail", 0, 1, 0, 3)


def test_a_day_whose_time_for_checks_runs_is_not_judged_yet() -> None:
    item = found(closing(tickets=_asked(date(2026, 10, 31)), spot_checks=[]), "spot_checks")
    assert (item["status"], item["details"]["days"][0]["over"]) == ("no_case", False)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"due_on": date(2026, 10, 16), "closed_on": date(2026, 10, 16)}, ("pass", 1, 1, 0)),
        ({"due_on": date(2026, 10, 16), "closed_on": date(2026, 10, 17)}, ("fail", 0, 1, 0)),
        ({"due_on": date(2026, 10, 31)}, ("fail", 0, 1, 0)),
        ({"due_on": date(2026, 11, 1)}, ("no_case", 0, 0, 0)),
        ({"due_on": date(2026, 9, 30)}, ("no_case", 0, 0, 0)),
        ({"due_on": date(2026, 10, 16), "closed_on_unreadable": True}, ("unknown", 0, 0, 1)),
        ({"due_on_unreadable": True}, ("no_case", 0, 0, 0)),
    ],
)
def test_rectifications_are_closed_by_their_due_day(
    cells: dict[str, Any], expected: tuple[str, int, int, int]
) -> None:
    row = {"finding_id": "F-1", "opened_on": date(2026, 10, 9), **cells}
    assert numbers(found(closing(rectifications=[row]), "rectifications")) == expected


def test_a_rectification_still_within_its_day_is_open_not_late() -> None:
    early = Period(OCTOBER.start, OCTOBER.end, datetime(2026, 10, 16, 12))
    row = {"finding_id": "F-1", "opened_on": date(2026, 10, 9), "due_on": date(2026, 10, 16)}
    item = found(closing(None, early, rectifications=[row]), "rectifications")
    assert (item["status"], item["details"]["open"]) == ("no_case", 1)


def test_an_exemption_approved_after_the_deadline_is_listed() -> None:
    rows = [
        obligation("TC-6.5-respond", "late", "T1"),
        obligation("TC-6.5-close", "exempt", "T1", reason="approved"),
        obligation("TC-7-entry", "met", "T1"),
        obligation("TC-6.5-respond", "late", "T2"),
    ]
    at = {"reason": "停产", "approved_by": "M1", "approved_at": START + 61 * MINUTE}
    exempted = [
        {"subject_id": "T1", **at, "approved_at": START + 60 * MINUTE, "rule_id": "TC-6.5-close"},
        {"subject_id": "T1", **at},
        {"subject_id": "T9", **at},
    ]
    item = found(closing(obligations(*rows), exemptions=exempted), "exemptions")
    assert [(row["subject_id"], row["rule_id"]) for row in item["details"]["listed"]] == [
        ("T1", "TC-6.5-close"),
        ("T1", "TC-6.5-respond"),
    ]
    assert numbers(item) == ("fail", 1, 3, 0)
    assert item["details"]["unmatched"] == 1


def test_exemptions_stand_under_the_clause_that_allows_them() -> None:
    rules = ("TC-6.2-normal-solve", "RC-8.2-wait", "RC-8.3-entry")
    rows = [obligation(rule, "late", f"T{n}") for n, rule in enumerate(rules)]
    at = {"reason": "台风", "approved_by": "M1", "approved_at": START}
    exempted = [{"subject_id": f"T{n}", **at} for n in range(3)]
    item = found(closing(obligations(*rows), exemptions=exempted), "exemptions")
    assert [(row["key"], row["n"]) for row in item["details"]["by_clause"]] == [
        ("", 1),
        ("RC 第八条(二)3", 1),
        ("TC 第八条(二)", 1),
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"fallback_at": START + 30 * MINUTE}, ("pass", 1, 1, 0)),
        ({"fallback_at": START + 31 * MINUTE}, ("fail", 0, 1, 0)),
        ({"restored_at": START + 10 * MINUTE}, ("pass", 1, 1, 0)),
        ({}, ("fail", 0, 1, 0)),
        ({"fallback_at_unreadable": True}, ("unknown", 0, 0, 1)),
        ({"fallback_at": START - MINUTE}, ("unknown", 0, 0, 1)),
        ({"failed_at": OCTOBER.cutoff - 10 * MINUTE}, ("no_case", 0, 0, 0)),
    ],
)
def test_a_fallback_runs_within_30_minutes(
    cells: dict[str, Any], expected: tuple[str, int, int, int]
) -> None:
    row = {"system": "呼叫中心", "failed_at": START, **cells}
    assert numbers(found(closing(outages=[row]), "outages")) == expected


def _calls(verdict: str, *times: datetime, **cells: Any) -> list[dict[str, Any]]:
    return [
        obligation("RC-8.2-phone", verdict, f"K{at:%d%H%M}{verdict}", triggered_at=at, **cells)
        for at in times
    ]


def test_of_each_nights_contacts_enough_are_answered() -> None:
    evening, small_hours = datetime(2026, 10, 14, 18, 30), datetime(2026, 10, 15, 2)
    rows = _calls("met", evening)
    rows += _calls("overdue", *(small_hours + n * MINUTE for n in range(8)))
    rows += _calls("met", *(datetime(2026, 10, 2, 11, n) for n in range(4)))
    rows += _calls("overdue", datetime(2026, 10, 3, 7, 59))
    rows += _calls("overdue", datetime(2026, 10, 14, 11))
    rows += _calls("exempt", datetime(2026, 10, 16, 22))
    item = found(closing(obligations(*rows), calls=[]), "duty")
    assert numbers(item) == ("fail", 1, 2, 0)
    assert item["details"]["unattended"] == [{"day": "2026-10-14", "contacts": 9, "answered": 1}]


@pytest.mark.parametrize(
    ("answered_at", "numerator"), [(datetime(2026, 10, 15, 7), 1), (datetime(2026, 10, 15, 9), 0)]
)
def test_an_answer_of_the_next_morning_shows_nobody_on_duty(
    answered_at: datetime, numerator: int
) -> None:
    night = datetime(2026, 10, 14, 23)
    row = obligation("TC-6.1-online", "late", triggered_at=night, fulfilled_at=answered_at)
    item = found(closing(obligations(row), calls=[]), "duty")
    assert item["rate"]["numerator"] == numerator


def test_manual_checks_and_the_clauses_that_still_wait() -> None:
    rows = [
        {"article": "TC第十三条", "checked_on": date(2026, 10, 5), "result": "pass"},
        {"article": "RC 第六条", "checked_on": date(2026, 10, 5), "result": "not_checked"},
        {"article": "TC 第十三条", "checked_on": date(2026, 11, 5), "result": "fail"},
    ]
    item = found(closing(manual_checks=rows), "manual_checks")
    assert numbers(item) == ("unknown", 1, 1, 1)
    outstanding = item["details"]["outstanding"]
    assert not any(clause.startswith("TC 第十三条") for clause in outstanding)
    assert any(clause.startswith("RC 第六条") for clause in outstanding)


@pytest.mark.parametrize(
    ("article", "settled"),
    [
        ("TC 第八条", []),
        ("TC 第八条（二）", ["TC-8.2a", "TC-8.2b", "TC-8.2c", "TC-8.2e", "TC-8.2g"]),
        ("TC-8.2b", ["TC-8.2b"]),
        ("TC 第八条(二)b", []),
    ],
)
def test_a_result_settles_what_it_names_and_no_more(article: str, settled: list[str]) -> None:
    row = {"article": article, "checked_on": date(2026, 10, 5), "result": "pass"}
    details = found(closing(manual_checks=[row]), "manual_checks")["details"]
    nothing = found(closing(manual_checks=[]), "manual_checks")["details"]["outstanding"]
    gone = sorted(set(nothing) - set(details["outstanding"]))
    assert [name.rpartition("(")[2].rstrip(")") for name in gone] == settled
    assert details["unmatched"] == ([] if settled else [article])
