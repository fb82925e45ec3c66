"""The register: everything that is not in order, as one numbered list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest

from checks.closing.rates import rate
from checks.completeness.rates import completeness
from checks.conduct.findings import FINDINGS as SAID
from checks.numbers.base import Title
from checks.numbers.completeness import (
    Completeness,
    FieldCounts,
    LackingField,
    RecordGroup,
    TableCompleteness,
)
from checks.numbers.intake import RowAccounting
from checks.results.findings import findings
from checks.results.metrics import metrics
from checks.results.register import KINDS, REGISTER, counts, register
from flows.law.rulebooks import load_rulebooks
from flows.law.suites import load_checks
from tests.numbers.frames import START, closing, obligation, obligations, rulebooks

NOTHING_SAID = pl.DataFrame(schema=SAID)


def _register(
    *rows: dict[str, Any],
    conduct: pl.DataFrame = NOTHING_SAID,
    sections: dict[str, Any] | None = None,
    **tables: list[dict[str, Any]],
) -> pl.DataFrame:
    made = closing(obligations(*rows), **tables)
    counted = replace(metrics(made), **(sections or {}))
    return register(made, findings(made), conduct, counted)


def _said(*messages: tuple[str, str | None, str]) -> pl.DataFrame:
    rows = [
        {
            "conversation_id": "V1",
            "message_id": message,
            "sender_id": sender,
            "list": name,
            "article": "RC 第七条(二)",
            "weight": "explicit",
            "words": name,
            "file": "chats.csv",
            "row": 7,
        }
        for message, sender, name in messages
    ]
    return pl.DataFrame(rows, schema=SAID)


def test_nothing_wrong_is_an_empty_register() -> None:
    found = _register(obligation("TC-6.5-respond", "met"))
    assert found.is_empty() and found.schema == REGISTER
    assert counts(found).total == 0


def test_cases_keep_the_numbers_of_the_findings_and_their_order() -> None:
    rows = [
        obligation("TC-6.5-respond", "late", "T1", tier="ordinary"),
        obligation("TC-9-evidence", "missing", "T2"),
        obligation("TC-6.5-close", "late", "T3"),
    ]
    found = _register(*rows, tickets=[{"ticket_id": f"T{n}"} for n in (1, 2, 3)])
    judged = findings(closing(obligations(*rows)))
    assert set(found["finding_id"]) == set(judged["finding_id"])
    assert dict(found.select("subject", "kind").iter_rows()) == {
        "T1": "timeliness",
        "T2": "record",
        "T3": "timeliness",
    }
    assert found.row(0, named=True)["subject"] == "T3", "the gravest first"
    assert found.row(0, named=True)["evidence"] == "tickets.csv:4"


def test_a_failed_duty_is_an_entry_with_the_department_that_the_text_names() -> None:
    cells = {"due_at": START, "triggered_at": START}
    late = obligation("TC-6.5-respond", "late", "T1", **cells, fulfilled_at=None)
    outage = {"system": "呼叫系统", "failed_at": START, "fallback_at": None}
    found = _register(late, outages=[outage]).filter(kind="evidence")
    entry = found.row(0, named=True)
    assert entry["step"] == "outages" and entry["department"] == "信息技术部"
    assert (entry["failing"], entry["of"], entry["grade_reason"]) == (1, 1, "mostly_failed")
    assert entry["period"] == "2026-10-01/2026-10-31" and entry["finding_id"][:2] == "E-"


def test_owners_are_those_that_the_regulations_in_force_name() -> None:
    assert rulebooks().owner("warnings") == "信息技术部"
    assert rulebooks().owner("monthly_training") is None
    reception = load_rulebooks(chosen=["RC"]).rulebooks
    assert (reception.owner("warnings"), reception.owner("meetings")) == (None, "客户服务部")


def test_a_failed_duty_names_the_rows_or_the_days_that_show_it() -> None:
    late = obligation("TC-6.5-respond", "late", "T1#2", fulfilled_at=None)
    tables: dict[str, Any] = {
        "outages": [{"system": "呼叫系统", "failed_at": START, "fallback_at": None}],
        "tickets": [
            {"ticket_id": name, "kind": "complaint", "opened_at": START} for name in ("T0", "T1")
        ],
        "alerts": [],
        "spot_checks": [],
    }
    found = _register(late, **tables).filter(kind="evidence")
    shown = {row["step"]: (row["evidence"], row["detail"]) for row in found.to_dicts()}
    assert shown["outages"] == ("outages.csv:2", None)
    assert shown["overdue_alerts"] == ("tickets.csv:3", None)
    assert shown["spot_checks"] == (None, "2026-10-14 0/2")


def test_what_an_inspector_saw_fail_is_an_entry_for_each_check() -> None:
    checks = [
        {
            "article": "RC 第六条(二)",
            "checked_on": date(2026, 10, day),
            "result": result,
            "note": "未起身",
        }
        for day, result in ((14, "fail"), (15, "pass"), (16, "not_checked"))
    ]
    found = _register(manual_checks=checks)
    assert found.select("kind", "clauses", "detail", "evidence", "attributed").rows() == [
        ("manual", "RC 第六条(二)", "未起身", "manual_checks.csv:2", False)
    ]
    assert counts(found).unattributed == 1


def test_a_message_is_one_entry_whatever_it_says_and_often_is_major() -> None:
    said = _said(("M1", "A1", "not-knowing"), ("M1", "A1", "not-mine"), ("M2", "A2", "not-mine"))
    staff = [{"staff_id": "A1", "department": "客户服务部"}]
    found = _register(conduct=said, staff=staff)
    assert found.select("subject", "responsible", "department", "detail").rows() == [
        ("V1 M1", "A1", "客户服务部", "not-knowing；not-mine"),
        ("V1 M2", "A2", None, "not-mine"),
    ]
    often = _said(*((f"M{n}", "A1", "not-mine") for n in range(3)))
    assert set(_register(conduct=often)["grade"]) == {"major"}
    assert set(found["grade"]) == {"minor"}


def _complete(*groups: RecordGroup) -> Completeness:
    title = Title(zh="反馈", en="Feedback")
    field = FieldCounts(
        check="tickets.feedback",
        column="feedback",
        title=title,
        article=("RC 第十一条(一)",),
        asked=9,
        missing=3,
        undecidable=0,
        missing_rate=1 / 3,
        previous=None,
        change=None,
    )
    table = TableCompleteness(
        **_counts(), fields=(field,), by_tier=(), by_department=groups, by_person=()
    )
    return Completeness(tables={"tickets": table}, archive=None)


def _counts() -> dict[str, Any]:
    return {"complete": 6, "incomplete": 3, "undecidable": 0, "rate": rate(6, 9)}


def test_a_field_is_an_entry_for_each_department_that_lacks_it() -> None:
    groups = [
        RecordGroup(
            key=key,
            **_counts(),
            fields=(LackingField(check="tickets.feedback", column="feedback", asked=5, missing=n),),
        )
        for key, n in (("客户服务部", 2), ("unassigned", 1))
    ]
    found = _register(sections={"completeness": _complete(*groups)})
    assert found.select("department", "failing", "of", "detail", "attributed").rows() == [
        ("客户服务部", 2, 5, "tickets.feedback", True),
        (None, 1, 5, "tickets.feedback", False),
    ]
    group = counts(found).groups[0]
    assert (group.kind, group.n, group.failing) == ("completeness", 2, 3)
    assert [(row.key, row.n) for row in group.departments] == [("客户服务部", 2), ("unassigned", 1)]


def test_rows_that_could_not_be_used_are_an_entry_for_each_table() -> None:
    rows = {
        "calls": RowAccounting(read=9, accepted=7, duplicates=0, superseded=0, quarantined=2),
        "chats": RowAccounting(read=5, accepted=5, duplicates=0, superseded=0, quarantined=0),
    }
    found = _register(sections={"accounting": rows})
    assert found.select("kind", "step", "failing", "of").rows() == [("data", "calls", 2, 9)]


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        ({}, "answered"),
        ({"closed_on": date(2026, 10, 30)}, "corrected"),
        ({"closed_on": date(2026, 11, 2)}, "answered"),
        ({"opened_on": date(2026, 11, 2)}, "open"),
    ],
)
def test_rectifications_answer_entries_of_every_kind(cells: dict[str, Any], state: str) -> None:
    said = _said(("M1", "A1", "not-mine"))
    entry = _register(conduct=said).row(0, named=True)
    row = {"finding_id": entry["finding_id"], "opened_on": date(2026, 10, 20), "note": "已谈话"}
    found = _register(conduct=said, rectifications=[{**row, **cells}]).filter(kind="conduct")
    assert found["state"].to_list() == [state]
    assert found["response"].to_list() == [None if state == "open" else "已谈话"]


def test_counts_add_up() -> None:
    found = _register(
        obligation("TC-6.5-respond", "late", responsible=None),
        conduct=_said(("M1", "A1", "not-mine")),
    )
    stated = counts(found)
    assert stated.total == found.height == sum(row.n for row in stated.by_kind)
    assert [row.key for row in stated.by_kind] == list(KINDS)
    assert sum(row.n for row in stated.by_state) == sum(row.n for row in stated.by_grade) == 2
    assert (stated.unattributed, stated.nobody) == (0, 1)


def test_what_an_earlier_closing_held_on_the_same_step_is_repeated() -> None:
    said = _said(("M1", "A1", "not-mine"), ("M2", "A2", "not-mine"), ("M3", None, "not-mine"))
    made = closing(obligations())
    counted = metrics(made)
    first = register(made, findings(made), said, counted)
    assert first["repeated"].to_list() == [None] * 3
    now = _said(("M4", "A1", "not-mine"), ("M5", "A1", "abusive"), ("M6", None, "not-mine"))
    found = register(made, findings(made), now, counted, earlier=first)
    assert dict(found.select("subject", "repeated").iter_rows()) == {
        "V1 M4": True,
        "V1 M5": False,
        "V1 M6": True,
    }


def test_a_lacking_field_names_the_first_rows_that_lack_it() -> None:
    cells = {"kind": "inquiry", "opened_at": START, "status": "completed", "completed_at": START}
    tickets = [
        {
            "ticket_id": f"T{n}",
            **cells,
            "department": "客户服务部",
            "feedback": "好" if n == 1 else None,
        }
        for n in range(8)
    ]
    made, checks = closing(obligations(), tickets=tickets), load_checks()
    complete = completeness(made.records, made.provided, checks, made.period)
    counted = replace(metrics(made), completeness=complete)
    found = register(made, findings(made), NOTHING_SAID, counted, checks)
    lacking = found.filter(detail="tickets.feedback").row(0, named=True)
    assert (lacking["failing"], lacking["of"]) == (7, 8)
    assert lacking["evidence"] == ";".join(f"tickets.csv:{n}" for n in (2, 4, 5, 6, 7))
