"""Warnings and alerts: when they are due, and whom they go to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.duties.told import STAFF, found, numbers
from tests.numbers.frames import OCTOBER, START, closing, obligation, obligations

MINUTE = timedelta(minutes=1)


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
    assert numbers(found(closing(judged, alerts=alerts), "warnings")) == (status, numerator, 1, 0)


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
    item = found(closing(obligations(row), alerts=[]), "warnings")
    assert item["rate"]["denominator"] == cases
    assert item["status"] == ("fail" if cases else "no_case")


@pytest.mark.parametrize(("minutes", "numerator"), [(59, 0), (60, 1), (90, 1), (91, 0)])
def test_an_alert_is_due_once_the_deadline_is_over_and_the_step_open(
    minutes: int, numerator: int
) -> None:
    judged = obligations(obligation("TC-6.5-respond", "late", "T1"))
    item = found(closing(judged, alerts=[_alert(minutes, "overdue")]), "overdue_alerts")
    assert item["rate"]["numerator"] == numerator


def test_silent_steps_had_neither_warning_nor_alert() -> None:
    rows = [obligation("TC-6.5-respond", "late", ticket) for ticket in ("T1", "T2", "T3")]
    alerts = [_alert(50), _alert(70, "overdue", ticket_id="T2"), _alert(10, ticket_id="T3")]
    item = found(closing(obligations(*rows), alerts=alerts), "overdue_alerts")
    assert item["details"]["silent"] == 1
    assert item["details"]["silent_steps"][0]["subject_id"] == "T3"


TICKET = {"ticket_id": "T1", "handler_id": "A1", "department": "客户服务部", "kind": "fault"}


@pytest.mark.parametrize(
    ("recipients", "expected"),
    [
        ("A1;M1", ("pass", 1, 1, 0)),
        ("员一、贺建平", ("pass", 1, 1, 0)),
        ("A1，客户服务部负责人", ("pass", 1, 1, 0)),
        ("A1;M1;C1", ("pass", 1, 1, 0)),
        ("A1 M1", ("pass", 1, 1, 0)),
        ("员一 贺建平", ("pass", 1, 1, 0)),
        ("员一(A1)、贺建平（M1）", ("pass", 1, 1, 0)),
        ("a1@example.com;M1", ("unknown", 0, 0, 1)),
        ("A1;13900000001", ("unknown", 0, 0, 1)),
        ("保洁员王某", ("fail", 0, 1, 0)),
        ("A1", ("fail", 0, 1, 0)),
        ("M1", ("fail", 0, 1, 0)),
        ("A1;M2", ("fail", 0, 1, 0)),
        ("A1;技术支持部负责人", ("fail", 0, 1, 0)),
        ("A1;X9", ("fail", 0, 1, 0)),
    ],
)
def test_a_warning_goes_to_the_first_receiver_and_the_head_of_that_department(
    recipients: str, expected: tuple[str, int, int, int]
) -> None:
    made = closing(tickets=[TICKET], staff=STAFF, alerts=[_alert(1, recipients=recipients)])
    assert numbers(found(made, "alert_recipients")) == expected


def test_whether_a_stranger_is_the_head_nobody_can_tell_where_no_head_is_listed() -> None:
    told = [_alert(1, recipients="A1;X9")]
    made = closing(tickets=[TICKET], staff=STAFF[:1], alerts=told)
    assert numbers(found(made, "alert_recipients")) == ("unknown", 0, 0, 1)
    unlisted = closing(tickets=[TICKET], staff=[], alerts=[_alert(1, recipients="员一")])
    assert numbers(found(unlisted, "alert_recipients")) == ("unknown", 0, 0, 1)


def test_of_a_department_that_the_staff_list_lacks_nobody_knows_the_head() -> None:
    elsewhere = {**TICKET, "department": "客服部"}
    made = closing(tickets=[elsewhere], staff=STAFF, alerts=[_alert(1, recipients="A1;M1")])
    assert numbers(found(made, "alert_recipients")) == ("unknown", 0, 0, 1)


def test_alerts_go_to_the_first_receiver_and_the_emergency_team() -> None:
    alerts = [
        _alert(1, "overdue"),
        _alert(2, "overdue", recipients=None),
        _alert(3, "overdue", recipients="A1;应急执行小组"),
        _alert(4, "overdue", recipients="应急执行小组"),
        _alert(5, source="kelou", recipients=None),
    ]
    item = found(closing(tickets=[TICKET], staff=STAFF, alerts=alerts), "alert_recipients")
    assert numbers(item) == ("fail", 1, 4, 0)
    assert item["details"] == {
        "unnamed": 1,
        "not_copied": 1,
        "not_first_receiver": 1,
        "not_head": 0,
    }


def test_recipients_that_no_message_names_are_not_recorded() -> None:
    alerts = [_alert(1, recipients=None), _alert(2, "overdue", recipients=None)]
    item = found(closing(tickets=[TICKET], staff=STAFF, alerts=alerts), "alert_recipients")
    assert numbers(item) == ("unknown", 0, 0, 2)
