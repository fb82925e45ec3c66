"""Reports, inspections with their approval, and the weekly summaries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.duties.told import STAFF, found, judged, numbers
from tests.numbers.frames import closing, obligation, obligations

MINUTE = timedelta(minutes=1)


def _document(kind: str, period: str, filed: datetime | None) -> dict[str, Any]:
    return {"kind": kind, "period": period, "owner": "A1", "filed_at": filed}


@pytest.mark.parametrize("kind", ["timeliness_report", "Timeliness report", "时效管控报告"])
@pytest.mark.parametrize("period", ["2026-09", "202609", "2026年9月"])
def test_a_months_report_is_due_by_the_end_of_the_next(kind: str, period: str) -> None:
    in_time = [_document(kind, period, datetime(2026, 10, 31, 23, 59))]
    assert numbers(found(closing(documents=in_time), "timeliness_reports")) == ("pass", 1, 1, 0)
    too_late = [_document(kind, period, datetime(2026, 11, 1))]
    assert numbers(found(closing(documents=too_late), "timeliness_reports")) == ("fail", 0, 1, 0)
    undated = [_document(kind, period, None)]
    assert numbers(found(closing(documents=undated), "timeliness_reports")) == (
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
    items = judged(closing(documents=filed))
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
    assert numbers(found(made, "inspection_approvals")) == expected


def test_a_kind_that_the_table_never_names_is_no_evidence() -> None:
    filed = [_document("monthly_report", "2026-09", datetime(2026, 10, 8))]
    items = judged(closing(documents=filed))
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
    item = found(closing(judged, documents=filed, staff=STAFF), "weekly_summaries")
    (week,) = [row for row in item["details"]["due"] if row["key"] == "2026-W42"]
    assert (week["filed"], week["missing"]) == (expected, missing)


@pytest.mark.parametrize(
    "period", ["2026-W41", "2026W41", "2026年第41周", "2026-10-08", "2026-10-W2", "2026年10月第2周"]
)
def test_weeks_as_people_write_them(period: str) -> None:
    item = found(
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
    item = found(
        closing(documents=[_document("周总结", "上周", datetime(2026, 10, 12))]), "weekly_summaries"
    )
    assert item["details"]["unread_periods"] == 1
