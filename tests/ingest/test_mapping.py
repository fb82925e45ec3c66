"""Another system's columns: what a mapping may say, and what is told when it does not fit the
file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.ingest import Intake, options_of, read_folder
from flows.settings import parse_settings
from flows.settings.sources import SourceSettings
from flows.system.errors import InputError, UsageError
from tests.ingest.conftest import Read
from tests.ingest.workbooks import workbook

TEN = datetime(2026, 10, 8, 10)
DESK = "no,opened,done,from\n1,2026-10-08 09:00:00,2026-10-08 10:00:00,甲\n"
BASE = {"ticket_id": "no", "kind": "'inquiry'", "opened_at": "opened"}


def desk(columns: dict[str, str] | None = None, **more: Any) -> dict[str, SourceSettings]:
    settings = {
        "table": "tickets",
        "files": ["desk*"],
        "columns": {**BASE, **(columns or {})},
        **more,
    }
    return {"desk": SourceSettings.model_validate(settings)}


def tickets(intake: Intake, *columns: str) -> list[tuple[Any, ...]]:
    return intake.records["tickets"].select(columns).collect().rows()


def test_one_file_feeds_every_source_that_names_it(read: Read) -> None:
    customers = SourceSettings(
        table="customers", files=("*.csv",), columns={"customer_id": '"from"', "tier": "'core'"}
    )
    intake = read(
        {"desk.csv": DESK},
        "tickets",
        sources={**desk(), "people": customers},
        absent=frozenset({"calls", "chats"}),
    )
    assert {(s.table, s.path, s.rows) for s in intake.sources} == {
        ("tickets", "desk.csv", 1),
        ("customers", "desk.csv", 1),
    }


def test_a_sheet_that_one_source_passes_over_and_another_reads_is_read(read: Read) -> None:
    sheets = (
        ("单", [["no", "opened"], ["1", "2026-10-08"]]),
        ("人", [["id", "level"], ["C1", "core"]]),
        ("记", [["x"], [1]]),
    )
    people = SourceSettings(
        table="customers", files=("desk.xlsx",), columns={"customer_id": "id", "tier": "level"}
    )
    sources = {**desk(), "people": people}
    intake = read(
        {"desk.xlsx": workbook(*sheets)},
        "tickets",
        sources=sources,
        absent=frozenset({"calls", "chats"}),
    )
    assert {u.file for u in intake.understood} == {"desk.xlsx[单]", "desk.xlsx[人]"}
    assert [u.name for u in intake.unread] == ["desk.xlsx[记]"]


def test_a_column_that_the_file_lacks_is_an_error_that_names_the_nearest(read: Read) -> None:
    with pytest.raises(InputError) as caught:
        read(
            {"desk.csv": DESK}, "tickets", sources=desk({"responded_at": "doen", "content": "text"})
        )
    assert str(caught.value) == (
        "desk.csv: no column doen, nor text, which inputs.sources.desk reads for responded_at; "
        'did you mean done or opened?; if an export may lack it: optional = ["doen"]'
    )
    with pytest.raises(
        InputError, match=r"no column zzz, .* conditions; it has no, opened, done, from"
    ):
        read(
            {"desk.csv": DESK},
            "tickets",
            sources=desk(leave_out=[{"where": "zzz = 'x'", "because": "y"}]),
        )


def test_every_file_must_have_the_columns(read: Read) -> None:
    files = {"desk 1.csv": DESK, "desk 2.csv": "no,opened\n2,2026-10-08\n"}
    with pytest.raises(InputError, match=r"desk 2\.csv: no column done"):
        read(files, "tickets", sources=desk({"replied_at": "done"}))
    intake = read(files, "tickets", sources=desk({"replied_at": "done"}, optional=["done"]))
    assert tickets(intake, "ticket_id", "replied_at") == [("1", TEN), ("2", None)]


def test_a_column_that_no_file_has_is_not_carried(read: Read) -> None:
    columns = {
        "replied_at": "done",
        "archived_at": "shut",
        "solved_at": "done",
        "content": "COALESCE(text, done)",
    }
    intake = read({"desk.csv": DESK}, "tickets", sources=desk(columns, optional=["shut", "text"]))
    (file,) = intake.understood
    assert {*file.columns.values()} == {*BASE, "replied_at", "solved_at", "content"}
    assert file.lacking == ("shut", "text")
    assert intake.issues.is_empty()


def test_a_column_may_stand_under_a_label(read: Read) -> None:
    labels = {"no": ["编号", "Number"], "opened": ["建立"], "done": ["Done"]}
    settings = desk({"replied_at": "done"}, labels=labels)
    intake = read(
        {"desk 1.csv": DESK, "desk 2.csv": " number ,建立,DONE\n2,2026-10-08,\n"},
        "tickets",
        sources=settings,
    )
    assert tickets(intake, "ticket_id", "replied_at") == [("1", TEN), ("2", None)]


@pytest.mark.parametrize(
    ("expression", "cells", "want"),
    [
        (
            "strptime(done, '%Y-%m-%d %H:%M:%S')",
            ["2026-10-08 10:00:00", "8 Oct noon", ""],
            [TEN, "8 Oct noon", None],
        ),
        (
            "strptime(done, '%d/%m/%Y %H:%M:%S')",
            ["08/10/2026 10:00:00", "31/02/2026 1:00"],
            [TEN, "31/02/2026 1:00"],
        ),
        (
            "COALESCE(strptime(done, '%d.%m.%Y %H:%M:%S'), strptime(done, '%d/%m/%Y %H:%M:%S'))",
            ["08.10.2026 10:00:00", "08/10/2026 10:00:00", "x", ""],
            [TEN, TEN, "x", None],
        ),
        (
            "CASE WHEN \"from\" = '甲' THEN strptime(done, '%d/%m/%Y %H:%M:%S') END",
            ["x", "y"],
            ["x", "y"],
        ),
        (
            "CASE WHEN \"from\" = '乙' THEN strptime(done, '%d/%m/%Y %H:%M:%S') END",
            ["x", ""],
            [None, None],
        ),
        (
            "strptime(done, '%Y-%m-%d %H:%M:%S') + INTERVAL '1h'",
            ["2026-10-08 09:00:00", "?"],
            [TEN, "?"],
        ),
    ],
)
def test_a_cell_that_a_conversion_can_not_read_is_a_bad_cell(
    read: Read, expression: str, cells: list[str], want: list[datetime | str | None]
) -> None:
    rows = "".join(f"{n},2026-10-08 09:00:00,{cell},甲\n" for n, cell in enumerate(cells, 1))
    intake = read(
        {"desk.csv": "no,opened,done,from\n" + rows},
        "tickets",
        sources=desk({"replied_at": expression}),
    )
    bad = {str(n): w for n, w in enumerate(want, 1) if isinstance(w, str)}
    assert tickets(intake, "ticket_id", "replied_at", "replied_at_unreadable") == [
        (str(n), w if isinstance(w, datetime) else None, isinstance(w, str))
        for n, w in enumerate(want, 1)
    ]
    assert intake.issues["value"].to_list() == list(bad.values())


def test_numbers_and_conditions_convert_alike(read: Read) -> None:
    columns = {
        "satisfaction": "CAST(score AS INTEGER) + 1",
        "severity": "CASE WHEN CAST(score AS INTEGER) > 2 THEN 'emergency' ELSE 'general' END",
    }
    rows = "no,opened,score\n1,2026-10-08,3\n2,2026-10-08,three\n3,2026-10-08,\n"
    intake = read({"desk.csv": rows}, "tickets", sources=desk(columns))
    assert tickets(intake, "satisfaction", "satisfaction_unreadable", "severity") == [
        (4, False, "emergency"),
        (None, True, None),
        (None, False, "general"),
    ]


def test_a_leg_that_can_not_be_read_may_have_been_the_first(read: Read) -> None:
    columns = {
        "replied_at": "MIN(strptime(done, '%Y-%m-%d %H:%M:%S'))",
        "ticket_id": "MIN(no)",
        "opened_at": "MIN(opened)",
    }
    legs = [("1", "2026-10-08 10:00:00"), ("1", "soon"), ("2", "2026-10-08 10:00:00"), ("2", "")]
    rows = "".join(f"{no},2026-10-08,{done}\n" for no, done in legs)
    intake = read(
        {"desk.csv": "no,opened,done\n" + rows}, "tickets", sources=desk(columns, one_per="no")
    )
    assert tickets(intake, "ticket_id", "replied_at", "replied_at_unreadable") == [
        ("1", None, True),
        ("2", TEN, False),
    ]


def test_a_row_whose_required_cell_can_not_be_converted_is_quarantined(read: Read) -> None:
    rows = "no,opened\n1,08/10/2026 09:00\n2,yesterday\n"
    intake = read(
        {"desk.csv": rows},
        "tickets",
        sources=desk({"opened_at": "strptime(opened, '%d/%m/%Y %H:%M')"}),
    )
    assert intake.quarantine.select("row", "value").rows() == [(3, "yesterday")]
    assert intake.accounting["tickets"]["accepted"] == 1


def test_words_for_nothing_are_nothing_to_the_rules_too(read: Read) -> None:
    rows = "no,opened,done\n1,2026-10-08,?\n2,2026-10-08,2026-10-08 10:00:00\n"
    columns = {
        "replied_at": "strptime(done, '%Y-%m-%d %H:%M:%S')",
        "content": "COALESCE(done, 'open')",
    }
    intake = read({"desk.csv": rows}, "tickets", sources=desk(columns), empty=("?",))
    assert tickets(intake, "replied_at", "content")[0] == (None, "open")
    assert intake.issues.is_empty()


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("CAST(done AS TIMESTAMP)", "CAST reads no time; write strptime"),
        ("DATE(done)", "a date without its form is a guess"),
        ("MIN(done)", "makes one value of all rows; say with one_per"),
        ("done > 3", "cannot compare string with numeric type"),
    ],
)
def test_expressions_that_can_not_be_applied_are_told(
    read: Read, expression: str, words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read({"desk.csv": DESK}, "tickets", sources=desk({"content": expression}))
    text = str(caught.value)
    assert (
        "inputs.sources.desk" in text and expression in text and words in text and "\n" not in text
    )


def test_with_one_per_an_expression_makes_one_value(read: Read) -> None:
    with pytest.raises(UsageError, match=r"ticket_id = no: gives several values"):
        read({"desk.csv": DESK}, "tickets", sources=desk(one_per="no"))


RECORDS = [
    {"no": "1", "opened": "2026-10-08", "tasks": [{"a": 1}]},
    {"no": "2", "opened": "2026-10-08"},
]
ONE_PER_LINE = ",\n".join(json.dumps(record) for record in RECORDS)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"code":0,"data":{"list":[\n' + ONE_PER_LINE + "\n]}}\n", "data.list"),
        (json.dumps({"code": 0, "data": {"list": RECORDS}}, indent=1), "data.list"),
        (json.dumps({"code": 0, "data": {"list": RECORDS}}), "data.list"),
        (
            json.dumps({"pages": [{"list": RECORDS[:1]}, {"list": RECORDS[1:]}]}, indent=1),
            "pages.list",
        ),
        (json.dumps([{"list": [RECORDS[:1], RECORDS[1:]]}]), "list"),
        (json.dumps({"data.list": RECORDS}), "data.list"),
        ("\n".join(json.dumps({"data": {"list": [record]}}) for record in RECORDS), "data.list"),
        ("[\n" + ONE_PER_LINE + "\n]", None),
        ("[" + ONE_PER_LINE + "]", None),
        (json.dumps(RECORDS, indent=2), None),
        ("\n".join(map(json.dumps, RECORDS)), None),
    ],
)
def test_records_in_json(read: Read, text: str, path: str | None) -> None:
    intake = read({"desk.json": text}, "tickets", sources=desk(records=path))
    assert tickets(intake, "ticket_id") == [("1",), ("2",)]
    assert tuple(intake.accounting["tickets"].values()) == (2, 2, 0, 0, 0)


def test_a_document_of_one_record(read: Read) -> None:
    for text in ("[\n" + json.dumps(RECORDS[0]) + "\n]", json.dumps(RECORDS[0], indent=1)):
        intake = read({"desk.json": text}, "tickets", sources=desk())
        assert (intake.accounting["tickets"]["read"], intake.accounting["tickets"]["accepted"]) == (
            1,
            1,
        )


CHATS = """room,asked,agent_at
R1,2026-10-08 09:00:00,2026-10-08 09:05:00
R2,2026-10-08 10:00:00,-
R3,-,-
"""


def room(**more: Any) -> dict[str, SourceSettings]:
    each = [
        {
            "when": "asked IS NOT NULL",
            "columns": {"sent_at": "asked", "message_id": "room || '-q'"},
            "constants": {"sender": "customer", "text": "it's a question"},
        },
        {
            "when": "agent_at IS NOT NULL",
            "columns": {"sent_at": "agent_at", "message_id": "room || '-a'"},
            "constants": {"sender": "agent"},
        },
    ]
    base = {"table": "chats", "files": ["room*"], "columns": {"conversation_id": "room"}}
    return {"room": SourceSettings.model_validate({**base, "each": each, **more})}


def test_one_row_gives_several_records(read: Read) -> None:
    intake = read({"room.csv": CHATS}, "chats", sources=room())
    found = intake.records["chats"].select("message_id", "sender", "text").collect().rows()
    assert found == [
        ("R1-q", "customer", "it's a question"),
        ("R2-q", "customer", "it's a question"),
        ("R1-a", "agent", None),
    ]
    # R3 gives no record, and is told
    assert tuple(intake.accounting["chats"].values()) == (4, 3, 0, 0, 1)
    assert intake.quarantine.select("row", "reason").rows() == [
        (4, "none of the conditions of `each` holds")
    ]
    with pytest.raises(UsageError, match="several records"):
        read({}, "chats", sources=room(one_per="room"))
    with pytest.raises(UsageError, match=r"sources\.room: each\.when = asked > 1: "):
        read({}, "chats", sources=room(each=[{"when": "asked > 1"}]))


def test_a_lookup_explains_codes(read: Read) -> None:
    look = {"files": ["groups*"], "key": "grp", "match": "id", "take": {"group": "title"}}
    files = {
        "desk.csv": "no,opened,grp\n1,2026-10-08,7\n2,2026-10-08,9\n",
        "groups.csv": "id,title,x\n7,技术部,1\n7,技术部,2\n8,客服部,3\n",
    }
    sources = desk({"department": '"group"'}, lookups={"groups": look})
    intake = read(files, "tickets", sources=sources)
    assert tickets(intake, "ticket_id", "department") == [("1", "技术部"), ("2", None)]
    assert {s.path for s in intake.sources} == {"desk.csv", "groups.csv"}
    assert not intake.unread and intake.accounting["tickets"]["read"] == 2
    files["groups.csv"] += "7,别的部,4\n"
    with pytest.raises(InputError, match=r"desk\.lookups.groups: 7 is explained in several ways"):
        read(files, "tickets", sources=sources)
    with pytest.raises(InputError, match=r"desk\.lookups.groups: no file matches none"):
        look["files"] = ["none"]
        read(files, "tickets", sources=desk({"department": '"group"'}, lookups={"groups": look}))


def test_what_stands_around_a_nested_record_comes_with_it(read: Read) -> None:
    source = {
        "table": "ticket_events",
        "files": ["desk.json"],
        "records": "data.items[].history[]",
        "columns": {"ticket_id": '"items.id"', "event": "state", "at": '"at"'},
        "values": {"event": {"solved": ["done"]}},
    }
    done = '{"state": "done", "at": "2026-10-08 10:00:00"}'
    item = f'{{"id": "T1", "history": [{done}, {done.replace("2026", "?")}]}}'
    text = f'{{"data": {{"items": [{item}, {{"id": "T2", "history": []}}]}}}}'
    sources = {**desk(), "history": SourceSettings.model_validate(source)}
    intake = read(
        {"desk.json": text, "desk.csv": DESK},
        "tickets",
        sources={**sources, **desk(files=["desk.csv"])},
    )
    assert intake.records["ticket_events"].select("ticket_id", "at").collect().rows() == [
        ("T1", TEN)
    ]
    assert intake.accounting["ticket_events"]["quarantined"] == 1


def test_a_column_may_be_written_in_several_forms(read: Read) -> None:
    forms = ["%d-%m-%Y %H:%M:%S", "%Y-%d-%m %H:%M:%S"]
    text = "no,opened\n1,08-10-2026 10:00:00\n2,2026-08-10 10:00:00\n3,10/08/2026\n"
    intake = read({"desk.csv": text}, "tickets", sources=desk(formats={"opened_at": forms}))
    assert tickets(intake, "ticket_id", "opened_at") == [("1", TEN), ("2", TEN)]
    # Read differently by two forms, a cell is a guess
    forms = ["%d/%m/%Y", "%m/%d/%Y"]
    text = "no,opened\n1,08/10/2026\n2,13/10/2026\n3,08/08/2026\n"
    intake = read({"desk.csv": text}, "tickets", sources=desk(formats={"opened_at": forms}))
    assert [row[0] for row in tickets(intake, "ticket_id")] == ["2", "3"]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('table = "ticket"', ["kelou.toml:2", "is no table (did you mean tickets", "the tables"]),
        ('preset = "freshdsk"', ["kelou.toml:2", "(did you mean freshdesk?)", "presets: "]),
        ("columns.opend_at = 'a'", ["kelou.toml:4", "opend_at (did you mean opened_at or"]),
        ("constants.knd = 'fault'", ["kelou.toml:4", "knd (did you mean kind?)"]),
        ("columns.kind = 'nope('", ["kelou.toml:4", "the function nope can't be used"]),
        ("values.kind.fautl = ['a']", ["kelou.toml:4", "no value 'fautl'; there are inquiry"]),
        ("formats.opened_at = 'D/M/Y'", ["kelou.toml:4", "tells no day"]),
        ("formats.opend_at = '%Y'", ["kelou.toml:4", "(did you mean opened_at"]),
        ("time_zone = 'Berlin'", ["kelou.toml:4", "no time zone 'Berlin'"]),
        ("date_format = 'x'", ["kelou.toml:4", "unknown key", "allowed here: preset, table"]),
        ("each = [{ if = 'a' }]", ["kelou.toml:4", "unknown key", "when, columns, constants"]),
        ("lookups.g.file = 'x'", ["kelou.toml:4", "inputs.sources.desk.lookups.g.files"]),
        ("optional = 'x'", ["kelou.toml:4", 'should be a list, as ["x"]']),
    ],
)
def test_a_mistake_has_a_line_and_what_is_allowed(
    tmp_path: Path, lines: str, told: list[str]
) -> None:
    base = 'table = "tickets"\nfiles = ["desk*"]\n'
    own = lines.startswith(("table", "preset"))
    text = f"[inputs.sources.desk]\n{'' if own else base}{lines}\n"
    with pytest.raises(UsageError) as caught:
        read_folder(tmp_path, options_of(parse_settings(text, Path("kelou.toml"))))
    assert all(word in str(caught.value) for word in told), str(caught.value)


def test_words_for_nothing_of_one_source(read: Read) -> None:
    text = "no,opened,done\n1,2026-10-08,(tbd)\n"
    intake = read(
        {"desk.csv": text}, "tickets", sources=desk({"replied_at": "done"}, empty=["(TBD)"])
    )
    assert intake.issues.is_empty() and tickets(intake, "replied_at") == [(None,)]
