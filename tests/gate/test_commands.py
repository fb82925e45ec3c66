"""The gate on the console: brief where a run goes on, whole before any run, and what stops one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from checks.records.tables import TABLES
from flows.cli import run
from tests.conftest import SMALL_WORLD

CHECK = ["sources", "check", "--data", "data", "--month", "2026-10"]
"""Goes through the same gate, and judges nothing where it is open."""
AUDIT = ["audit", "--data", "data", "--month", "2026-10", "--no-pdf", "--out", "run"]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small world, and a place to work in."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in SMALL_WORLD.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def complete(folder: Path) -> None:
    """Give the tickets every column, and the call log its disposition."""
    head, row = SMALL_WORLD["tickets"].splitlines()
    cells = dict(zip(head.split(","), row.split(","), strict=True))
    names = [column.name for column in TABLES["tickets"].columns]
    text = f"{','.join(names)}\n{','.join(cells.get(name, '') for name in names)}\n"
    (folder / "tickets.csv").write_text(text, encoding="utf-8")
    head, row = SMALL_WORLD["calls"].splitlines()
    (folder / "calls.csv").write_text(f"{head},disposition\n{row},answered\n", encoding="utf-8")


def test_when_all_is_well_one_line_is_enough(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    complete(data)
    assert run(AUDIT) == 0
    shown = capsys.readouterr().out.splitlines()
    first = shown.index(
        "records: 4 tables, 4 files, 5 rows; 49 of 49 rules can be judged from them"
    )
    assert shown[first + 1].startswith("timeliness rate")
    metrics = json.loads(Path("run/metrics.json").read_text("utf-8"))
    assert metrics["gate"]["found"] == []


def test_an_audit_tells_in_a_line_what_is_not_in(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "calls.docx").write_text("x")
    with (data / "calls.csv").open("a") as log:
        log.write("K2,inbound,2025-01-01 09:00:00,,,,\nK3,转接,2026-10-15 09:00:00,,,,\n")
    assert run(AUDIT) == 0
    shown = capsys.readouterr().out
    assert "of 49 rules can be judged from them\n  not read: calls.docx: " in shown
    assert "  1 row set aside (quarantine.csv): calls 1 of 3\n" in shown
    assert "  1 row more than 31 days outside the period: calls 50.0%\n" in shown
    assert "  1 unknown value in 1 cell: calls.direction '转接' (1)\n" in shown
    assert "  these records cannot show " in shown
    gate = json.loads(Path("run/metrics.json").read_text("utf-8"))["gate"]
    assert gate["found"] == [
        "unread",
        "quarantined",
        "outside_period",
        "not_recorded",
        "unknown_codes",
    ]
    assert {
        "rule_id": "TC-6.6-archive",
        "clause": "TC 第六条(六)",
        "why": "end",
        "columns": ["tickets.archived_at"],
        "partly": False,
    } in gate["gaps"]


@pytest.mark.parametrize(
    ("gate", "stops"),
    [
        ('stop = ["unread"]', True),
        ('stop = ["quarantined"]', True),
        ('stop = ["quarantined"]\ntolerated = { quarantined = 0.5 }', False),
        ('stop = ["coarse_times", "control_totals", "superseded"]', False),
        ("stop = []", False),
    ],
)
def test_the_configuration_says_what_stops_a_run(
    data: Path, gate: str, stops: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    complete(data)
    (data / "calls.docx").write_text("x")
    with (data / "calls.csv").open("a") as log:
        log.write("K3,转接,2026-10-15 09:00:00,,,,,\n")
    Path("kelou.toml").write_text(f"[gate]\n{gate}\n")
    assert run(AUDIT if stops else CHECK) == (3 if stops else 0)
    assert not Path("run").exists()
    told = capsys.readouterr().err
    assert told.startswith("kelou: stopped at the gate, nothing was judged: 1 ") is stops
    assert told.count("\n") <= 2


def test_a_stop_names_its_kind_and_the_way_out(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("kelou.toml").write_text('[gate]\nstop = ["not_recorded"]\n')
    assert run(AUDIT) == 3
    told = capsys.readouterr().err
    assert "these records cannot show" in told and "[not_recorded]" in told
    assert "kelou sources check" in told and "gate.stop" in told


def test_sources_check_tells_the_whole_before_any_audit(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (data / "calls.csv").open("a") as log:
        log.write("K2,inbound,2025-01-01 09:00:00,,,,\nK2,inbound,2025-01-01 09:00:00,,,6,\n")
    assert run(["sources", "check", "--data", "data", "--month", "2026-10"]) == 0
    shown = capsys.readouterr().out
    assert (
        "feeds 5 rules (TC-6.1-phone, RC-8.2-phone, RC-8.2-callback, CD-3.1-phone, CD-3.1-callback)"
        in shown
    )
    assert (
        "calls: 1 before and 0 after, of 2 by started_at; farthest calls.csv:4 2025-01-01 09:00:00"
        in shown
    )
    assert "calls K2: calls.csv:3 by calls.csv:4: rings '' → '6'" in shown
    assert "TC 第六条(六) TC-6.6-archive: not recorded tickets.archived_at" in shown


def test_sources_check_tells_that_an_audit_would_stop(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("kelou.toml").write_text('[gate]\nstop = ["not_recorded"]\n')
    assert run(["sources", "check", "--data", "data"]) == 3
    assert "an audit would stop here: these records cannot show" in capsys.readouterr().out


def test_an_unknown_kind_is_refused_with_those_there_are(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("kelou.toml").write_text('[gate]\nstop = ["unred"]\n')
    assert run(AUDIT) == 2
    told = capsys.readouterr().err
    assert "kelou.toml:2" in told and "gate.stop" in told and "'unread'" in told
