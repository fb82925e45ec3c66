"""The service system's own verdicts and deadlines against the clauses, and what explains them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from checks.numbers.plain import plain
from checks.reconciliation.own_figures import CAUSES, counted, own_figures
from tests.numbers.frames import START, closing, obligation, obligations

HOUR = timedelta(hours=1)
RULE = "TC-6.2-normal-solve"
DUE = START + 24 * HOUR


def _found(
    verdict: str, ticket: dict[str, Any], pauses: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    judged = obligations(obligation(RULE, verdict, "T1", due_at=DUE))
    row = {"ticket_id": "T1", "kind": "fault", "opened_at": START, **ticket}
    cases = own_figures(closing(judged, tickets=[row], pauses=pauses or []))
    assert cases is not None
    return plain(counted(cases))


PAUSE = {"subject_type": "ticket", "subject_id": "T1", "reason": "x", "started_at": START}


@pytest.mark.parametrize(
    ("verdict", "ticket", "cause"),
    [
        ("met", {"own_met": True}, None),
        ("met", {"own_breached": False}, None),
        ("late", {"own_breached": True}, None),
        ("exempt", {"own_met": True}, None),
        ("late", {"own_met": True}, "unknown"),
        ("met", {"own_breached": True}, "unknown"),
        ("late", {"own_met": True, "own_due_at": START + 48 * HOUR}, "tier"),
        ("met", {"own_met": False, "own_due_at": DUE}, "same_deadline"),
        ("late", {"own_met": True, "own_due_at": datetime(2026, 10, 16, 17, 30)}, "calendar"),
        ("late", {"own_met": True, "own_due_at": datetime(2026, 10, 17, 17, 30)}, "unknown"),
        ("late", {"own_met": True, "own_due_at": datetime(2026, 10, 16, 22)}, "unknown"),
        ("late", {"own_met": True, "responded_at": START + HOUR}, "first_reply"),
        ("late", {"own_met": False, "responded_at": START + HOUR}, None),
        # No verdict of its own: its deadline against the end on record
        ("late", {"own_due_at": datetime(2026, 10, 16, 17, 30)}, "calendar"),
    ],
)
def test_a_difference_has_a_cause(verdict: str, ticket: dict[str, Any], cause: str | None) -> None:
    found = _found(verdict, ticket)
    assert found["compared"] == 1
    assert {row["key"]: row["n"] for row in found["by_cause"] if row["n"]} == (
        {cause: 1} if cause else {}
    )
    assert [row["cause"] for row in found["listed"]] == ([cause] if cause else [])


def test_a_recorded_pause_explains_a_later_deadline() -> None:
    own = {"own_met": True, "own_due_at": DUE + 3 * HOUR + timedelta(minutes=7)}
    assert _found("late", own, [PAUSE])["listed"][0]["cause"] == "pause"
    assert _found("late", own)["listed"][0]["cause"] in CAUSES


def test_what_kelou_does_not_decide_is_counted_apart() -> None:
    found = _found("unknown", {"own_met": True, "own_due_at": DUE + HOUR})
    assert (found["compared"], found["differ"], found["undecided"]) == (0, 0, 1)
    assert found["other_deadlines"] == 1


def test_calls_are_compared_on_their_answer_and_exports_without_such_columns_not_at_all() -> None:
    judged = obligations(
        obligation("TC-6.1-phone", "met", "K1"), obligation("RC-8.2-phone", "overdue", "K1")
    )
    call = {"call_id": "K1", "direction": "inbound", "started_at": START}
    cases = own_figures(closing(judged, calls=[{**call, "own_met": True}]))
    assert cases is not None
    assert cases.select("rule_id", "system", "kelou").rows() == [
        ("RC-8.2-phone", "met", "breached")
    ]
    assert own_figures(closing(judged, calls=[call])) is None
