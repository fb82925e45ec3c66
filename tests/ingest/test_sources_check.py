"""`kelou sources`: everything a person needs to know about a folder before the audit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.cli import run
from tests.ingest.workbooks import workbook

CUSTOMERS = "客户编号,客户等级,备注\nC1,核心客户,x\n"
CALLS = "call_id,direction,started_at,answered_at\nK1,in,2026-10-14 09:00,soon\nK2,in,,\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kelou.toml").write_text('[inputs]\nabsent = ["chats"]\n')
    data = tmp_path / "data"
    data.mkdir()
    (data / "customers.csv").write_text(CUSTOMERS, encoding="gb18030")
    (data / "calls.csv").write_text(CALLS)
    (data / "tickets.csv").write_text("ticket_id,kind,opened_at\nT1,咨询,2026-10-14\n")
    return data


def test_a_folder_in_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "readme.docx").write_text("x")
    assert run(["sources", "check", "--data", "data"]) == 0
    shown = capsys.readouterr().out
    assert (
        "customers: 1 rows read = 1 accepted + 0 duplicates + 0 superseded + 0 quarantined" in shown
    )
    assert "客户编号 -> customer_id, 客户等级 -> tier" in shown
    assert "ignored, without a meaning: 备注" in shown
    assert "calls.csv, row 3, started_at: required, but empty" in shown
    assert "calls.csv, row 2, answered_at 'soon': not a time; write it like" in shown
    assert "  calls.csv, 2 rows: call_id" in shown and "  tickets.csv, 1 row: " in shown
    assert "not read: readme.docx: .docx files are not read" in shown


def test_everything_wrong_is_shown_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "calls.csv").write_text("call_id,direction\nK1,in\n")
    (folder / "customers.csv").write_bytes(b"")
    (folder / "tickets.csv").unlink()
    assert run(["sources", "check", "--data", "data"]) == 3
    shown = capsys.readouterr().out
    assert "MISSING: started_at" in shown
    assert "ERROR customers.csv: an empty file" in shown
    assert "tickets: MISSING" in shown


def test_sheets_and_files_that_are_not_read_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "calls.csv").unlink()
    call = ["K1", "in", "2026-10-14"]
    sheets = [
        (name, [["call_id", "direction", "started_at"], [f"K{name}", *call[1:]]])
        for name in ("1", "2")
    ]
    (folder / "calls.xlsx").write_bytes(workbook(*sheets, ("汇总", [["总数"], [2]])))
    (folder / "calls_notes.txt").write_text("none")
    assert run(["sources", "check", "--data", "data"]) == 0
    shown = capsys.readouterr().out
    assert "calls: 2 rows read" in shown and "  calls.xlsx[2], 1 row: " in shown
    assert "not read: calls.xlsx[汇总]: no heading of calls in the first 2 rows" in shown
    assert "not read: calls_notes.txt: no heading of calls" in shown


def test_an_audit_names_what_it_did_not_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(12):
        (folder / f"note {number}.docx").write_text("x")
    (folder / "calls_summary.csv").write_text("day,number\n1,2\n")
    command = ["audit", "--data", "data", "--month", "2026-10", "--no-pdf", "--out", "run"]
    assert run(command) == 0
    said = [line.strip() for line in capsys.readouterr().out.splitlines()]
    lines = [line for line in said if line.startswith("not read: ")]
    assert lines[0] == "not read: calls_summary.csv: no column call_id, direction, started_at"
    assert lines[1:] == [
        f"not read: note {number}.docx: .docx files are not read" for number in range(12)
    ]
    unread = json.loads(Path("run/metrics.json").read_text("utf-8"))["quality"]["unread"]
    assert unread == ["calls_summary.csv", *(f"note {number}.docx" for number in range(12))]
    told = json.loads(Path("run/inputs.json").read_text("utf-8"))["unread"]
    assert told[1] == {"name": "note 0.docx", "reason": "format", "detail": "", "table": ""}


def test_a_mapping_that_does_not_fit_is_an_error(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = (
        '[inputs.sources.desk]\ntable = "tickets"\nfiles = ["desk.csv"]\ncolumns = { '
        'ticket_id = "nr" }\n'
    )
    Path("kelou.toml").write_text('[inputs]\nabsent = ["chats"]\n' + source)
    (folder / "desk.csv").write_text("no,x\n1,2\n")
    assert run(["sources", "check", "--data", "data"]) == 3
    assert "ERROR desk.csv: none of the columns nr" in capsys.readouterr().out
    (folder / "desk.csv").unlink()
    assert run(["sources", "check", "--data", "data"]) == 0


def test_a_source_that_matches_nothing_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        '[inputs]\nabsent = ["chats"]\n[inputs.sources.pbx]\npreset = "asterisk-cdr"\nfiles = '
        '["cdr/*.csv"]\n'
    )
    Path("kelou.toml").write_text(text)
    assert run(["sources", "check", "--data", "data"]) == 0
    assert "source pbx: no file matches its patterns" in capsys.readouterr().out


def test_presets_are_listed_with_their_descriptions(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sources", "presets"]) == 0
    shown = capsys.readouterr().out
    assert (
        "wecom-archive" in shown
        and "https://developer.work.weixin.qq.com/document/path/91774" in shown
    )
