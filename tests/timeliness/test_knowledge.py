"""What was known when: approvals after the cutoff, who acted, where somebody worked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest

from checks.concepts import Period
from checks.judging import judge
from flows.law.rulebooks import load_rulebooks
from tests.numbers.frames import records

RULEBOOKS = load_rulebooks().rulebooks
OCTOBER, NOVEMBER = datetime(2026, 10, 1), datetime(2026, 11, 1)
RULE = "TC-6.5-respond"
ASKED = datetime(2026, 10, 31, 23, 50)
"""Of an ordinary customer's complaint; the response is due an hour later, after the cutoff."""


def obligation(rule_id: str, **tables: list[dict[str, Any]]) -> dict[str, Any]:
    """The only obligation of the rule, as of the end of October."""
    judged = judge(records(**tables), RULEBOOKS, Period(OCTOBER, NOVEMBER, NOVEMBER))
    return judged.filter(rule_id=rule_id).row(0, named=True)


def complaint(**cells: Any) -> list[dict[str, Any]]:
    told = {"ticket_id": "T1", "kind": "complaint", "opened_at": ASKED, "tier": "ordinary"}
    return [{**told, "handler_id": "S1", "department": "客户服务部", **cells}]


@pytest.mark.parametrize(
    ("approved", "expected"),
    [
        (datetime(2026, 10, 31, 23, 55), "exempt"),
        (NOVEMBER, "exempt"),
        (datetime(2026, 11, 1, 0, 0, 1), "pending"),
    ],
)
def test_an_approval_after_the_cutoff_is_not_known_yet(approved: datetime, expected: str) -> None:
    approval = {"subject_id": "T1", "reason": "停电", "approved_by": "M1", "approved_at": approved}
    found = obligation(RULE, tickets=complaint(), exemptions=[approval])["verdict"]
    assert found == expected, f"approved {approved}, cutoff {NOVEMBER}: {found}, not {expected}"


@pytest.mark.parametrize(
    ("event", "actor", "expected"),
    [("responded", "S2", "S2"), ("responded", None, "S1"), ("solved", "S2", "S1")],
)
def test_a_step_is_of_whoever_acted_else_of_the_handler(
    event: str, actor: str | None, expected: str
) -> None:
    at = datetime(2026, 10, 31, 23, 58)
    acted = {"ticket_id": "T1", "event": event, "at": at, "actor_id": actor}
    found = obligation(RULE, tickets=complaint(), ticket_events=[acted])["responsible"]
    assert found == expected, f"{event} by {actor}: counted as of {found}, not of {expected}"


@pytest.mark.parametrize(
    ("later", "expected"), [(None, "一部"), ("二部", "二部")], ids=["without", "with"]
)
def test_a_staff_row_without_department_ends_no_earlier_one(
    later: str | None, expected: str
) -> None:
    moved = datetime(2026, 10, 10)
    staff = [
        {"staff_id": "S1", "department": "一部"},
        {"staff_id": "S1", "department": later, "valid_from": moved},
    ]
    start = datetime(2026, 10, 14, 9)
    call = {
        "call_id": "K1",
        "direction": "inbound",
        "started_at": start,
        "answered_at": start,
        "agent_id": "S1",
        "department": "话务",
    }
    found = obligation("RC-8.2-phone", calls=[call], staff=staff)["department"]
    assert found == expected, f"from {moved} on {later}: {found}, not {expected}"


def test_what_somebody_did_counts_where_it_fulfilled_the_step_only() -> None:
    events = [
        {"ticket_id": "T1", "event": "responded", "at": datetime(2026, 10, 31, 23, 58)},
        {"ticket_id": "T1", "event": "responded", "at": datetime(2026, 10, 31, 23, 59)},
    ]
    both = [{**event, "actor_id": who} for event, who in zip(events, ("S3", "S2"), strict=True)]
    judged = judge(
        records(tickets=complaint(), ticket_events=both),
        RULEBOOKS,
        Period(OCTOBER, NOVEMBER, NOVEMBER),
    )
    whose = judged.filter(pl.col("rule_id") == RULE)["responsible"].to_list()
    assert whose == ["S3"], f"the first response was S3's, counted as of {whose}"
