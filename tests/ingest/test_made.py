"""Columns that are made of several of an export's without SQL: joined, the first that is filled, a
start and a duration, in some rows only."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.ingest import Intake
from flows.settings import parse_settings
from flows.settings.sources import SourceSettings
from flows.system.errors import InputError, UsageError
from tests.ingest.conftest import Read

FEW = frozenset({"tickets", "chats", "customers"})
DAY_AND_CLOCK = {"first": ["q_start", "ser_start"], "empty": ["0:00:00"]}
BEGAN = {"join": ["day", DAY_AND_CLOCK], "by": " "}
LOG = """line+no,id,day,q_start,ser_start,waited,outcome
A1,1,261008,9:05:00,9:05:30,30,AGENT
A1,2,261008,0:00:00,10:00:00,0,agent
A1,3,261008,23:59:50,0:00:00,20,HANG
A1,4,261008,11:00:00,11:00:09,nine,AGENT
A1,,261008,12:00:00,12:00:09,9,TEST
"""


def bank(**more: Any) -> dict[str, SourceSettings]:
    columns = {
        "call_id": {"join": ["line+no", "id"], "by": "-"},
        "started_at": BEGAN,
        "answered_at": {**BEGAN, "plus": "waited", "only": {"outcome": ["Agent"]}},
        "disposition": "outcome",
    }
    settings = {
        "table": "calls",
        "files": ["bank*"],
        "constants": {"direction": "inbound"},
        "formats": dict.fromkeys(("started_at", "answered_at"), "%y%m%d %H:%M:%S"),
        "values": {"disposition": {"answered": ["AGENT"], "missed": ["*"]}},
        "leave_out": [{"where": {"outcome": ["test"], "id": "empty"}, "because": "a test"}],
        "columns": columns,
        **more,
    }
    return {"bank": SourceSettings.model_validate(settings)}


def calls(intake: Intake, *columns: str) -> list[tuple[Any, ...]]:
    return intake.records["calls"].select(columns).collect().rows()


def at(hour: int, minute: int, second: int) -> datetime:
    return datetime(2026, 10, 8, hour, minute, second)


def test_columns_are_made_of_several(read: Read) -> None:
    intake = read({"bank.csv": LOG}, "calls", sources=bank(), absent=FEW)
    assert calls(intake, "call_id", "started_at", "answered_at", "disposition") == [
        ("A1-1", at(9, 5, 0), at(9, 5, 30), "answered"),
        ("A1-2", at(10, 0, 0), at(10, 0, 0), "answered"),
        ("A1-3", at(23, 59, 50), None, "missed"),
        ("A1-4", at(11, 0, 0), None, "answered"),
    ]
    assert [tuple(row) for row in intake.quarantine.select("row", "reason").rows()] == [
        (6, "a test")
    ]
    (issue,) = intake.issues.rows(named=True)
    assert (issue["column"], issue["value"]) == ("answered_at", "261008 11:00:00 + nine")


@pytest.mark.parametrize(
    ("start", "waited", "unit", "expected"),
    [
        ("2026-10-08 23:59:50", "20", "seconds", datetime(2026, 10, 9, 0, 0, 10)),
        ("2026年10月8日 下午3:20", "1.5", "hours", at(16, 50, 0)),
        ("2026-10-08 09:00", "0:05:37", "seconds", at(9, 5, 37)),
        ("2026-10-08 09:00:00", "0:05:37", "minutes", at(9, 5, 37)),
        ("2026-10-08 09:00:00", "5分37秒", "seconds", at(9, 5, 37)),
        ("2026-10-08 09:00:00", "1500", "milliseconds", datetime(2026, 10, 8, 9, 0, 1, 500_000)),
        ("1791421200", "PT1M", "seconds", at(9, 1, 0)),
        ("2026-10-08 09:00:00", "1899-12-31 00:00:05", "seconds", at(9, 0, 5)),
        ("2026-10-08 09:00:00", "5:37", "seconds", None),
        ("2026-10-08 09:00:00", "-5", "seconds", None),
        ("2026-10-08 09:00:00", "", "seconds", None),
        ("", "5", "seconds", None),
    ],
)
def test_a_start_and_a_duration(
    read: Read, start: str, waited: str, unit: str, expected: datetime | None
) -> None:
    answered = {"from": "began", "plus": "waited", "unit": unit}
    columns = {"call_id": "no", "started_at": "sure", "answered_at": answered}
    sources = bank(formats={}, values={}, leave_out=[], columns=columns)
    log = f"no,sure,began,waited\n1,2026-10-08 00:00:00,{start},{waited}\n"
    intake = read({"bank.csv": log}, "calls", sources=sources, absent=FEW)
    assert calls(intake, "answered_at") == [(expected,)]
    filled = bool(start and waited)
    assert len(intake.issues) == (expected is None and filled)


def test_what_is_known_to_the_minute_stays_so(read: Read) -> None:
    answered = {"from": "began", "plus": "waited"}
    columns = {"call_id": "no", "started_at": "began", "answered_at": answered}
    sources = bank(formats={}, values={}, leave_out=[], columns=columns)
    log = "no,began,waited\n1,2026-10-08 09:00,40\n"
    intake = read({"bank.csv": log}, "calls", sources=sources, absent=FEW)
    assert calls(intake, "answered_at", "answered_at_precision") == [(at(9, 0, 40), 60)]


def test_the_hours_of_a_clock_that_is_moved_are_hours(read: Read) -> None:
    answered = {"from": "began", "plus": "waited", "unit": "hours"}
    columns = {"call_id": "no", "started_at": "began", "answered_at": answered}
    more = {"formats": {}, "values": {}, "leave_out": [], "columns": columns}
    log = "no,began,waited\n1,2026-10-25 01:30:00,2\n"
    sources = bank(time_zone="Europe/Berlin", **more)
    intake = read({"bank.csv": log}, "calls", sources=sources, absent=FEW)
    # 01:30 in summer is 23:30 UTC, two hours later 01:30 UTC: 09:30 in China
    assert calls(intake, "answered_at") == [(datetime(2026, 10, 25, 9, 30),)]


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        ('{ by = " " }', "give one of from, first and join"),
        ('{ from = "a", join = ["b"] }', "give one of from, first and join"),
        ('{ from = "a", by = "-" }', "by stands between what is joined"),
        ('{ from = "a", unit = "hours" }', "unit is that of plus"),
        ('{ form = "a" }', "allowed here: from, first, join, by"),
        ('{ first = [{ join = "a" }] }', "columns.call_id.first.0.join: "),
        ("5", "should be a heading"),
    ],
)
def test_a_table_that_says_nothing_clear_is_refused(made: str, complaint: str) -> None:
    text = f'[inputs.sources.x]\ntable = "calls"\nfiles = ["x"]\ncolumns = {{ call_id = {made} }}\n'
    with pytest.raises(UsageError, match=complaint):
        parse_settings(text, Path("kelou.toml"))


def test_events_before_2000_where_the_configuration_knows_them(read: Read) -> None:
    columns = {"call_id": "no", "started_at": "began"}
    sources = bank(formats={}, values={}, leave_out=[], columns=columns)
    log = "no,began\n1,1999-02-08 09:00:00\n2,1998-02-08 09:00:00\n"
    given = {"sources": sources, "absent": FEW}
    with pytest.raises(InputError, match="implausible"):
        read({"bank.csv": log}, "calls", **given)
    given["earliest"] = datetime(1999, 1, 1)
    assert calls(read({"bank.csv": log}, "calls", **given), "call_id") == [("1",)]
