"""Every gap that is planted between systems is found exactly, and a month without gaps is clean."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from checks.concepts import Period
from checks.numbers.plain import plain
from checks.reconciliation import reconcile
from checks.records.tables import TABLES, empty
from flows.law.rulebooks import load_rulebooks

START, END = datetime(2026, 11, 1), datetime(2026, 12, 1)
NOVEMBER = Period(START, END, END)
RULEBOOKS = load_rulebooks().rulebooks
Rows = dict[str, list[dict[str, Any]]]


def canonical(rows: Rows) -> dict[str, pl.LazyFrame]:
    """Canonical frames from rows that name only the cells they need."""
    frames = {name: empty(name) for name in TABLES}
    for name, given in rows.items():
        schema = TABLES[name].schema
        marks = {column: False for column in schema if column.endswith("_unreadable")}
        filled = [
            {**dict.fromkeys(schema), **marks, "_file": name, "_row": n, **row}
            for n, row in enumerate(given, 2)
        ]
        frames[name] = pl.DataFrame(filled, schema=schema).lazy()
    return frames


def month() -> Rows:
    """A clean month: every working hour of every day has a call, a session and a ticket from
    each."""
    rows: Rows = {
        "customers": [{"customer_id": "C1", "tier": "core"}],
        "staff": [{"staff_id": "S1", "department": "客服"}],
        "calls": [],
        "chats": [],
        "tickets": [],
    }
    hours = [START + timedelta(days=d, hours=h) for d in range(30) for h in range(24)]
    for n, hour in enumerate(hours):
        at = hour + timedelta(minutes=5)
        link = {"ticket_id": f"T-{n:04}", "customer_id": "C1", "department": "客服"}
        by_phone = n % 2 == 0
        call = {
            "direction": "inbound",
            "started_at": at,
            "answered_at": at + timedelta(seconds=9),
            "agent_id": "S1",
        }
        rows["calls"].append({"call_id": f"K{n:04}", **call, **link})
        talk = {"conversation_id": f"V{n:04}", **link}
        rows["chats"].append(
            {
                "message_id": f"M{n:04}a",
                "sent_at": at,
                "sender": "customer",
                "text": "报警了",
                **talk,
            }
        )
        reply = {"sender": "agent", "sender_id": "S1", "text": "您好"}
        rows["chats"].append(
            {"message_id": f"M{n:04}b", "sent_at": at + timedelta(minutes=1), **reply, **talk}
        )
        form = {"kind": "inquiry", "status": "open", "handler_id": "S1", "tier": "core"}
        opened = {
            "opened_at": at + timedelta(seconds=60),
            "channel": "phone" if by_phone else "online",
        }
        rows["tickets"].append({**form, **opened, **link})
    return rows


def found(rows: Rows) -> dict[str, dict[str, Any]]:
    """The findings with a count, by name."""
    return {f.check: plain(f) for f in reconcile(canonical(rows), NOVEMBER, RULEBOOKS) if f.count}


def test_a_clean_month_has_no_finding() -> None:
    assert found(month()) == {}


def test_of_says_how_much_was_looked_at() -> None:
    made = {f.check: plain(f) for f in reconcile(canonical(month()), NOVEMBER, RULEBOOKS)}
    assert made["call-without-ticket"]["of"] == 720
    assert made["session-without-ticket"]["of"] == 720
    assert made["ticket-without-contact"]["of"] == 720
    assert made["export-gap-calls"]["of"] == 720


def change(rows: Rows, table: str, index: int, **cells: Any) -> None:
    rows[table][index].update(cells)


SINGLE_CELLS = [
    ("call-without-ticket", "calls", {"ticket_id": None}, ["K0004"]),
    ("unknown-customers-in-calls-customer", "calls", {"customer_id": "C9"}, ["K0004 → C9"]),
    ("unknown-staff-in-calls-agent", "calls", {"agent_id": "S9"}, ["K0004 → S9"]),
    ("unknown-tickets-in-calls-ticket", "calls", {"ticket_id": "X"}, ["K0004 → X"]),
    ("unknown-customers-in-tickets-customer", "tickets", {"customer_id": "C9"}, ["T-0004 → C9"]),
    ("unknown-staff-in-tickets-handler", "tickets", {"handler_id": "S9"}, ["T-0004 → S9"]),
    ("tier-differs", "tickets", {"tier": "ordinary"}, ["T-0004: ordinary ≠ core"]),
    ("completed-without-time", "tickets", {"status": "completed"}, ["T-0004"]),
    ("archived-without-time", "tickets", {"status": "archived", "completed_at": END}, ["T-0004"]),
    ("cancelled-without-time", "tickets", {"status": "cancelled"}, ["T-0004"]),
    ("severity-empty", "tickets", {"kind": "fault"}, ["T-0004"]),
    ("locality-empty", "tickets", {"service_mode": "onsite"}, ["T-0004"]),
]


@pytest.mark.parametrize(
    ("check", "table", "cells", "examples"), SINGLE_CELLS, ids=[c[0] for c in SINGLE_CELLS]
)
def test_one_wrong_cell_is_one_finding(
    check: str, table: str, cells: dict[str, Any], examples: list[str]
) -> None:
    rows = month()
    change(rows, table, 4, **cells)
    findings = found(rows)
    assert list(findings) == [check]
    assert findings[check]["count"] == 1
    assert findings[check]["examples"] == examples
    assert findings[check]["doubts"]
    assert set(findings[check]["title"]) == {"zh", "en"}


def test_an_unreadable_time_is_a_defect_of_its_own_not_a_missing_one() -> None:
    rows = month()
    change(rows, "tickets", 4, status="completed", completed_at_unreadable=True)
    assert found(rows) == {}


def test_a_session_without_ticket_is_found_even_if_an_earlier_one_of_the_conversation_has_one() -> (
    None
):
    rows = month()
    for n in (120, 121):
        change(rows, "chats", n, conversation_id="V0001", ticket_id=None)
    findings = found(rows)
    assert findings["session-without-ticket"]["examples"] == ["V0001#2"]


def test_a_session_of_mere_courtesy_needs_no_ticket() -> None:
    rows = month()
    for n in (120, 121):
        change(rows, "chats", n, ticket_id=None)
    change(rows, "chats", 120, text="谢谢！")
    assert "session-without-ticket" not in found(rows)


def test_a_ticket_from_the_telephone_without_any_contact() -> None:
    rows = month()
    rows["calls"] = [row for row in rows["calls"] if row["ticket_id"] != "T-0004"]
    rows["chats"] = [row for row in rows["chats"] if row["ticket_id"] != "T-0004"]
    assert found(rows)["ticket-without-contact"]["examples"] == ["T-0004"]


def test_the_tier_is_compared_with_the_master_at_that_time() -> None:
    rows = month()
    rows["customers"].append(
        {"customer_id": "C1", "tier": "ordinary", "valid_from": datetime(2026, 11, 30, 12)}
    )
    differing = found(rows)["tier-differs"]
    assert differing["count"] == 12
    assert differing["examples"][0] == "T-0708: core ≠ ordinary"


def test_numbers_missing_from_a_sequence() -> None:
    rows = month()
    for row in rows["calls"] + rows["chats"]:
        row["ticket_id"] = None
    rows["tickets"] = [
        row for row in rows["tickets"] if row["ticket_id"] not in ("T-0100", "T-0101", "T-0500")
    ]
    missing = found(rows)["ticket-numbers-missing"]
    assert missing["examples"] == ["T-0100", "T-0101", "T-0500"]
    assert (missing["count"], missing["of"]) == (3, 720)


def test_numbers_that_are_no_sequence_are_not_taken_for_one() -> None:
    rows = month()
    for n, row in enumerate(rows["tickets"]):
        row["ticket_id"] = f"Z{n * 7919 % 1_000_003:07}"
    assert "ticket-numbers-missing" not in found(rows)


def test_a_day_without_calls_is_an_export_gap_with_its_expectation() -> None:
    rows = month()
    day = datetime(2026, 11, 17)
    rows["calls"] = [
        row for row in rows["calls"] if not day <= row["started_at"] < day + timedelta(days=1)
    ]
    gap = found(rows)["export-gap-calls"]
    assert gap["count"] == 24
    assert gap["examples"] == ["2026-11-17 00:00–2026-11-18 00:00 (≈24)"]
    assert gap["detail"]["expected"] == 24.0


@pytest.mark.parametrize(("hours", "found_hours"), [(11, 0), (12, 12)])
def test_a_stretch_is_a_gap_only_when_chance_would_not_leave_it_silent(
    hours: int, found_hours: int
) -> None:
    rows, start = month(), datetime(2026, 11, 17, 6)
    rows["calls"] = [
        row
        for row in rows["calls"]
        if not start <= row["started_at"] < start + timedelta(hours=hours)
    ]
    assert found(rows).get("export-gap-calls", {"count": 0})["count"] == found_hours


def test_silent_nights_that_are_usual_are_no_gap() -> None:
    rows = month()
    rows["calls"] = [row for row in rows["calls"] if 8 <= row["started_at"].hour < 20]
    assert "export-gap-calls" not in found(rows)


def test_tickets_opened_before_their_call_by_a_steady_offset() -> None:
    rows = month()
    for n in (4, 6, 8):
        change(rows, "tickets", n, opened_at=rows["calls"][n]["started_at"] - timedelta(minutes=8))
    early = found(rows)["opened-before-contact"]
    assert early["examples"] == ["T-0004", "T-0006", "T-0008"]
    assert early["detail"] == {"offset_seconds": -480.0, "steady": True}


def test_a_department_whose_clock_is_eight_hours_off() -> None:
    rows = month()
    for n in range(40, 60):
        shifted = rows["tickets"][n]["opened_at"] + timedelta(hours=8)
        change(rows, "tickets", n, opened_at=shifted, department="技术")
    skew = found(rows)["clock-skew"]
    assert skew["count"] == 20
    assert skew["examples"] == ["技术 / calls: +28860 s"]


def test_rows_outside_the_period_belong_to_another_closing() -> None:
    rows = month()
    before = START - timedelta(days=2)
    rows["tickets"].append(
        {"ticket_id": "T-0720", "kind": "fault", "opened_at": before, "status": "completed"}
    )
    call = {"direction": "inbound", "answered_at": END, "customer_id": "C1", "agent_id": "S1"}
    rows["calls"].append({"call_id": "K0720", "started_at": END, **call})
    assert found(rows) == {}


def test_without_a_staff_table_nobody_is_unknown() -> None:
    rows = month()
    del rows["staff"]
    assert not [f for f in reconcile(canonical(rows), NOVEMBER, RULEBOOKS) if "staff" in f.check]


def test_an_empty_month_is_reconciled() -> None:
    assert found({}) == {}


def test_the_order_of_rows_changes_nothing_and_the_result_is_plain_json() -> None:
    rows = month()
    change(rows, "calls", 4, ticket_id=None, customer_id="C9")
    change(rows, "tickets", 9, tier="ordinary", status="completed")
    rows["tickets"] = [row for row in rows["tickets"] if row["ticket_id"] != "T-0100"]
    forward = reconcile(canonical(rows), NOVEMBER, RULEBOOKS)
    backward = reconcile(
        canonical({name: given[::-1] for name, given in rows.items()}), NOVEMBER, RULEBOOKS
    )
    assert forward == backward
    told = [plain(found) for found in forward]
    assert json.loads(json.dumps(told, allow_nan=False)) == told
