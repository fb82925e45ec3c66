"""`kelou sources draft`: a mapping that `sources check` passes on, or the things to decide."""

from __future__ import annotations

import json
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
    assert "# decide: opened_at: %d/%m/%Y %H:%M or %m/%d/%Y %H:%M; every cell can be either" in text


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


def test_the_schema_knows_every_key_of_a_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "schema"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"files", "formats", "values"} <= set(found["$defs"]["SourceSettings"]["properties"])
