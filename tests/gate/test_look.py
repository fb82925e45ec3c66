"""What the gate says of small folders."""

from __future__ import annotations

import json

import pytest

from checks.gate import KINDS, Gate
from checks.numbers.gate import CoarseTime, ControlTotal, UnknownCode
from checks.numbers.plain import plain
from tests.gate.conftest import Look

CALL = "call_id,direction,started_at,answered_at,ended_at\n"


def calls(*times: str) -> str:
    """A call log of one inbound call per start, answered ten seconds later."""
    return CALL + "".join(f"K{n},inbound,{time},,\n" for n, time in enumerate(times))


def table(gate: Gate, name: str = "calls") -> dict[str, object]:
    return vars(next(t for t in gate.tables if t.name == name))


def test_files_sheets_and_rows_of_each_table(look: Look) -> None:
    gate = look(
        {
            "calls/1.csv": calls("2026-10-03 09:00:00"),
            "calls/2.csv": CALL + "K8,inbound,2026-10-04 09:00:00,,\nK9,inbound,,,\n",
        }
    )
    found = table(gate)
    assert (found["files"], found["sheets"]) == (2, 2)
    assert (found["read"], found["accepted"], found["quarantined"]) == (3, 2, 1)
    assert (found["first"], found["last"]) == ("2026-10-03 09:00:00", "2026-10-04 09:00:00")
    assert "quarantined" in gate.found()


def test_what_lies_there_unread_is_named(look: Look) -> None:
    gate = look({"calls.csv": calls("2026-10-03 09:00:00"), "notes.docx": "x"})
    assert [unread.name for unread in gate.unread] == ["notes.docx"]
    assert "unread" in gate.found()


def test_rows_outside_the_neighbourhood_of_the_period(look: Look) -> None:
    """31 days before the first day and 31 after the last belong to it, a second more does not."""
    inside, outside = (
        ("2026-08-31 00:00:00", "2026-12-01 23:59:59"),
        ("2026-08-30 23:59:59", "2026-12-02 00:00:00"),
    )
    gate = look(
        {"calls.csv": calls(inside[0], outside[0], inside[1], outside[1], "2027-03-01 08:00:00")}
    )
    found = table(gate)
    assert (found["before"], found["after"], found["share"]) == (1, 2, 0.6)
    assert [(row.row, row.at) for row in gate.tables[0].outside] == [
        (6, "2027-03-01 08:00:00"),
        (3, "2026-08-30 23:59:59"),
        (5, "2026-12-02 00:00:00"),
    ]
    assert "outside_period" in gate.found()
    assert "outside_period" not in gate.found({"outside_period": 0.6})


def test_without_a_period_nothing_is_outside(look: Look) -> None:
    gate = look({"calls.csv": calls("2020-01-01 09:00:00")}, None)
    assert table(gate)["share"] is None
    assert "outside_period" not in gate.found()


TICKETS = "ticket_id,kind,opened_at,department,content,status,contact\n"


def test_the_three_most_different_of_the_replaced_rows(look: Look) -> None:
    earlier = "".join(f"T{n},fault,2026-10-03 09:00:00,甲,旧,open,\n" for n in range(5))
    later = (
        "T0,fault,2026-10-03 09:00:00,甲,旧,completed,\n"
        "T1,fault,2026-10-03 09:00:00,乙,新,completed,\n"
        "T2,fault,2026-10-03 09:00:00,甲,旧,open,\n"
        "T3,fault,2026-10-03 09:00:00,乙,旧,completed,\n"
        "T4,fault,2026-10-03 09:00:00,甲,,open,\n"
    )
    gate = look({"tickets/a.csv": TICKETS + earlier, "tickets/b.csv": TICKETS + later})
    assert [(pair.key, len(pair.cells)) for pair in gate.replaced] == [
        ("T1", 3),
        ("T3", 2),
        ("T0", 1),
    ]
    first = gate.replaced[0]
    assert (first.file, first.row, first.later_file, first.later_row) == (
        "tickets/a.csv",
        3,
        "tickets/b.csv",
        3,
    )
    assert first.cells == (
        ("content", "旧", "新"),
        ("department", "甲", "乙"),
        ("status", "open", "completed"),
    )
    assert table(gate, "tickets")["superseded"] == 4
    assert "superseded" in gate.found()


def test_of_several_replaced_rows_each_is_held_against_the_one_that_stands(look: Look) -> None:
    states = "".join(
        f"T1,fault,2026-10-03 09:00:00,甲,{word},open,\n" for word in ("一", "二", "三")
    )
    gate = look({"tickets.csv": TICKETS + states})
    assert [pair.cells for pair in gate.replaced] == [
        (("content", "一", "三"),),
        (("content", "二", "三"),),
    ]


def test_personal_data_of_replaced_rows_is_hidden(look: Look) -> None:
    rows = (
        "T1,fault,2026-10-03 09:00:00,甲,请打13812345678,open,13812345678\nT1,fault,"
        "2026-10-03 09:00:00,甲,,open,\n"
    )
    (pair,) = look({"tickets.csv": TICKETS + rows}).replaced
    assert pair.cells == (("contact", "***", ""), ("content", "请打138******78", ""))


def test_unknown_codes_are_counted_by_value(look: Look) -> None:
    rows = "".join(f"K{n},inbound,2026-10-03 09:00:00,转接\n" for n in range(3))
    rows += (
        "K8,inbound,2026-10-03 09:00:00,排队\nK9,呼进,2026-10-03 09:00:00,\nK10,,2026-10-03 "
        "09:00:00,\n"
    )
    gate = look({"calls.csv": "call_id,direction,started_at,disposition\n" + rows})
    assert gate.unknown_codes == (
        UnknownCode("calls", "direction", "呼进", 1, 1),
        UnknownCode("calls", "disposition", "转接", 3, 0),
        UnknownCode("calls", "disposition", "排队", 1, 0),
    )


@pytest.mark.parametrize(
    ("start", "n", "unit"),
    [
        ("2026-10-03 09:{:02}:00", 50, "minute"),
        ("2026-10-03 09:{:02}:00", 49, None),
        ("2026-10-03 09:00:{:02}", 50, None),
    ],
)
def test_fifty_times_of_whole_minutes_are_coarse_even_with_seconds(
    look: Look, start: str, n: int, unit: str | None
) -> None:
    found = look({"calls.csv": calls(*(start.format(minute) for minute in range(n)))}).coarse_times
    assert found == ((CoarseTime("calls", "started_at", n, unit, "second"),) if unit else ())


def test_fifty_times_of_midnight_are_whole_days(look: Look) -> None:
    found = look(
        {
            "calls.csv": calls(
                *(f"2026-{9 + n // 28:02}-{n % 28 + 1:02} 00:00:00" for n in range(50))
            )
        }
    )
    assert [(c.column, c.unit) for c in found.coarse_times] == [("started_at", "day")]


def test_one_second_makes_a_column_exact(look: Look) -> None:
    times = [f"2026-10-03 09:{minute:02}:00" for minute in range(59)]
    assert look({"calls.csv": calls(*times, "2026-10-03 10:00:01")}).coarse_times == ()


TOTALS = "system,table,day,month,rows\n"


def test_control_totals_are_held_against_what_was_read(look: Look) -> None:
    log = calls("2026-10-03 09:00:00", "2026-10-03 10:00:00", "2026-10-04 09:00:00")
    rows = (
        "话务,calls,2026-10-03,,2\n"  # as declared
        "话务,通话记录,2026-10-04,,3\n"  # by another name of the table
        "话务,calls,,2026-10,5\n"
        "话务,calls,,2026年9月,0\n"
        "话务,calls,,,3\n"
        "客服,tickets,2026-10-03,,4\n"  # a table that nobody provided
        "客服,visits,2026-10-03,,4\n"
    )
    gate = look({"calls.csv": log, "control_totals.csv": TOTALS + rows})
    assert gate.control_totals == (
        ControlTotal("话务", "calls", "", 3, 3, 0),
        ControlTotal("话务", "calls", "2026-09", 0, 0, 0),
        ControlTotal("话务", "calls", "2026-10", 5, 3, -2),
        ControlTotal("话务", "calls", "2026-10-03", 2, 2, 0),
        ControlTotal("话务", "calls", "2026-10-04", 3, 1, -2),
        ControlTotal("客服", "tickets", "2026-10-03", 4, 0, -4),
        ControlTotal("客服", "visits", "2026-10-03", 4, None, None),
    )
    assert "control_totals" in gate.found()


def test_what_two_systems_declare_of_one_day_is_added_up(look: Look) -> None:
    rows = "总机,calls,2026-10-03,,1\n分机,calls,2026-10-03,,1\n"
    log = calls("2026-10-03 09:00:00", "2026-10-03 10:00:00")
    (total,) = look({"calls.csv": log, "control_totals.csv": TOTALS + rows}).control_totals
    assert (total.systems, total.declared, total.read) == ("分机, 总机", 2, 2)


def test_a_column_that_no_file_carries_is_a_gap_and_an_empty_one_is_not(look: Look) -> None:
    without = look({"tickets.csv": "ticket_id,kind,opened_at\nT1,fault,2026-10-03 09:00:00\n"})
    gaps = {gap.rule_id: gap for gap in without.gaps}
    assert gaps["TC-7-entry"].columns == ("tickets.recorded_at",)
    assert "recorded_at" in without.not_carried["tickets"]
    assert without.judged == without.rules - len(gaps)
    empty = look(
        {"tickets.csv": "ticket_id,kind,opened_at,recorded_at\nT1,fault,2026-10-03 09:00:00,\n"}
    )
    assert "TC-7-entry" not in {gap.rule_id for gap in empty.gaps}


def test_a_milestone_that_events_tell_is_recorded(look: Look) -> None:
    events = "ticket_id,event,at\nT1,recorded,2026-10-03 09:01:00\n"
    tickets = "ticket_id,kind,opened_at\nT1,fault,2026-10-03 09:00:00\n"
    gate = look({"tickets.csv": tickets, "ticket_events.csv": events})
    assert "TC-7-entry" not in {gap.rule_id for gap in gate.gaps}


def test_a_folder_in_order_says_so(look: Look) -> None:
    gate = look({"calls.csv": calls("2026-10-03 09:00:01")})
    assert set(gate.found()) == {"not_recorded"}  # no chats, no tickets
    # Busy lines: no disposition
    assert [gap.rule_id for gap in gate.gaps if gap.why != "table"] == ["CD-3.1-callback"]


def test_the_section_of_the_metrics_is_plain_json(look: Look) -> None:
    found = look({"calls.csv": calls("2026-10-03 09:00:01", "2027-10-03 09:00:01"), "x.docx": ""})
    told = plain(found.section())
    assert json.loads(json.dumps(told, allow_nan=False))["found"] == [
        "unread",
        "outside_period",
        "not_recorded",
    ]
    assert set(told["found"]) <= set(KINDS)
