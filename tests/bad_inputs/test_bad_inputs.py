"""Broken input gives one clear line or quarantined rows: never a traceback, never unbounded
memory."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from checks.records.tables import NEEDED
from flows.ingest import IngestOptions, InputError, Intake, read_folder
from flows.ingest.formats import compressed

HERE = Path(__file__).parent
EXPECTED: dict[str, Any] = YAML(typ="safe").load(HERE / "expected.yaml")
HEAD = "call_id,direction,started_at\n"


def read(folder: Path) -> Intake:
    return read_folder(folder, IngestOptions(absent=frozenset(NEEDED) - {"calls"}))


def message(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(folder)
    text = str(caught.value)
    assert len(text) < 400 and "\n" not in text
    return text


def test_every_folder_has_an_expectation() -> None:
    assert set(EXPECTED) == {
        path.name for path in HERE.iterdir() if path.is_dir() and path.name != "__pycache__"
    }


@pytest.mark.parametrize("case", [case for case in EXPECTED if "error" in EXPECTED[case]])
def test_refused(case: str) -> None:
    assert EXPECTED[case]["error"] in message(HERE / case)


@pytest.mark.parametrize("content", [b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0 locked", b""])
def test_a_workbook_that_cannot_be_opened_is_named_where_tables_are_missing(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "导出.xlsx").write_bytes(content)
    (tmp_path / "~$导出.xlsx").write_bytes(b"x")
    with pytest.raises(InputError) as caught:
        read(tmp_path)
    told, named = str(caught.value).split("\n")
    assert "no table calls" in told and named.startswith("导出.xlsx is not read: damaged")
    assert "~$" not in named


@pytest.mark.parametrize("case", [case for case in EXPECTED if "error" not in EXPECTED[case]])
def test_quarantined(case: str) -> None:
    intake = read(HERE / case)
    assert (
        intake.records["calls"].select("call_id").collect().to_series().to_list()
        == EXPECTED[case]["accepted"]
    )
    reasons = {row["row"]: row["reason"] for row in intake.quarantine.iter_rows(named=True)}
    assert reasons.keys() == EXPECTED[case]["quarantined"].keys()
    assert all(
        reasons[row].startswith(reason) for row, reason in EXPECTED[case]["quarantined"].items()
    )


def test_one_endless_line(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("x" * (10 << 20))
    assert "calls.csv: no heading found" in message(tmp_path)


def test_an_endless_line_below_the_heading(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(HEAD + "K1,in,2026-10-03\n" + "x" * (10 << 20))
    assert "calls.csv: row 3: a line of more than 4 MB" in message(tmp_path)


def test_a_million_columns(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(HEAD.strip() + ",x" * 1_000_000 + "\nK1,in,2026-10-03\n")
    assert "columns, at most 2000 are read" in message(tmp_path)


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bombs at a hundredth of the size."""
    monkeypatch.setattr(compressed, "ALLOWED", 10 << 20)
    monkeypatch.setattr(compressed, "ALLOWED_IN_MEMORY", 10 << 20)


@pytest.mark.usefixtures("small_limit")
def test_a_gzip_bomb(tmp_path: Path) -> None:
    (tmp_path / "calls.csv.gz").write_bytes(gzip.compress(HEAD.encode() + bytes(40 << 20)))
    assert "calls.csv.gz: expands to more than 10 MB" in message(tmp_path)


@pytest.mark.usefixtures("small_limit")
def test_a_workbook_bomb(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(40 << 20))
    (tmp_path / "calls.xlsx").write_bytes(out.getvalue())
    assert "calls.xlsx: expands to more than 10 MB" in message(tmp_path)


def test_json_nested_beyond_reason(tmp_path: Path) -> None:
    line = '{"call_id": ' + "[" * 200_000 + "]" * 200_000 + "}\n"
    (tmp_path / "calls.jsonl").write_text(
        '{"call_id": "K1", "direction": "in", "started_at": "2026-10-03"}\n' + line
    )
    intake = read(tmp_path)
    assert intake.accounting["calls"]["accepted"] == 1
    assert intake.quarantine["reason"].to_list()[0].startswith("not JSON")


def test_a_missing_folder(tmp_path: Path) -> None:
    assert "no such folder" in message(tmp_path / "nowhere")


def test_a_file_of_a_table_declared_absent(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text(HEAD)
    with pytest.raises(Exception, match=r"calls is declared absent, but .* has it"):
        read_folder(tmp_path, IngestOptions(absent=frozenset(NEEDED)))
