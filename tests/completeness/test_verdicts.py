"""The completeness verdict of a record, and the rates made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from checks.completeness.rates import archive_rate, completeness, record_verdicts
from checks.concepts import OBLIGATIONS, Period
from checks.numbers.plain import plain
from flows.audit.validation import validate
from flows.law.suites import load_checks
from tests.completeness.frames import canonical, records
from tests.completeness.test_validate import CUSTOMER, GOOD_INQUIRY

OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
DONE = {"completed_at": datetime(2026, 10, 10), "responded_at": datetime(2026, 10, 9, 12)}
ANSWERED = {**DONE, "answer": "已报价", "feedback": "满意"}
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "every field of an open inquiry is there": ({}, "complete", ""),
    "a field of the intake form is empty": ({"core_demand": None}, "incomplete", "core_demand"),
    "the answer is due only when the service has ended": ({"answer": None}, "complete", ""),
    "the answer is due when it has": ({**ANSWERED, "answer": None}, "incomplete", "answer"),
    "what ends after the cutoff has not ended": (
        {"completed_at": datetime(2026, 11, 2)},
        "complete",
        "",
    ),
    "an unreadable end leaves open if the answer is due": (
        {"completed_at_unreadable": True},
        "undecidable",
        "",
    ),
    "an unreadable response is neither there nor missing": (
        {**ANSWERED, "responded_at": None, "responded_at_unreadable": True},
        "undecidable",
        "",
    ),
    "a missing field outweighs an unreadable one": (
        {"completed_at_unreadable": True, "contact": None},
        "incomplete",
        "contact",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_verdict_of_a_ticket(case: str) -> None:
    cells, verdict, missing = CASES[case]
    tables, _ = records(
        customers=[CUSTOMER], tickets=[{"ticket_id": "T1", **GOOD_INQUIRY, **cells}]
    )
    row = record_verdicts("tickets", tables, load_checks(), OCTOBER).collect().row(0, named=True)
    assert (row["completeness"], row["missing"]) == (verdict, missing)


@pytest.fixture(scope="module")
def month() -> tuple[dict[str, pl.LazyFrame], frozenset[str]]:
    return records(
        customers=[CUSTOMER],
        tickets=[
            {"ticket_id": "T1", **GOOD_INQUIRY},
            {"ticket_id": "T2", **GOOD_INQUIRY, "contact": None, "department": "销售部"},
            {
                "ticket_id": "T3",
                **GOOD_INQUIRY,
                "contact": None,
                "handler_id": "A2",
                "customer_id": None,
            },
            {
                "ticket_id": "T4",
                **GOOD_INQUIRY,
                "contact": None,
                "opened_at": datetime(2026, 9, 30),
            },
        ],
    )


def test_rates_by_field_tier_department_and_person(
    month: tuple[dict[str, pl.LazyFrame], frozenset[str]],
) -> None:
    found = plain(completeness(*month, load_checks(), OCTOBER))["tables"]["tickets"]
    contact = next(f for f in found["fields"] if f["column"] == "contact")
    assert (found["complete"], found["incomplete"]) == (1, 2)
    assert (contact["asked"], contact["missing"], contact["missing_rate"]) == (3, 2, 2 / 3)
    assert {g["key"]: g["incomplete"] for g in found["by_department"]} == {
        "客户服务部": 1,
        "销售部": 1,
    }
    assert {g["key"]: g["incomplete"] for g in found["by_person"]} == {"A1": 1, "A2": 1}
    assert {g["key"]: g["incomplete"] for g in found["by_tier"]} == {"core": 2}


def test_trend_against_the_month_before(
    month: tuple[dict[str, pl.LazyFrame], frozenset[str]],
) -> None:
    september = Period(datetime(2026, 9, 1), datetime(2026, 10, 1), datetime(2026, 10, 1))
    before = completeness(*month, load_checks(), september)
    now = plain(completeness(*month, load_checks(), OCTOBER, previous=before))["tables"]["tickets"]
    contact = next(f for f in now["fields"] if f["column"] == "contact")
    assert (contact["previous"], contact["change"]) == (1.0, 2 / 3 - 1)


def test_verdicts_count_what_great_expectations_counts() -> None:
    tables, provided = records(
        customers=[CUSTOMER],
        tickets=[{"ticket_id": n, **GOOD_INQUIRY, **cells} for n, (cells, *_) in CASES.items()],
    )
    by_gx = {e.id: e for e in validate(tables, provided).tables["tickets"].expectations}
    late = Period(OCTOBER.start, OCTOBER.end, datetime(2027, 1, 1))
    for field in completeness(tables, provided, load_checks(), late).tables["tickets"].fields:
        assert field.missing == by_gx[field.check].unexpected, field.check


@pytest.mark.parametrize(
    ("verdict", "cells", "expected"),
    [
        ("met", ANSWERED, (1, 1, 0)),
        ("met", DONE, (0, 1, 0)),
        ("overdue", ANSWERED, (0, 1, 0)),
        ("pending", ANSWERED, (0, 0, 0)),
        ("unknown", ANSWERED, (0, 0, 1)),
        ("met", {**ANSWERED, "responded_at": None, "responded_at_unreadable": True}, (0, 0, 1)),
    ],
)
def test_archive_completeness(
    verdict: str, cells: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    tables, _ = records(customers=[CUSTOMER])
    tables["tickets"] = canonical("tickets", [{"ticket_id": "T1", **GOOD_INQUIRY, **cells}])
    due = {"subject_id": "T1#2", "topic": "archive", "governing": True, "verdict": verdict}
    obligations = pl.LazyFrame([{name: due.get(name) for name in OBLIGATIONS}], schema=OBLIGATIONS)
    found = archive_rate(
        record_verdicts("tickets", tables, load_checks(), OCTOBER, whole=True), obligations
    )
    assert (found.numerator, found.denominator, found.unknown) == expected
