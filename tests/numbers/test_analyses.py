"""Where requests come from, and how they end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from checks.numbers.plain import plain
from checks.results.metrics.analyses import analyses
from tests.numbers.frames import START, closing, obligation, obligations


def _ticket(ticket_id: str = "T1", **cells: Any) -> dict[str, Any]:
    return {"ticket_id": ticket_id, "kind": "inquiry", "opened_at": START, **cells}


def _analyses(*tickets: dict[str, Any], **tables: list[dict[str, Any]]) -> dict[str, Any]:
    return plain(analyses(closing(tickets=list(tickets), **tables), None))


@pytest.mark.parametrize(
    ("cells", "numerator", "denominator", "unknown"),
    [
        ({"replied_at": START}, 1, 1, 0),
        ({"responded_at": START}, 0, 1, 0),
        ({"completed_at": datetime(2026, 11, 1)}, 1, 1, 0),
        ({"completed_at": datetime(2026, 11, 1, 0, 0, 1)}, 0, 1, 0),
        ({"solved_at_unreadable": True}, 0, 0, 1),
        ({"cancelled_at": datetime(2026, 10, 31)}, 0, 0, 0),
        ({"cancelled_at": datetime(2026, 11, 2)}, 0, 1, 0),
        ({"status": "cancelled"}, 0, 0, 0),
        ({"opened_at": datetime(2026, 9, 30, 23, 59)}, 0, 0, 0),
        ({"opened_at": datetime(2026, 11, 1)}, 0, 0, 0),
    ],
)
def test_resolution(cells: dict[str, Any], numerator: int, denominator: int, unknown: int) -> None:
    found = _analyses(_ticket(**cells))["resolution"]
    assert (found["numerator"], found["denominator"], found["unknown"]) == (
        numerator,
        denominator,
        unknown,
    )


def test_a_reopened_ticket_does_not_keep_its_first_solution() -> None:
    reopened = {"ticket_id": "T1", "event": "reopened", "at": datetime(2026, 10, 20)}
    found = _analyses(_ticket(solved_at=datetime(2026, 10, 19)), ticket_events=[reopened])
    assert (found["resolution"]["numerator"], found["resolution"]["denominator"]) == (0, 1)
    again = {"ticket_id": "T1", "event": "solved", "at": datetime(2026, 10, 21)}
    found = _analyses(_ticket(solved_at=datetime(2026, 10, 19)), ticket_events=[reopened, again])
    assert found["resolution"]["numerator"] == 1


def test_the_day_is_that_of_the_customer_not_of_the_form() -> None:
    asked = {
        "call_id": "K1",
        "direction": "inbound",
        "started_at": datetime(2026, 9, 30, 23),
        "ticket_id": "T1",
    }
    assert (
        _analyses(_ticket(opened_at=datetime(2026, 10, 1)), calls=[asked])["inquiries"]["total"]
        == 0
    )


def test_satisfaction_is_of_those_who_answered() -> None:
    done = {"completed_at": START}
    found = _analyses(
        _ticket("T1", satisfaction=5, **done),
        _ticket("T2", satisfaction=2, **done),
        _ticket("T3", **done),
        _ticket("T4", satisfaction=9, **done),
        _ticket("T5", satisfaction=5),
    )["satisfaction"]
    assert found["mean"] == 3.5
    assert (found["content"]["numerator"], found["content"]["denominator"]) == (1, 2)
    assert (found["answering"]["numerator"], found["answering"]["denominator"]) == (2, 4)
    assert found["invalid"] == 1


def test_nobody_answered_is_no_case() -> None:
    found = _analyses(_ticket())["satisfaction"]
    assert found["mean"] is None
    assert found["content"]["rate"] is None


def test_inquiries_by_category_channel_and_time() -> None:
    monday = datetime(2026, 10, 12, 10)
    found = _analyses(
        _ticket("T1", channel="email", category="product", opened_at=monday),
        _ticket("T2", channel="email", opened_at=monday),
        _ticket("T3", channel="phone", category="product", opened_at=datetime(2026, 10, 13, 9)),
        _ticket("T4", kind="fault", channel="phone"),
    )["inquiries"]
    assert found["total"] == 3
    assert found["by_category"] == [{"key": "product", "n": 2}, {"key": "unknown", "n": 1}]
    assert found["by_channel"] == [{"key": "email", "n": 2}, {"key": "phone", "n": 1}]
    assert found["by_weekday"][0] == {"key": 1, "n": 2, "per_day": 0.5}
    assert found["peaks"]["hour"]["key"] == 10
    assert found["troughs"]["day"] == {"key": "2026-10-01", "n": 0, "per_day": 0.0}
    assert found["by_day"][11] == {"key": "2026-10-12", "n": 2, "channels": {"email": 2}}
    assert len(found["by_day"]) == 31


def test_contacts_are_inbound_calls_and_sessions_of_the_period() -> None:
    judged = obligations(
        obligation("TC-6.1-online", "met", "V1#1"),
        obligation("RC-8.2-online", "met", "V1#1"),
        obligation(
            "TC-6.1-online",
            "met",
            "V2#1",
            triggered_at=datetime(2026, 9, 30, 23),
            carried_over=True,
        ),
    )
    calls = [
        {"call_id": "K1", "direction": "inbound", "started_at": START},
        {"call_id": "K2", "direction": "outbound", "started_at": START},
        {"call_id": "K3", "direction": "inbound", "started_at": datetime(2026, 11, 1)},
    ]
    chats = [
        {
            "message_id": "M1",
            "conversation_id": "V1",
            "sent_at": START,
            "sender": "customer",
            "channel": "wecom",
        }
    ]
    found = plain(analyses(closing(judged, calls=calls, chats=chats), None))["contacts"]
    assert found["by_channel"] == [{"key": "phone", "n": 1}, {"key": "wecom", "n": 1}]


def test_without_requests_there_are_no_peaks() -> None:
    assert set(_analyses()["inquiries"]["peaks"].values()) == {None}


def test_recurring_questions_are_one_whatever_their_punctuation() -> None:
    wordings = ["RV 减速机交期？", "rv减速机 交期", "RV减速机，交期!", "rv减速机 交期 13900001111"]
    asked = [
        _ticket(f"T{n}", core_demand=words, customer_id=f"C{n}") for n, words in enumerate(wordings)
    ]
    found = _analyses(*asked)["recurring_questions"]
    assert [(row["key"], row["n"], row["customers"]) for row in found] == [("rv减速机 交期", 4, 4)]


def test_a_question_is_shown_once_three_customers_asked_it() -> None:
    asked = [_ticket(f"T{n}", content="焊接节拍", customer_id=f"C{n}") for n in range(3)]
    assert [row["key"] for row in _analyses(*asked)["recurring_questions"]] == ["焊接节拍"]
    same = [{**ticket, "customer_id": "C1"} for ticket in asked]
    assert _analyses(*same)["recurring_questions"] == []


def test_scores_are_counted_for_whoever_received_and_for_whoever_ran_over_time() -> None:
    done = {"completed_at": START, "handler_id": "A1", "department": "客户服务部"}
    late = obligation("TC-6.5-respond", "late", "T2", responsible="A2")
    other = obligation("RC-8.3-entry", "late", "T2", responsible="A3")
    tickets = [
        _ticket("T1", satisfaction=5, **done),
        _ticket("T2", satisfaction=1, **done),
        _ticket("T3", satisfaction=9, **done),
    ]
    made = closing(obligations(late, other), tickets=tickets)
    found = analyses(made, None).feedback
    assert found is not None
    persons = {row.key: (row.answers, row.mean, row.low, row.displeased) for row in found.by_person}
    assert persons == {"A1": (2, 3.0, 1, 0), "A2": (0, None, 0, 1)}
    departments = [(row.key, row.answers, row.displeased) for row in found.by_department]
    assert departments == [("客户服务部", 2, 1)]


def test_every_question_in_a_chat_is_measured() -> None:
    said = [
        ("H1", 0, "customer", "怎么升级"),
        ("H1", 1, "agent", "您好"),
        ("H1", 61, "agent", "按说明书操作"),
        ("H1", 62, "customer", "谢谢"),
        ("H2", 0, "customer", "怎么退货"),
        ("H2", 5, "agent", "请寄回"),
        ("H2", 6, "customer", "运费谁出"),
    ]
    chats = [
        {
            "conversation_id": conversation,
            "message_id": f"M{n}",
            "sent_at": START + timedelta(minutes=minutes),
            "sender": sender,
            "text": text,
        }
        for n, (conversation, minutes, sender, text) in enumerate(said)
    ]
    assert _analyses(chats=chats)["turns"] == {
        "asked": 3,
        "answered": 2,
        "unanswered": 1,
        "courtesies": 1,
        "median_seconds": 300,
        "p90_seconds": 3660,
        "longest_seconds": 3660,
        "longest": "H1#q1",
    }
    assert _analyses()["turns"]["asked"] == 0
    assert _analyses()["turns"]["median_seconds"] is None
