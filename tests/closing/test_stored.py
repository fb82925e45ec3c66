"""A lake in an object store: closings and what is said of them are there for every machine, all or
nothing. The store is a folder by its address, for which no lock holds."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from flows.archive.closings import closings
from flows.archive.integrity import read_json
from flows.archive.lock import Busy
from flows.archive.log import Log
from flows.archive.run_folder import FINDINGS_FILE
from flows.archive.stored import address_of, changing, copy_of, run_folder, said_by_store
from flows.cli import run as kelou
from flows.closing.approvals import entries, record_objection
from flows.closing.close import close_run
from flows.closing.findings.acts import assign
from flows.closing.findings.log import entries as acts
from flows.closing.verify.run import published_differences
from flows.ingest import options_of
from flows.ingest.lake import Lake, erasing, take_in
from flows.ingest.lake.alone import alone
from flows.ingest.lake.erasing import left_half_done
from flows.ingest.lake.purge import erase_customer
from flows.settings import Settings
from flows.system.errors import UsageError
from tests.closing.months import write_month
from tests.closing.test_close import of_month


class Killed(BaseException):
    """Where a command ends for good: nothing of it runs afterwards."""


class Machines:
    """Machines that each have their own copy of the one store."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, patch
        self.uri = f"file://{folder / 'store'}"

    def at(self, name: str) -> None:
        self.patch.setenv("XDG_CACHE_HOME", str(self.folder / name))


@pytest.fixture
def machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machines:
    machines = Machines(tmp_path, monkeypatch)
    machines.at("here")
    return machines


def test_what_is_closed_and_said_on_one_machine_stands_on_another(
    machines: Machines, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uri = machines.uri
    closed = close_run(uri, of_month(run, 9), Settings()).closed
    assert record_objection(closed.folder, "技术支持部", "李工", "停机", None)
    number = pl.read_parquet(closed.folder / FINDINGS_FILE)["finding_id"][0]
    machines.at("there")
    (found,) = closings(uri)
    assert found.sha256 == closed.sha256 and found.folder != closed.folder
    assert run_folder(f"{uri}/closings/2026-09/closing") == found.folder
    assert address_of(found.folder.parents[2]) == uri
    manifest = read_json(found.folder / "manifest.json")
    assert list(published_differences(found.folder, manifest, None, None)) == []
    assert not record_objection(found.folder, "技术支持部", "李工", "停机", None), "said before"
    assert assign(uri, number, "李工", "张主管")
    closing = f"{uri}/closings/2026-09/closing"
    asked = ["object", closing, "--department", "质检部", "--by", "王工", "--note", "停机"]
    assert kelou(asked) == 0 and "recorded" in capsys.readouterr().out
    machines.at("here")
    assert [entry["to"] for entry in acts(uri)] == ["李工"]
    assert [entry["by"] for entry in entries(copy_of(uri) / "closings/2026-09/closing")] == [
        "李工",
        "王工",
    ]
    assert pl.scan_delta(f"{uri}/mart/findings").collect().height > 0
    with pytest.raises(UsageError, match="no closing of a lake"):
        run_folder("s3://bucket/lake")


def test_what_a_store_answers_is_told() -> None:
    answer = "<Error><Code>NoSuchBucket</Code><Message>no such bucket</Message></Error>"
    assert said_by_store(OSError(f"Generic S3 error\n 404 {answer}")) == "no such bucket"
    assert said_by_store(OSError("Generic S3 error\n more")) == "Generic S3 error"


def test_of_two_machines_at_once_the_second_is_refused(machines: Machines) -> None:
    with pytest.raises(Busy), changing(machines.uri, 0):
        (copy_of(machines.uri) / "mine.txt").write_text("1")
        machines.at("there")
        with changing(machines.uri, 0):
            (copy_of(machines.uri) / "yours.txt").write_text("2")
        machines.at("here")
    assert sorted(p.name for p in copy_of(machines.uri).glob("*.txt")) == ["yours.txt"]


def test_a_copy_that_a_killed_command_changed_is_put_right(machines: Machines) -> None:
    uri = machines.uri
    with changing(uri, 0):
        (copy_of(uri) / "log").mkdir(parents=True)
        (copy_of(uri) / "log" / "checkpoint").write_text("1")
    with pytest.raises(Killed), changing(uri, 0):
        (copy_of(uri) / "log" / "checkpoint").write_text("2")
        (copy_of(uri) / "closings").mkdir()
        (copy_of(uri) / "closings" / "half").write_text("x")
        raise Killed
    assert (copy_of(uri) / "log" / "checkpoint").read_text() == "1"
    assert not (copy_of(uri) / "closings").exists()


def test_a_purge_that_was_killed_is_ended_on_another_machine(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    october = write_month(machines.folder / "october", datetime(2026, 10, 1))
    lake = Lake(machines.uri)
    take_in(october, lake, options_of(Settings()), lambda _: None)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(erasing, "_forget", killed)
        erase_customer(lake, "C2", "客户来函要求")
    machines.at("there")
    with alone(lake) as finished:
        assert finished and finished.reason == "客户来函要求"
    assert not left_half_done(lake) and len(Log(lake.place).entries("erasure")) == 1
    files = (path for path in (machines.folder / "store").rglob("*") if path.is_file())
    assert not [path for path in files if "王小明".encode() in path.read_bytes()]
