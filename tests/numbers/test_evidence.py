"""What optional tables prove; without them there is no evidence, and never a pass."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
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


STAFF = [
    {"staff_id": "A1", "name": "员一", "department": "客户服务部", "role": "客服专员"},
    {"staff_id": "M1", "name": "贺建平", "department": "客户服务部", "role": "部门负责人"},
    {"staff_id": "M2", "name": "高岩", "department": "技术支持部", "role": "经理"},
    {"staff_id": "C1", "name": "王某", "department": "后勤保障组", "role": "保洁员"},
]
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
    assert _numbers(_found(made, "alert_recipients")) == expected


def test_whether_a_stranger_is_the_head_nobody_can_tell_where_no_head_is_listed() -> None:
    told = [_alert(1, recipients="A1;X9")]
    made = closing(tickets=[TICKET], staff=STAFF[:1], alerts=told)
    assert _numbers(_found(made, "alert_recipients")) == ("unknown", 0, 0, 1)
    unlisted = closing(tickets=[TICKET], staff=[], alerts=[_alert(1, recipients="员一")])
    assert _numbers(_found(unlisted, "alert_recipients")) == ("unknown", 0, 0, 1)


def test_of_a_department_that_the_staff_list_lacks_nobody_knows_the_head() -> None:
    elsewhere = {**TICKET, "department": "客服部"}
    made = closing(tickets=[elsewhere], staff=STAFF, alerts=[_alert(1, recipients="A1;M1")])
    assert _numbers(_found(made, "alert_recipients")) == ("unknown", 0, 0, 1)


def test_alerts_go_to_the_first_receiver_and_the_emergency_team() -> None:
    alerts = [
        _alert(1, "overdue"),
        _alert(2, "overdue", recipients=None),
        _alert(3, "overdue", recipients="A1;应急执行小组"),
        _alert(4, "overdue", recipients="应急执行小组"),
        _alert(5, source="kelou", recipients=None),
    ]
    item = _found(closing(tickets=[TICKET], staff=STAFF, alerts=alerts), "alert_recipients")
    assert _numbers(item) == ("fail", 1, 4, 0)
    assert item["details"] == {
        "unnamed": 1,
        "not_copied": 1,
        "not_first_receiver": 1,
        "not_head": 0,
    }


def test_recipients_that_no_message_names_are_not_recorded() -> None:
    alerts = [_alert(1, recipients=None), _alert(2, "overdue", recipients=None)]
    item = _found(closing(tickets=[TICKET], staff=STAFF, alerts=alerts), "alert_recipients")
    assert _numbers(item) == ("unknown", 0, 0, 2)


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
    item = _found(
        closing(tickets=[*_asked(days[0]), *_asked(days[1])], spot_checks=checks), "spot_checks"
    )
    assert _numbers(item) == ("fail", 1, 2, 0)
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
    item = _found(closing(tickets=tickets, spot_checks=checks), "spot_checks")
    assert (item["rate"]["numerator"], item["rate"]["denominator"]) == (numerator, 1)
    assert item["details"]["other_days"] == (0 if numerator else 3)


def test_checks_of_old_tickets_are_none_of_the_days() -> None:
    tickets = [*_asked(date(2026, 9, 10), 3), *_asked(date(2026, 10, 14))]
    checks = _checked(date(2026, 10, 14), "T10-0", "T10-1", "T10-2")
    item = _found(closing(tickets=tickets, spot_checks=checks), "spot_checks")
    assert (*_numbers(item), item["details"]["other_days"]) == ("fail", 0, 1, 0, 3)


def test_a_day_whose_time_for_checks_runs_is_not_judged_yet() -> None:
    item = _found(closing(tickets=_asked(date(2026, 10, 31)), spot_checks=[]), "spot_checks")
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


def test_exemptions_stand_under_the_clause_that_allows_them() -> None:
    rules = ("TC-6.2-normal-solve", "RC-8.2-wait", "RC-8.3-entry")
    rows = [obligation(rule, "late", f"T{n}") for n, rule in enumerate(rules)]
    at = {"reason": "台风", "approved_by": "M1", "approved_at": START}
    exempted = [{"subject_id": f"T{n}", **at} for n in range(3)]
    item = _found(closing(obligations(*rows), exemptions=exempted), "exemptions")
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


def test_a_months_training_is_about_service_and_of_everybody() -> None:
    judged = obligations(
        *(obligation("RC-8.2-phone", "met", who, responsible=who) for who in ("A1", "A2"))
    )
    one, both = [{"staff_id": "A1"}], [{"staff_id": "A1"}, {"staff_id": "A2"}]
    for topic, people, expected in (
        ("咨询接待礼仪", both, ("pass", 1, 1, 0)),
        ("咨询接待礼仪", one, ("fail", 0, 1, 0)),
        ("消防演练", both, ("fail", 0, 1, 0)),
        (None, both, ("unknown", 0, 0, 1)),
        ("咨询接待礼仪", [{"staff_id": None}], ("unknown", 0, 0, 1)),
    ):
        held = [{"held_on": date(2026, 10, 20), "topic": topic, **person} for person in people]
        item = _found(closing(judged, trainings=held), "monthly_training")
        assert _numbers(item) == expected, topic


def _training(day: date, topic: str | None = "咨询接待礼仪", **cells: Any) -> dict[str, Any]:
    return {"held_on": day, "topic": topic, "staff_id": "A1", **cells}


BEFORE, AFTER = date(2026, 9, 20), date(2026, 10, 20)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ([_training(BEFORE)], ("pass", 1, 1, 0)),
        ([_training(BEFORE, "新员工岗前考核")], ("pass", 1, 1, 0)),
        ([_training(BEFORE, "消防演练")], ("unknown", 0, 0, 1)),
        ([_training(BEFORE, None)], ("unknown", 0, 0, 1)),
        ([_training(AFTER)], ("unknown", 0, 0, 1)),
        ([_training(AFTER, "新员工岗前培训")], ("fail", 0, 1, 0)),
        ([_training(BEFORE, result="pass")], ("pass", 1, 1, 0)),
        ([_training(BEFORE, result="fail")], ("fail", 0, 1, 0)),
        (
            [_training(BEFORE, result="fail"), _training(date(2026, 9, 25), result="pass")],
            ("pass", 1, 1, 0),
        ),
        (
            [_training(BEFORE), _training(BEFORE, staff_id="A2", result="pass")],
            ("unknown", 0, 0, 1),
        ),
        ([_training(BEFORE, staff_id="A2")], ("unknown", 0, 0, 1)),
    ],
)
def test_staff_pass_a_training_before_their_first_act(
    held: list[dict[str, Any]], expected: tuple[str, int, int, int]
) -> None:
    judged = obligations(obligation("TC-7-entry", "met"))
    assert _numbers(_found(closing(judged, trainings=held), "trained_staff")) == expected


def test_of_whoever_began_while_trainings_were_recorded_the_lack_of_one_is_known() -> None:
    judged = obligations(obligation("TC-7-entry", "met"))
    staff = [{"staff_id": "A1", "valid_from": datetime(2026, 10, 1)}]
    held = [_training(BEFORE, staff_id="A2"), _training(AFTER)]
    item = _found(closing(judged, trainings=held, staff=staff), "trained_staff")
    assert _numbers(item) == ("fail", 0, 1, 0)
    assert (item["details"]["only_later"], item["details"]["listed"]) == (1, ["A1"])


def _document(kind: str, period: str, filed: datetime | None) -> dict[str, Any]:
    return {"kind": kind, "period": period, "owner": "A1", "filed_at": filed}


@pytest.mark.parametrize("kind", ["timeliness_report", "Timeliness report", "时效管控报告"])
@pytest.mark.parametrize("period", ["2026-09", "202609", "2026年9月"])
def test_a_months_report_is_due_by_the_end_of_the_next(kind: str, period: str) -> None:
    in_time = [_document(kind, period, datetime(2026, 10, 31, 23, 59))]
    assert _numbers(_found(closing(documents=in_time), "timeliness_reports")) == ("pass", 1, 1, 0)
    too_late = [_document(kind, period, datetime(2026, 11, 1))]
    assert _numbers(_found(closing(documents=too_late), "timeliness_reports")) == ("fail", 0, 1, 0)
    undated = [_document(kind, period, None)]
    assert _numbers(_found(closing(documents=undated), "timeliness_reports")) == (
        "unknown",
        0,
        0,
        1,
    )


@pytest.mark.parametrize(
    ("kinds", "first", "second"),
    [
        (["timeliness"], "pass", "fail"),
        (["reception"], "fail", "pass"),
        (["timeliness", "reception"], "pass", "pass"),
        (["loose"], "pass", "unknown"),
        (["loose", "loose"], "pass", "pass"),
        (["timeliness", "loose"], "pass", "pass"),
        (["loose", "reception"], "pass", "pass"),
    ],
)
@pytest.mark.parametrize(
    ("names", "duties"),
    [
        (
            {"timeliness": "时效管控报告", "reception": "客户咨询接待总结报告", "loose": "月报"},
            ("timeliness_reports", "reception_summaries"),
        ),
        (
            {
                "timeliness": "服务时效专项检查报告",
                "reception": "reception_inspection",
                "loose": "专项检查报告",
            },
            ("timeliness_inspections", "reception_inspections"),
        ),
    ],
)
def test_a_document_proves_the_duty_of_its_kind_and_a_loose_name_only_one(
    kinds: list[str], first: str, second: str, names: dict[str, str], duties: tuple[str, str]
) -> None:
    filed = [_document(names[kind], "2026-09", datetime(2026, 10, 8)) for kind in kinds]
    items = _evidence(closing(documents=filed))
    assert [items[duty]["status"] for duty in duties] == [first, second]


@pytest.mark.parametrize(
    ("cells", "more", "expected"),
    [
        ({"approved_by": "公司分管领导"}, [], ("pass", 1, 1, 0)),
        ({"approved_by": "高岩"}, [], ("pass", 1, 1, 0)),
        ({"approved_by": "A1"}, [], ("fail", 0, 1, 0)),
        ({"approved_by": "某人"}, [], ("unknown", 0, 0, 1)),
        ({"owner": "E1"}, [], ("pass", 1, 1, 0)),
        ({"owner": "实习生"}, [], ("unknown", 0, 0, 1)),
        ({}, [{"kind": "专项检查报告审批单", "owner": "E1"}], ("pass", 1, 1, 0)),
        ({}, [{"period": "2026-08", "approved_by": "E1"}], ("fail", 0, 1, 0)),
    ],
)
def test_an_inspections_report_is_approved_by_the_executive_in_charge(
    cells: dict[str, Any], more: list[dict[str, Any]], expected: tuple[str, int, int, int]
) -> None:
    staff = [*STAFF[:1], {"staff_id": "E1", "name": "高岩", "role": "分管副总经理"}]
    report = _document("时效专项检查报告", "2026-09", datetime(2026, 10, 12))
    filed = [{**report, **cells}, *({**report, **row} for row in more)]
    made = closing(documents=filed, staff=staff)
    assert _numbers(_found(made, "inspection_approvals")) == expected


def test_a_kind_that_the_table_never_names_is_no_evidence() -> None:
    filed = [_document("monthly_report", "2026-09", datetime(2026, 10, 8))]
    items = _evidence(closing(documents=filed))
    assert items["meetings"]["status"] == "no_evidence"
    assert items["timeliness_inspections"]["status"] == "no_evidence"


@pytest.mark.parametrize(
    ("owners", "expected", "missing"),
    [
        (["A1", "A2"], True, []),
        (["A1"], False, ["A2"]),
        ([None], True, []),
        (["客户服务部"], True, []),
        (["全体接待人员"], True, []),
        (["技术支持部"], False, ["A1", "A2"]),
        (["员一", "A2"], True, []),
        (["路人"], False, ["A1", "A2"]),
        ([], False, ["A1", "A2"]),
    ],
)
def test_everyone_who_received_inquiries_writes_the_weeks_summary(
    owners: list[str | None], expected: bool, missing: list[str]
) -> None:
    judged = obligations(
        *(obligation("RC-8.2-phone", "met", who, responsible=who) for who in ("A1", "A2"))
    )
    in_time = datetime(2026, 10, 25, 23, 59)
    filed = [{**_document("周总结", "2026-W42", in_time), "owner": owner} for owner in owners]
    filed.append(_document("周总结", "2026-W41", datetime(2026, 10, 13)))
    item = _found(closing(judged, documents=filed, staff=STAFF), "weekly_summaries")
    (week,) = [row for row in item["details"]["due"] if row["key"] == "2026-W42"]
    assert (week["filed"], week["missing"]) == (expected, missing)


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
    item = _found(closing(obligations(*rows), calls=[]), "duty")
    assert _numbers(item) == ("fail", 1, 2, 0)
    assert item["details"]["unattended"] == [{"day": "2026-10-14", "contacts": 9, "answered": 1}]


@pytest.mark.parametrize(
    ("answered_at", "numerator"), [(datetime(2026, 10, 15, 7), 1), (datetime(2026, 10, 15, 9), 0)]
)
def test_an_answer_of_the_next_morning_shows_nobody_on_duty(
    answered_at: datetime, numerator: int
) -> None:
    night = datetime(2026, 10, 14, 23)
    row = obligation("TC-6.1-online", "late", triggered_at=night, fulfilled_at=answered_at)
    item = _found(closing(obligations(row), calls=[]), "duty")
    assert item["rate"]["numerator"] == numerator


def test_manual_checks_and_the_clauses_that_still_wait() -> None:
    rows = [
        {"article": "TC第十三条", "checked_on": date(2026, 10, 5), "result": "pass"},
        {"article": "RC 第六条", "checked_on": date(2026, 10, 5), "result": "not_checked"},
        {"article": "TC 第十三条", "checked_on": date(2026, 11, 5), "result": "fail"},
    ]
    item = _found(closing(manual_checks=rows), "manual_checks")
    assert _numbers(item) == ("unknown", 1, 1, 1)
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
    found = _found(closing(manual_checks=[row]), "manual_checks")["details"]
    nothing = _found(closing(manual_checks=[]), "manual_checks")["details"]["outstanding"]
    gone = sorted(set(nothing) - set(found["outstanding"]))
    assert [name.rpartition("(")[2].rstrip(")") for name in gone] == settled
    assert found["unmatched"] == ([] if settled else [article])
