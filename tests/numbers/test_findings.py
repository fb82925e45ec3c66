"""Findings: one act breached is one finding."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.concepts import VERDICTS, VIOLATIONS
from checks.judging.governing import Governing
from checks.results.findings import FINDINGS, findings
from checks.results.findings.grading import Criterion
from tests.long import examples
from tests.numbers.frames import OCTOBER, START, closing, obligation, obligations, rulebooks


def _one(*rows: dict[str, Any], **tables: list[dict[str, Any]]) -> dict[str, Any]:
    found = findings(closing(obligations(*rows), **tables))
    assert found.height == 1
    return found.row(0, named=True)


def test_nothing_breached_is_an_empty_frame_of_the_schema() -> None:
    found = findings(closing(obligations(obligation("TC-6.5-respond", "unknown"))))
    assert found.is_empty()
    assert found.schema == FINDINGS


def test_one_act_under_several_regulations_is_one_finding_with_every_clause() -> None:
    found = _one(
        obligation("CD-3.1-phone", "late", "K1"),
        obligation("TC-6.1-phone", "late", "K1"),
        obligation("RC-8.2-phone", "met", "K1"),
    )
    assert found["rules"] == "TC-6.1-phone;CD-3.1-phone"
    assert found["clauses"] == "TC 第六条(一);CD 三(一)1"
    assert found["governing_rule"] == "TC-6.1-phone"


@pytest.mark.parametrize(
    ("mode", "governs"), [("strictest", "RC-8.2-online"), ("order", "TC-6.1-online")]
)
def test_a_stricter_clause_breached_is_a_finding_whatever_governs(
    mode: Governing, governs: str
) -> None:
    due = START + timedelta(minutes=5)
    rows = (
        obligation("TC-6.1-online", "met", "V1#1"),
        obligation("RC-8.2-online", "late", "V1#1", due_at=due),
    )
    found = findings(closing(obligations(*rows, mode=mode))).row(0, named=True)
    assert found["rules"] == "RC-8.2-online"
    assert found["governing_rule"] == governs
    assert (found["verdict"], found["due_at"]) == ("late", due)


def test_each_topic_of_a_ticket_is_a_finding_of_its_own() -> None:
    rows = [obligation("TC-6.5-respond", "late", "T1"), obligation("TC-6.5-close", "overdue", "T1")]
    found = findings(closing(obligations(*rows)))
    assert sorted(found["topic"]) == ["complaint-close", "complaint-respond"]
    assert found["finding_id"].n_unique() == 2


def test_the_number_of_a_finding_does_not_change_with_its_verdict() -> None:
    overdue = _one(obligation("TC-6.5-respond", "overdue", "T1"))
    late = _one(
        obligation("TC-6.5-respond", "late", "T1", tier="ordinary"),
        obligation("TC-7-entry", "met", "T1"),
    )
    assert overdue["finding_id"] == late["finding_id"] == "F-7e197e00baa1"


@pytest.mark.parametrize(
    ("rule_id", "verdict", "seconds"),
    [
        ("TC-6.5-respond", "late", 1800),
        ("TC-6.5-respond", "overdue", int((OCTOBER.cutoff - START).total_seconds()) - 3600),
        ("TC-6.1-phone", "late", None),
        ("TC-9-evidence", "missing", None),
    ],
)
def test_overrun(rule_id: str, verdict: str, seconds: int | None) -> None:
    assert _one(obligation(rule_id, verdict))["overrun_seconds"] == seconds


def test_what_is_not_recorded_stays_empty() -> None:
    found = _one(
        obligation(
            "TC-6.5-respond", "late", tier=None, department=None, responsible=None, customer_id=None
        )
    )
    assert [
        found[name]
        for name in ("tier", "department", "responsible", "customer_id", "cause", "response")
    ] == [None] * 6


def test_sources_are_the_rows_that_started_the_clock() -> None:
    rows = [
        obligation("TC-6.1-phone", "late", "K#1"),
        obligation("TC-6.6-archive", "late", "T1#2"),
        obligation("TC-6.1-online", "late", "V1#1"),
    ]
    found = findings(
        closing(
            obligations(*rows),
            calls=[{"call_id": "K#1"}],
            tickets=[{"ticket_id": "T0"}, {"ticket_id": "T1", "overtime_cause": "staffing"}],
            chats=[
                {"message_id": "M1", "conversation_id": "V1", "sent_at": START, "sender": "bot"},
                {
                    "message_id": "M3",
                    "conversation_id": "V1",
                    "sent_at": START,
                    "sender": "customer",
                },
                {
                    "message_id": "M2",
                    "conversation_id": "V1",
                    "sent_at": START,
                    "sender": "customer",
                },
            ],
        )
    ).sort("subject_type")
    assert found["source_file"].to_list() == ["calls.csv", "chats.csv", "tickets.csv"]
    assert found["source_row"].to_list() == [2, 4, 3]
    assert found["cause"].to_list() == [None, None, "staffing"]


def test_the_audited_side_answers_in_its_rectifications() -> None:
    number = _one(obligation("TC-6.5-respond", "late", "T1"))["finding_id"]
    rows = [
        {
            "finding_id": number,
            "opened_on": date(2026, 10, 20),
            "owner": "客户服务部",
            "note": "已增派人员",
        },
        {"finding_id": "F-0", "opened_on": date(2026, 10, 20), "note": "other"},
    ]
    assert (
        _one(obligation("TC-6.5-respond", "late", "T1"), rectifications=rows)["response"]
        == "客户服务部: 已增派人员"
    )
    later = [{**rows[0], "opened_on": date(2026, 11, 2)}]
    assert (
        _one(obligation("TC-6.5-respond", "late", "T1"), rectifications=later)["response"] is None
    )


def test_repeated_means_the_same_person_or_customer_on_the_same_topic_before() -> None:
    earlier = findings(closing(obligations(obligation("TC-6.5-respond", "late", "T1"))))
    rows = [
        obligation("TC-6.5-respond", "late", "T2", customer_id="C2"),
        obligation("TC-6.5-respond", "late", "T3", responsible="A3"),
        obligation("TC-6.5-respond", "late", "T4", responsible="A3", customer_id="C2"),
        obligation("TC-6.5-close", "late", "T5"),
        obligation("TC-6.5-respond", "late", "T6", responsible=None, customer_id=None),
    ]
    found = findings(closing(obligations(*rows)), earlier)
    assert dict(found.select("subject_id", "repeated").iter_rows()) == {
        "T2": True,
        "T3": True,
        "T4": False,
        "T5": False,
        "T6": False,
    }
    assert findings(closing(obligations(*rows)))["repeated"].null_count() == 5


@pytest.mark.parametrize(
    ("grade", "reason", "row"),
    [
        ("minor", "", obligation("TC-6.5-respond", "late", tier="ordinary")),
        ("major", "core", obligation("TC-6.5-respond", "late", tier="core")),
        ("minor", "", obligation("TC-6.6-archive", "late", tier="core")),
        ("minor", "", obligation("TC-9-evidence", "missing", tier="core")),
        (
            "major",
            "far_over",
            obligation(
                "TC-6.5-respond", "late", tier=None, fulfilled_at=START + timedelta(hours=6)
            ),
        ),
        (
            "minor",
            "",
            obligation(
                "TC-6.5-respond", "late", tier=None, fulfilled_at=START + timedelta(minutes=359)
            ),
        ),
        (
            "critical",
            "core_far_over",
            obligation("TC-6.5-respond", "late", fulfilled_at=START + timedelta(hours=6)),
        ),
        ("major", "emergency", obligation("TC-6.2-urgent-solve", "late", "T1", tier="important")),
        (
            "critical",
            "key_emergency",
            obligation(
                "TC-6.2-urgent-solve",
                "late",
                "T1",
                tier="important",
                fulfilled_at=START + timedelta(hours=2),
            ),
        ),
        (
            "major",
            "key_emergency;still_open",
            obligation("TC-6.2-urgent-solve", "overdue", "T1", tier="important"),
        ),
        (
            "major",
            "core_far_over;still_open;nobody",
            obligation("TC-6.5-respond", "overdue", responsible=None),
        ),
        (
            "major",
            "core_far_over;nobody",
            obligation(
                "TC-6.5-respond", "late", fulfilled_at=START + timedelta(hours=6), responsible=None
            ),
        ),
        ("major", "far_over", obligation("TC-6.5-respond", "overdue", tier="ordinary")),
        ("major", "core", obligation("TC-6.1-phone", "overdue", "K1")),
    ],
)
def test_grades(grade: str, reason: str, row: dict[str, Any]) -> None:
    found = _one(row, tickets=[{"ticket_id": "T1", "severity": "emergency"}])
    assert (found["grade"], found["grade_reason"]) == (grade, reason)


@pytest.mark.parametrize(
    ("other", "grade", "reason"),
    [("late", "critical", "core_far_over"), ("met", "major", "core_far_over;conflict")],
)
def test_who_kept_one_clause_of_an_act_is_not_critical_by_another(
    other: str, grade: str, reason: str
) -> None:
    later = START + timedelta(hours=7)
    found = _one(
        obligation("RC-8.2-online", "late", "V1#1", fulfilled_at=later),
        obligation("TC-6.1-online", other, "V1#1", fulfilled_at=later),
    )
    assert (found["grade"], found["grade_reason"]) == (grade, reason)


@pytest.mark.parametrize(
    ("step", "reason"),
    [("TC-6.3-away-arrive", "key_emergency;conflict"), ("TC-6.3-local-arrive", "key_emergency")],
)
def test_a_step_due_before_an_earlier_step_is_a_conflict(step: str, reason: str) -> None:
    rows = [
        obligation("TC-6.2-urgent-solve", "late", "T1", fulfilled_at=START + timedelta(hours=5)),
        obligation(step, "met", "T1"),
    ]
    found = _one(*rows, tickets=[{"ticket_id": "T1", "severity": "emergency"}])
    assert found["grade_reason"] == reason


def test_what_recurs_is_critical_though_it_is_still_open() -> None:
    earlier = findings(closing(obligations(obligation("TC-6.5-respond", "late", "T0"))))
    again = obligations(obligation("TC-6.5-respond", "overdue", "T1"))
    found = findings(closing(again), earlier).row(0, named=True)
    assert (found["grade"], found["grade_reason"]) == ("critical", "core_repeated")


@pytest.mark.parametrize(("n", "grade"), [(2, "minor"), (3, "major")])
def test_the_same_customer_again_and_again(n: int, grade: str) -> None:
    rows = [
        obligation("TC-6.6-archive", "late", f"T{k}", responsible=f"A{k}", tier="ordinary")
        for k in range(n)
    ]
    assert set(findings(closing(obligations(*rows)))["grade"]) == {grade}


@pytest.mark.parametrize(("n", "expected"), [(9, ("minor", "")), (10, ("major", "same_person"))])
def test_the_same_person_again_and_again(n: int, expected: tuple[str, str]) -> None:
    rows = [
        obligation("TC-6.6-archive", "late", f"T{k}", customer_id=f"C{k}", tier="ordinary")
        for k in range(n)
    ]
    found = findings(closing(obligations(*rows))).select("grade", "grade_reason").unique().rows()
    assert found == [expected], f"{n} findings of one person: {found}, not {expected}"


@pytest.mark.parametrize(
    ("criterion", "who"),
    [
        (Criterion("major", "person", same_person=2), "responsible"),
        (Criterion("major", "customer", same_customer=2), "customer_id"),
    ],
    ids=["person", "customer"],
)
def test_a_criterion_counts_whom_it_names(criterion: Criterion, who: str) -> None:
    other = "customer_id" if who == "responsible" else "responsible"
    rows = [
        obligation("TC-6.6-archive", "late", f"T{k}", **{who: "X", other: f"X{k}"})
        for k in range(2)
    ]
    found = findings(closing(obligations(*rows)), criteria=[criterion])
    told = found.select("grade", "grade_reason").unique().rows()
    assert told == [("major", criterion.reason)], f"two findings of one {who}: {told}"
    reverse = [{**row, who: row[other], other: row[who]} for row in rows]
    found = findings(closing(obligations(*reverse)), criteria=[criterion])
    told = found.select("grade", "grade_reason").unique().rows()
    assert told == [("minor", "")], f"two findings of one {other}: {told}"


def test_clauses_stand_in_governing_order_whatever_the_order_of_the_rows() -> None:
    rows = [obligation(f"{rule}-phone", "late", "K1") for rule in ("CD-3.1", "RC-8.2", "TC-6.1")]
    judged = obligations(*rows).sort("rule_id")
    found = findings(closing(judged)).row(0, named=True)
    assert found["rules"] == "TC-6.1-phone;RC-8.2-phone;CD-3.1-phone", "not in governing order"
    assert found["clauses"].split(";")[0] == "TC 第六条(一)", f"first of {found['clauses']}"


def test_a_clause_that_two_rules_belong_to_is_cited_once() -> None:
    rules = ("TC-6.2-urgent-solve", "TC-6.2-normal-solve")
    found = _one(*(obligation(rule, "late", "T1") for rule in rules))
    assert found["clauses"] == "TC 第六条(二)", f"both rules are of one clause: {found['clauses']}"
    assert found["rules"] == ";".join(rules)


def test_the_gravest_come_first_then_the_order_of_the_rules() -> None:
    rows = [
        obligation("TC-6.5-close", "late", "T1", tier="ordinary", customer_id="C2"),
        obligation("TC-6.5-respond", "late", "T2", tier="ordinary", customer_id="C3"),
        obligation("TC-7-entry", "late", "T3", tier="ordinary", customer_id="C4"),
        obligation("TC-6.5-solution", "late", "T4", tier="core"),
    ]
    assert findings(closing(obligations(*rows)))["subject_id"].to_list() == ["T4", "T2", "T1", "T3"]


_ROWS = st.lists(
    st.builds(
        obligation,
        rule_id=st.sampled_from([rule.id for rule in rulebooks().rules]),
        verdict=st.sampled_from(VERDICTS),
        subject_id=st.sampled_from(["S1", "S2", "S3#2"]),
        triggered_at=st.datetimes(datetime(2026, 10, 1), datetime(2026, 10, 30)),
    ),
    unique_by=lambda row: (row["rule_id"], row["subject_id"]),
    max_size=40,
)


@settings(max_examples=examples(30), deadline=None)
@given(rows=_ROWS, seed=st.integers(0, 100))
def test_every_breach_is_cited_once_in_any_order_of_the_rows(
    rows: list[dict[str, Any]], seed: int
) -> None:
    judged = obligations(*rows)
    found = findings(closing(judged))
    assert found.equals(findings(closing(judged.sample(fraction=1, shuffle=True, seed=seed))))
    cited = found.select("subject_id", pl.col("rules").str.split(";")).explode("rules")
    breached = judged.filter(pl.col("verdict").is_in(VIOLATIONS)).select(
        "subject_id", rules="rule_id"
    )
    assert sorted(cited.iter_rows()) == sorted(breached.iter_rows())
    assert found["finding_id"].n_unique() == found.height
