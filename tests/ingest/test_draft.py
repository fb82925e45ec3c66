"""`kelou sources draft`: a mapping that `sources check` passes on, or the things to decide."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from flows.cli import run

DESK = """导出时间：2026-11-01,,,,,
工单号,类型,创建时间,首次响应时间,紧急程度,处理组
A1,故障,03/10/2026 09:05,03/10/2026 09:15,紧急,技术组
A2,故障,13/10/2026 10:05,13/10/2026 10:15,一般,技术组
"""
ABSENT = '[inputs]\nabsent = ["calls", "chats", "customers"]\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def drafted(capsys: pytest.CaptureFixture[str], *paths: str) -> str:
    assert run(["sources", "draft", *paths]) == 0
    return capsys.readouterr().out


def test_check_passes_on_what_was_drafted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "desk.csv").write_text(DESK, encoding="utf-8")
    text = drafted(capsys, "in")
    assert "# decide" not in text and "# left over: 处理组" in text
    assert tomllib.loads(text)["inputs"]["sources"]["desk"]["formats"] == {
        "opened_at": "%d/%m/%Y %H:%M",
        "responded_at": "%d/%m/%Y %H:%M",
    }
    Path("kelou.toml").write_text(ABSENT + text, encoding="utf-8")
    assert run(["sources", "check", "--data", "in"]) == 0
    assert "tickets: 2 rows read = 2 accepted" in capsys.readouterr().out


def test_day_and_month_that_could_be_either_are_to_be_decided(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "desk.csv").write_text(DESK.replace("13/10", "04/10"), encoding="utf-8")
    text = drafted(capsys, "in/desk.csv")
    either = "%d/%m/%Y %H:%M or %m/%d/%Y %H:%M; every cell can be either"
    assert f"# decide: opened_at, responded_at: {either}" in text


def test_unknown_codes_and_rounded_identifiers_are_to_be_decided(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "call_id,direction,started_at,number\n"
    text += "1.39E+10,IN,2026-10-03 09:05:00,1\n2,OUT,2026-10-03 09:06:00,2\n"
    text += "3,转接,2026-10-03 09:06:00,2\n4,IN,2026-10-03 09:06:00,2\n"
    (here / "x.csv").write_text(text, encoding="utf-8")
    shown = drafted(capsys, "in")
    assert "# decide: call_id: 1 cells are rounded numbers; export it as text" in shown
    assert "# decide: direction: what is 转接 (1)? one of inbound, outbound" in shown


def test_a_vendors_export_is_known_by_its_columns(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = "number,opened_at,short_description,description,assigned_to,assignment_group,"
    head += "incident_state,priority,resolved_at,closed_at,caller_id,contact_type"
    (here / "export.csv").write_text(f"{head}\nINC1,2026-10-03 09:05:00{',' * 10}\n", "utf-8")
    found = tomllib.loads(drafted(capsys, "in"))["inputs"]["sources"]["export"]
    assert found == {"preset": "servicenow-incidents", "files": ["export.csv"]}


def test_what_is_read_anyway_needs_no_source_and_what_is_no_table_is_said(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "calls.csv").write_text(
        "call_id,direction,started_at\nK1,inbound,2026-10-03 09:05:00\n"
    )
    (here / "menu.csv").write_text("dish,price\nsoup,3\n")
    (here / "broken.xlsx").write_bytes(b"PK\x03\x04nothing")
    text = drafted(capsys, "in")
    assert "# calls.csv: 1 rows; 3 of 3 headings are known" in text
    assert "# read as it is: nothing to configure" in text
    assert "# decide: is it a table of records at all? its headings: dish, price" in text
    assert "# broken.xlsx: 0 rows; broken.xlsx" in text
    assert tomllib.loads(text) == {}


def test_the_schema_explains_every_key_of_a_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "schema"]) == 0
    known = json.loads(capsys.readouterr().out)["$defs"]
    keys = {
        (name, key): told
        for name in ("SourceSettings", "Each", "Lookup", "LeaveOut", "TableAliases")
        for key, told in known[name]["properties"].items()
    }
    assert {"files", "formats", "values", "each"} <= {key for _, key in keys}
    assert [key for key, told in keys.items() if not told.get("description")] == []


# Exports of systems that no preset knows, made up as their vendors write them
UNKNOWN = Path(__file__).parent / "samples" / "unknown"


@pytest.mark.parametrize(
    ("name", "table", "accepted"),
    [
        ("desk.csv", "tickets", 2),
        ("telephone.csv", "calls", 3),
        ("live.json", "chats", 3),
        ("cases.csv", "tickets", 2),
        ("cloud-calls.csv", "calls", 2),
    ],
)
def test_check_passes_on_an_export_that_nobody_has_seen(
    here: Path, capsys: pytest.CaptureFixture[str], name: str, table: str, accepted: int
) -> None:
    shutil.copy(UNKNOWN / name, here / name)
    shown = drafted(capsys, "in")
    assert shown.count("# decide:") <= 3
    absent = [t for t in ("calls", "chats", "customers", "tickets") if t != table]
    Path("kelou.toml").write_text(f"[inputs]\nabsent = {json.dumps(absent)}\n{shown}", "utf-8")
    assert run(["sources", "check", "--data", "in"]) == 0
    told = capsys.readouterr().out
    assert f"= {accepted} accepted" in told and table in told, told


def test_what_codes_and_days_mean_is_proposed(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = drafted(capsys, str(UNKNOWN))
    sources = tomllib.loads(shown)["inputs"]["sources"]
    # 10/04 could be either day, but the file's other columns tell
    assert {*sources["desk"]["formats"].values()} == {"%m/%d/%Y %H:%M"}
    assert sources["desk"]["values"]["kind"] == {"fault": ["Problem"], "inquiry": ["Question"]}
    assert "# left over: Resolution Time (durations)" in shown
    assert "# decide: channel: what is Forum (1)? one of phone, online" in shown
    number = 'CASE WHEN Type IN (\'OUT\') THEN "To" ELSE "From" END'
    assert sources["telephone"]["columns"]["number"] == number
    assert sources["telephone"]["values"] == {"disposition": {"missed": ["ABANDONED"]}}


def test_a_sheet_of_unknown_headings_is_told_by_its_values(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = "甲,乙,丙,丁,戊\nA1,进线,14.10.2026 09:00:00,0:12,13800000001\n"
    log += "A2,呼出,15.10.2026 09:00:00,0:05,13800000002\n"
    log += "A3,呼出,16.10.2026 9:00:00,0:05,13800000002\n"
    (here / "x.csv").write_text(log + "A4,呼出,17.10.2026 9:00:00,0:05,13800000003\n", "utf-8")
    shown = drafted(capsys, "in")
    assert "it has times and phone numbers" in shown and "# left over: 丁 (durations), 戊" in shown
    found = tomllib.loads(shown)["inputs"]["sources"]["x"]
    assert found["table"] == "calls" and found["formats"] == {"started_at": "%d.%m.%Y %H:%M:%S"}
    assert found["columns"] == {
        "call_id": {"from": "甲"},
        "direction": {"from": "乙"},
        "started_at": {"from": "丙"},
    }
    assert "# decide: direction: what is 进线 (1)? one of inbound, outbound" in shown


def test_a_sheet_that_explains_codes_is_looked_up(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Ticket Id,Created Time,Group,Type\n"
    text += "".join(f"{n},2026-10-1{n} 09:00:00,{n % 2 + 7},Question\n" for n in range(1, 7))
    (here / "export.csv").write_text(text, "utf-8")
    (here / "groups.csv").write_text("id,title\n7,技术部\n8,客服部\n9,销售部\n", "utf-8")
    shown = drafted(capsys, "in")
    assert "# groups.csv: 3 rows; it explains department of export.csv" in shown
    Path("kelou.toml").write_text(f"{ABSENT}{shown}", "utf-8")
    assert run(["sources", "check", "--data", "in"]) == 0
    assert "department_name AS department" in capsys.readouterr().out


def test_a_vendors_file_without_headings_is_known_by_its_columns(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("cdr-3cx.log", "freeswitch.csv"):
        shutil.copy(UNKNOWN.parent / name, here / name)
    sources = tomllib.loads(drafted(capsys, "in"))["inputs"]["sources"]
    assert sources["cdr-3cx"] == {"preset": "3cx-cdr", "files": ["cdr-3cx.log"]}
    assert sources["freeswitch"] == {"preset": "freeswitch-cdr", "files": ["freeswitch.csv"]}


def test_a_day_in_one_column_and_a_time_of_day_in_another_are_joined(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = "line+no,call_id,date,entry,queued,type,outcome\n"
    rows = [
        f"A{n},{n},2610{n % 28 + 1:02},{n % 24}:05:00,{'0:00:00' if n % 4 else '9:30:00'},PS,AGENT"
        for n in range(1, 60)
    ]
    (here / "log.txt").write_text("\n".join([log.strip(), *rows]), encoding="utf-8")
    shown = drafted(capsys, "in")
    found = tomllib.loads(shown)["inputs"]["sources"]["log"]
    assert found["constants"] == {"direction": "inbound"}
    assert found["formats"] == {"started_at": "%y%m%d %H:%M:%S"}
    assert found["columns"]["started_at"] == {"join": ["date", "entry"], "by": " "}
    assert "# decide: direction: no column tells; every row of calls is taken for inbound" in shown
    assert "# decide: started_at: which column is it; others: queued" in shown
    assert shown.count("# decide") <= 3
    answers = 'values = { disposition = { answered = ["AGENT"] } }\n'
    absent = '[inputs]\nabsent = ["tickets", "chats", "customers"]\n'
    text = absent + shown.replace("formats =", answers + "formats =")
    Path("kelou.toml").write_text(text, encoding="utf-8")
    assert run(["sources", "check", "--data", "in"]) == 0
    assert "calls: 59 rows read = 59 accepted" in capsys.readouterr().out


def test_a_vendors_export_brings_its_own_forms_and_signs_for_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = "number,opened_at,sys_created_at,resolved_at,closed_at,priority,contact_type,caller_id,"
    log += "assigned_to,assignment_group,description,state\n"
    log += "1,29/2/2016 01:16,?,29/2/2016 11:29,5/3/2016 12:00,3,Phone,7,?,?,?,Closed\n"
    log += "2,1/3/2016 01:16,1/3/2016 01:20,?,6/3/2016 12:00,3,Phone,7,?,?,?,Closed\n"
    (here / "log.csv").write_text(log, encoding="utf-8")
    shown = drafted(capsys, "in")
    found = tomllib.loads(shown)["inputs"]["sources"]["log"]
    assert (found["preset"], found["empty"]) == ("servicenow-incidents", ["?"])
    assert {*found["formats"].values()} == {"%d/%m/%Y %H:%M"} and "# decide" not in shown
    Path("kelou.toml").write_text(ABSENT + shown, encoding="utf-8")
    assert run(["sources", "check", "--data", "in"]) == 0
    assert "tickets: 2 rows read = 2 accepted" in capsys.readouterr().out


def test_kinds_that_nobody_knows_are_taken_for_inquiries_and_said(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"{n},type {n},2026-10-{n % 28 + 1:02} 09:00:00,2026-10-30" for n in range(1, 40)]
    heading = "case_enquiry_id,type,open_dt,target_dt"
    (here / "city.csv").write_text("\n".join([heading, *rows]), encoding="utf-8")
    shown = drafted(capsys, "in")
    found = tomllib.loads(shown)["inputs"]["sources"]["city"]
    assert found["values"] == {"kind": {"inquiry": ["*"]}}
    assert found["columns"]["promised_at"] == "target_dt"
    assert "# decide: kind: what is type 1 (1)" in shown.replace("type 10", "type 1")
    Path("kelou.toml").write_text(ABSENT + shown, encoding="utf-8")
    assert run(["sources", "check", "--data", "in"]) == 0
    assert "tickets: 39 rows read = 39 accepted" in capsys.readouterr().out


def test_durations_tell_when_a_call_was_answered_and_ended(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = "Call ID,Caller,Call Type,Start Time,Queue Time,Duration,Call Result\n"
    log += "1,13800000001,Inbound,13/10/2026 09:00:00,12,0:01:40,Answered\n"
    log += "2,13800000002,Inbound,13/10/2026 09:10:00,30,0:00:30,Abandoned\n"
    (here / "export.csv").write_text(log, encoding="utf-8")
    shown = drafted(capsys, "in")
    columns = tomllib.loads(shown)["inputs"]["sources"]["export"]["columns"]
    start = {"from": "Start Time"}
    only = {"Call Result": ["Answered"]}
    assert columns["answered_at"] == {**start, "plus": "Queue Time", "only": only}
    assert columns["ended_at"] == {**start, "plus": "Duration"}
    assert columns["number"] == "Caller"
    assert shown.count("# decide") == 1 and "in seconds?" in shown
    absent = '[inputs]\nabsent = ["tickets", "chats", "customers"]\n'
    Path("kelou.toml").write_text(absent + shown, encoding="utf-8")
    assert run(["sources", "check", "--data", "in"]) == 0
    assert "calls: 2 rows read = 2 accepted" in capsys.readouterr().out
