"""What optional tables prove; without them there is no evidence, and never a pass."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from checks.closing import Closing
from checks.concepts import Period
from checks.duties import CHECKS, evidence
from checks.numbers.plain import plain
from checks.records.tables import TABLES
from tests.numbers.frames import OCTOBER, START, closing, obligation, obligations, rulebooks

MINUTE = timedelta(minutes=1)


def _evidence(made: Closing) -> dict[str, Any]:
    return plain(evidence(made))


def _found(made: Closing, key: str) -> dict[str, Any]:
    found: dict[str, Any] = _evidence(made)[key]
    return found


def _numbers(item: dict[str, Any]) -> tuple[str, int, int, int]:
    return (
        item["status"],
        item["rate"]["numerator"],
        item["rate"]["denominator"],
        item["rate"]["unknown"],
    )


def test_a_table_that_was_not_provided_is_no_evidence() -> None:
    judged = obligations(obligation("TC-6.5-respond", "late"))
    assert {item["status"] for item in _evidence(closing(judged)).values()} == {"no_evidence"}


def test_empty_tables_prove_nothing_good() -> None:
    items = _evidence(closing(**{name: [] for name in TABLES}))
    assert {key for key, item in items.items() if item["status"] == "pass"} == set()
    json.dumps(items, allow_nan=False)


def test_every_item_names_articles_of_the_register_and_titles_in_both_languages() -> None:
    known = {f"{r.code} {clause.article}" for r in rulebooks().regulations for clause in r.clauses}
    assert {article for check in CHECKS for article in check.articles} <= known
    assert all(check.zh and check.en for check in CHECKS)


def _alert(minutes: int, kind: str = "warning", **cells: Any) -> dict[str, Any]:
    return {
        "ticket_id": "T1",
        "kind": kind,
        "sent_at": START + minutes * MINUTE,
        "recipients": "A1",
        **cells,
    }


@pytest.mark.parametrize(
    ("alerts", "numerator"),
    [
        ([_alert(48)], 1),
        ([_alert(60)], 1),
        ([_alert(47)], 0),
        ([_alert(61)], 0),
        ([_alert(50, ticket_id="T2")], 0),
        ([_alert(50, kind="overdue")], 0),
        ([_alert(50, source="kelou")], 0),
        ([_alert(50, source=" Kelou ")], 0),
        ([_alert(50, source="工单系统"), _alert(51)], 1),
        ([], 0),
    ],
)
def test_a_warning_is_due_once_80_percent_of_the_limit_is_used(
    alerts: list[dict[str, Any]], numerator: int
) -> None:
    judged = obligations(obligation("TC-6.5-respond", "late", "T1"))
    status = "pass" if numerator else "fail"
    assert _numbers(_found(closing(judged, alerts=alerts), "warnings")) == (status, numerator, 1, 0)


@pytest.mark.parametrize(
    ("row", "cases"),
    [
        (obligation("TC-6.5-respond", "met", "T1", fulfilled_at=START + 48 * MINUTE), 0),
        (obligation("TC-6.5-respond", "met", "T1", fulfilled_at=START + 49 * MINUTE), 1),
        (obligation("TC-6.5-respond", "met", "T1", reason="implied", fulfilled_at=None), 0),
        (
            obligation(
                "TC-6.5-respond", "pending", "T1", due_at=OCTOBER.cutoff + timedelta(days=30)
            ),
            0,
        ),
        (obligation("TC-6.5-respond", "pending", "T1", due_at=OCTOBER.cutoff + MINUTE), 1),
        (obligation("TC-6.5-respond", "unknown", "T1"), 0),
        (obligation("RC-9.2-handoff", "late", "T1"), 0),
        (obligation("TC-9-evidence", "missing", "T1"), 0),
        (obligation("TC-7-entry", "late", "T1"), 0),
        (obligation("TC-6.1-phone", "overdue", "K1"), 0),
        (obligation("TC-6.6-archive", "overdue", "T1#2"), 1),
    ],
)
def test_which_steps_called_for_a_warning(row: dict[str, Any], cases: int) -> None:
    item = _found(closing(obligations(row), alerts=[]), "warnings")
    assert item["rate"]["denominator"] == cases
    assert item["status"] == ("fail" if cases else "no_case")


@pytest.mark.parametrize(("minutes", "numerator"), [(59, 0), (60, 1), (90, 1), (91, 0)])
def test_an_alert_is_due_once_the_deadline_is_over_and_the_step_open(
    minutes: int, numerator: int
) -> None:
    judged = obligations(obligation("TC-6.5-respond", "late", "T1"))
    item = _found(closing(judged, alerts=[_alert(minutes, "overdue")]), "overdue_alerts")
    assert item["rate"]["numerator"] == numerator


def test_silent_steps_had_neither_warning_nor_alert() -> None:
    rows = [obligation("TC-6.5-respond", "late", ticket) for ticket in ("T1", "T2", "T3")]
    alerts = [_alert(50), _alert(70, "overdue", ticket_id="T2"), _alert(10, ticket_id="T3")]
    item = _found(closing(obligations(*rows), alerts=alerts), "overdue_alerts")
    assert item["details"]["silent"] == 1
    assert item["details"]["silent_steps"][0]["subject_id"] == "T3"


def test_alerts_go_to_people_and_overdue_ones_also_to_the_emergency_team() -> None:
    alerts = [
        _alert(1),
        _alert(1, recipients=None),
        _alert(1, "overdue"),
        _alert(1, "overdue", recipients="A1;应急执行小组"),
        _alert(1, source="kelou", recipients=None),
    ]
    item = _found(closing(alerts=alerts), "alert_recipients")
    assert _numbers(item) == ("fail", 2, 4, 0)
    assert item["details"] == {"unnamed": 1, "not_copied": 1}


def test_spot_checks_cover_30_percent_of_each_days_tickets() -> None:
    days = [datetime(2026, 10, 5, 9), datetime(2026, 10, 6, 9)]
    tickets = [
        {"ticket_id": f"T{d}-{n}", "opened_at": day}
        for d, day in enumerate(days)
        for n in range(10)
    ]
    checks = [{"checked_on": date(2026, 10, 5), "ticket_id": f"T0-{n}"} for n in (0, 1, 2)]
    checks += [
        {"checked_on": date(2026, 10, 6), "ticket_id": ticket}
        for ticket in ("T1-0", "T1-0", "T1-1", "X9")
    ]
    item = _found(closing(tickets=tickets, spot_checks=checks), "spot_checks")
    assert _numbers(item) == ("fail", 1, 2, 0)
    assert [(day["day"], day["asked"], day["checked"]) for day in item["details"]["days"]] == [
        ("2026-10-05", 10, 3),
        ("2026-10-06", 10, 2),
    ]
    assert item["details"]["unmatched"] == 1


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
    assert _numbers(_found(closing(rectifications=[row]), "rectifications")) == expected


def test_a_rectification_still_within_its_day_is_open_not_late() -> None:
    early = Period(OCTOBER.start, OCTOBER.end, datetime(2026, 10, 16, 12))
    row = {"finding_id": "F-1", "opened_on": date(2026, 10, 9), "due_on": date(2026, 10, 16)}
    item = _found(closing(None, early, rectifications=[row]), "rectifications")
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
    item = _found(closing(obligations(*rows), exemptions=exempted), "exemptions")
    assert [(row["subject_id"], row["rule_id"]) for row in item["details"]["listed"]] == [
        ("T1", "TC-6.5-close"),
        ("T1", "TC-6.5-respond"),
    ]
    assert _numbers(item) == ("fail", 1, 3, 0)
    assert item["details"]["unmatched"] == 1


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
    assert _numbers(_found(closing(outages=[row]), "outages")) == expected


def test_training_every_month_and_special_training_every_quarter() -> None:
    year_end = Period(datetime(2026, 10, 1), datetime(2027, 1, 1), datetime(2027, 1, 1))
    held = [{"held_on": date(2026, 10, 3), "topic": "礼仪", "staff_id": f"A{n}"} for n in range(3)]
    held += [{"held_on": date(2026, 12, 3), "topic": "专项：异议处理"}]
    items = _evidence(closing(None, year_end, trainings=held))
    assert _numbers(items["monthly_training"]) == ("fail", 2, 3, 0)
    assert items["monthly_training"]["details"]["months"][0]["participants"] == 3
    assert _numbers(items["quarterly_training"]) == ("pass", 1, 1, 0)
    assert (
        _numbers(_evidence(closing(None, year_end, trainings=held[:3]))["quarterly_training"])[0]
        == "fail"
    )
    assert (
        _numbers(_evidence(closing(None, year_end, trainings=held[3:4]))["quarterly_training"])[0]
        == "pass"
    )


def test_someone_without_a_training_on_record_is_unknown_not_untrained() -> None:
    judged = obligations(
        *(obligation("TC-7-entry", "met", who, responsible=who) for who in ("A1", "A2"))
    )
    held = [{"held_on": date(2026, 10, 3), "staff_id": "A1"}]
    assert _numbers(_found(closing(judged, trainings=held), "trained_staff")) == (
        "unknown",
        1,
        1,
        1,
    )


def _document(kind: str, period: str, filed: datetime | None) -> dict[str, Any]:
    return {"kind": kind, "period": period, "owner": "A1", "filed_at": filed}


@pytest.mark.parametrize("kind", ["monthly_report", "Monthly report", "月报", "时效管控报告"])
@pytest.mark.parametrize("period", ["2026-09", "202609", "2026年9月"])
def test_a_months_report_is_due_by_the_end_of_the_next(kind: str, period: str) -> None:
    in_time = [_document(kind, period, datetime(2026, 10, 31, 23, 59))]
    assert _numbers(_found(closing(documents=in_time), "monthly_reports")) == ("pass", 1, 1, 0)
    too_late = [_document(kind, period, datetime(2026, 11, 1))]
    assert _numbers(_found(closing(documents=too_late), "monthly_reports")) == ("fail", 0, 1, 0)
    undated = [_document(kind, period, None)]
    assert _numbers(_found(closing(documents=undated), "monthly_reports")) == ("unknown", 0, 0, 1)


def test_a_kind_that_the_table_never_names_is_no_evidence() -> None:
    filed = [_document("monthly_report", "2026-09", datetime(2026, 10, 8))]
    assert _found(closing(documents=filed), "meetings")["status"] == "no_evidence"


@pytest.mark.parametrize(
    "period", ["2026-W41", "2026W41", "2026年第41周", "2026-10-08", "2026-10-W2", "2026年10月第2周"]
)
def test_weeks_as_people_write_them(period: str) -> None:
    item = _found(
        closing(documents=[_document("周总结", period, datetime(2026, 10, 12))]), "weekly_summaries"
    )
    assert [row["key"] for row in item["details"]["due"] if row["filed"]] == ["2026-W41"]
    assert [row["key"] for row in item["details"]["due"]] == [
        "2026-W39",
        "2026-W40",
        "2026-W41",
        "2026-W42",
    ]


def test_a_period_that_nobody_can_read_is_counted() -> None:
    item = _found(
        closing(documents=[_document("周总结", "上周", datetime(2026, 10, 12))]), "weekly_summaries"
    )
    assert item["details"]["unread_periods"] == 1


def test_somebody_answers_out_of_hours_on_every_day_with_contacts() -> None:
    night, holiday, noon = (
        datetime(2026, 10, 14, 22),
        datetime(2026, 10, 2, 11),
        datetime(2026, 10, 14, 11),
    )
    rows = [
        obligation("RC-8.2-phone", "overdue", "K1", triggered_at=night),
        obligation("RC-8.2-phone", "met", "K2", triggered_at=holiday),
        obligation("RC-8.2-phone", "overdue", "K3", triggered_at=holiday),
        obligation("RC-8.2-phone", "overdue", "K4", triggered_at=noon),
        obligation("RC-8.2-phone", "exempt", "K5", triggered_at=datetime(2026, 10, 15, 22)),
    ]
    item = _found(closing(obligations(*rows), calls=[]), "duty")
    assert _numbers(item) == ("fail", 1, 2, 0)
    assert item["details"]["unattended"] == [{"day": "2026-10-14", "contacts": 1}]


def test_manual_checks_and_the_clauses_that_still_wait() -> None:
    rows = [
        {"article": "TC第十三条", "checked_on": date(2026, 10, 5), "result": "pass"},
        {"article": "RC 第六条", "checked_on": date(2026, 10, 5), "result": "not_checked"},
        {"article": "TC 第十三条", "checked_on": date(2026, 11, 5), "result": "fail"},
    ]
    item = _found(closing(manual_checks=rows), "manual_checks")
    assert _numbers(item) == ("unknown", 1, 1, 1)
    outstanding = item["details"]["outstanding"]
    assert "TC 第十三条" not in outstanding
    assert not any(clause.startswith("RC 第六条") for clause in outstanding)
    assert outstanding
