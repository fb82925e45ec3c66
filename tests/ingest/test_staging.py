"""What was read waits in temporary files; they are there as long as anybody can still ask for the
records."""

from __future__ import annotations

import gc
import shutil
from pathlib import Path

import pytest

from flows.archive.run_folder import MANIFEST, write_json
from flows.audit.gathering import ingest, load_rules
from flows.audit.judgement import judge_records, write_obligations
from flows.audit.selection import Selection
from flows.cli import run
from flows.ingest.staging import SMALL
from flows.settings import Settings, redacted
from flows.settings.periods import period
from flows.system.subprocesses import run_in_subprocess


@pytest.fixture
def staged_on_disk(small_world: Path, tmp_path: Path) -> Path:
    """A data folder whose tables are all too large to be kept in memory."""
    folder = tmp_path / "data"
    shutil.copytree(small_world, folder)
    for path in folder.glob("*.csv"):
        heading, *rows = path.read_text(encoding="utf-8").splitlines()
        padded = [f"{heading},remark", *(f"{row},{'x' * (SMALL + 1)}" for row in rows)]
        path.write_text("\n".join(padded) + "\n", encoding="utf-8")
    return folder


def test_records_outlive_the_intake_that_they_came_with(staged_on_disk: Path) -> None:
    records = ingest(staged_on_disk, Settings()).records
    derived = records.with_tables({})
    del records
    gc.collect()
    assert {name: derived[name].collect().height for name in ("calls", "chats", "tickets")} == {
        "calls": 1,
        "chats": 2,
        "tickets": 1,
    }


def height(records: object) -> int:
    return records["chats"].collect().height  # type: ignore[index]


def test_records_go_to_another_process_and_their_files_stay_here(staged_on_disk: Path) -> None:
    records = ingest(staged_on_disk, Settings()).records
    assert run_in_subprocess(height, records) == 2
    assert records["chats"].collect().height == 2


def test_files_go_with_the_last_who_asks_for_the_records(staged_on_disk: Path) -> None:
    intake = ingest(staged_on_disk, Settings())
    folder = intake.staging.path(".x").parent
    records = intake.records
    del intake
    gc.collect()
    assert folder.is_dir()
    del records
    gc.collect()
    assert not folder.exists()


def test_a_case_of_a_large_folder_is_explained(
    staged_on_disk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings, october = Settings(), period("2026-10", None, None)
    intake, rules = ingest(staged_on_disk, settings), load_rules(settings).rulebooks
    write_obligations(tmp_path, judge_records(intake, rules, october, settings, Selection()))
    told = {"period": {"cutoff": str(october.cutoff)}, "configuration": redacted(settings)}
    write_json(tmp_path / MANIFEST, told)
    assert run(["explain", str(tmp_path), "T1", "--data", str(staged_on_disk)]) == 0
    assert "tickets.csv" in capsys.readouterr().out
