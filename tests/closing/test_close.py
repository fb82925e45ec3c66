"""A closing is published whole or not at all, is never overwritten, and is a link of a sealed
chain."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.archive.closings import closings
from flows.archive.integrity import run_differences
from flows.archive.log import Log
from flows.archive.logged import log_differences
from flows.archive.run_folder import file_hashes, sha256, write_json, write_parquet
from flows.cli import run as kelou
from flows.closing import close as closing
from flows.closing.close import close_run
from flows.closing.verify.chain import chain_differences
from flows.settings import Settings
from flows.system.errors import DifferenceFound, UsageError

KILLS = int(os.environ.get("KELOU_TEST_KILLS", "2"))
"""More of them outside the timed suite."""
processes = multiprocessing.get_context("forkserver")


@pytest.fixture
def lake(tmp_path: Path) -> str:
    return str(tmp_path / "lake")


def altered(run: Path, change: Callable[[dict[str, Any]], None], verdict: str = "met") -> Path:
    """The run as another month or with other verdicts: a sound run folder, without judging anything
    again."""
    inputs = json.loads((run / "inputs.json").read_text("utf-8"))
    change(inputs)
    write_json(run / "inputs.json", inputs)
    obligations = pl.read_parquet(run / "obligations.parquet")
    write_parquet(run / "obligations.parquet", obligations.with_columns(verdict=pl.lit(verdict)))
    write_json(run / "manifest.json", {**inputs, "outputs": file_hashes(run)})
    return run


def of_month(run: Path, month: int) -> Path:
    span = {"start": f"2026-{month:02}-01 00:00:00", "end": f"2026-{month + 1:02}-01 00:00:00"}
    return altered(run, lambda inputs: inputs["period"].update(span))


def test_a_later_difference_becomes_a_restatement_and_the_closing_stays(
    run: Path, published: Path, lake: str
) -> None:
    first = close_run(lake, published, Settings())
    again = close_run(lake, published, Settings())
    assert (first.published, again.published) == (True, False)
    before = file_hashes(first.closed.folder), sha256(first.closed.folder / "manifest.json")
    altered(run, lambda inputs: inputs["program"].update(version="9.9"), verdict="late")
    restated = close_run(lake, run, Settings())
    assert restated.closed.name == "2026-10/restatement-1"
    assert (
        file_hashes(first.closed.folder),
        sha256(first.closed.folder / "manifest.json"),
    ) == before
    changes = restated.closed.manifest["closing"]["changes"]
    assert changes["by_cause"] == [{"key": "program", "n": changes["changed"]}]
    assert [closed.name for closed in closings(lake)] == [
        "2026-10/closing",
        "2026-10/restatement-1",
    ]
    assert not list(chain_differences(lake))
    assert not [d for closed in closings(lake) for d in run_differences(closed.folder)]
    told = restated.closed.metrics().edition
    assert told and told.restatement == 1 and told.replaces
    assert told.replaces.findings == first.closed.metrics().findings.total
    pages = [(closed.folder / "report.html").read_text("utf-8") for closed in closings(lake)]
    assert "第1次更正，代替2026年11月1日版" in pages[1] and "次更正" not in pages[0]
    numbers = [re.search(r"KL-2026-10-ZJ-(G1-)?CG-[0-9A-F]{8}", page) for page in pages]
    assert [bool(number and number[1]) for number in numbers] == [False, True]


def test_a_month_that_is_not_over_is_refused_unless_somebody_insists(run: Path, lake: str) -> None:
    november, before_its_end = of_month(run, 11), datetime(2026, 11, 30, 23, 59)
    with pytest.raises(UsageError, match=r"2026-11 is not over: it ends at 2026-12-01 00:00"):
        close_run(lake, november, Settings(), now=before_its_end)
    assert not closings(lake)
    closed = close_run(lake, november, Settings(), force=True, now=before_its_end).closed
    told = closed.metrics().edition
    assert told and told.closed_early_at == "2026-11-30 23:59:00" and not told.restatement
    assert "本期尚未结束即结账" in (closed.folder / "report.html").read_text("utf-8")


def test_the_chain_shows_a_closing_that_was_changed_or_is_gone(
    run: Path, lake: str, tmp_path: Path
) -> None:
    for month in (8, 9, 10):
        close_run(lake, of_month(run, month), Settings())
    first, second, _ = closings(lake)
    manifest = json.loads((first.folder / "manifest.json").read_text("utf-8"))
    manifest["closing"]["closed_at"] = "2026-09-02T00:00:00+00:00"
    kept = (first.folder / "manifest.json").read_bytes()
    write_json(first.folder / "manifest.json", manifest)
    assert [d.path for d in chain_differences(lake)] == [
        "closings/2026-08/closing/manifest.json",
        "closings/2026-09/closing",
    ]
    (first.folder / "manifest.json").write_bytes(kept)
    shutil.move(second.folder, tmp_path / "hidden")
    assert "closings/2026-10/closing" in {d.path for d in chain_differences(lake)}


class Killed(BaseException):
    """Where a command ends for good: nothing of it runs afterwards."""


@pytest.mark.parametrize("step", ["sign_manifest", "append", "replace"])
@pytest.mark.parametrize("before", [True, False])
def test_a_close_killed_at_any_step_is_whole_or_not_at_all(
    published: Path, lake: str, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    where = {"sign_manifest": closing, "append": Log, "replace": os}[step]
    real = getattr(where, step)

    def killed(*args: object) -> object:
        mine = step != "replace" or str(args[1]).endswith("2026-10/closing")
        if not mine or not before:
            real(*args)
        if mine:
            raise Killed
        return None

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(where, step, killed)
        close_run(lake, published, Settings())
    logged = step == "replace" or (step == "append" and not before)
    assert close_run(lake, published, Settings()).published == (not logged)
    assert [closed.name for closed in closings(lake)] == ["2026-10/closing"]
    assert {p.name for p in (Path(lake) / "closings" / "2026-10").iterdir()} == {"closing"}
    (closed,) = closings(lake)
    assert not [*run_differences(closed.folder), *log_differences(closed.folder)]


def test_killing_close_at_any_moment_leaves_the_old_state_or_the_new(
    published: Path, tmp_path: Path
) -> None:
    rng = random.Random(8)
    for number in range(KILLS):
        lake = str(tmp_path / f"lake-{number}")
        process = processes.Process(target=close_run, args=(lake, published, Settings()))
        process.start()
        process.join(rng.uniform(0, 0.5))
        process.kill()
        process.join()
        found = closings(lake)
        assert not [d for closed in found for d in run_differences(closed.folder)]
        close_run(lake, published, Settings())
        assert [closed.name for closed in closings(lake)] == ["2026-10/closing"]
        assert not list(log_differences(closings(lake)[0].folder))


@pytest.mark.parametrize("content", [None, "not JSON", "[]"], ids=["none", "text", "list"])
def test_a_folder_that_is_no_run_is_not_closed(
    content: str | None, tmp_path: Path, lake: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    if content is not None:
        (folder / "manifest.json").write_text(content, "utf-8")
    status, told = kelou(["close", str(folder), "--lake", lake]), capsys.readouterr().err
    assert (status, f"{folder} is not the folder of a run" in told) == (2, True), told
    assert not closings(lake)


def test_what_can_not_be_closed(run: Path, lake: str, capsys: pytest.CaptureFixture[str]) -> None:
    (run / "findings.csv").write_text("nothing", "utf-8")
    with pytest.raises(DifferenceFound, match=r"findings\.csv: changed"):
        close_run(lake, run, Settings())
    altered(run, lambda inputs: inputs["period"].update(end="2026-10-12 00:00:00"))
    assert kelou(["close", str(run), "--lake", lake]) == 2
    assert "is not a whole month" in capsys.readouterr().err
    assert kelou(["close", "--lake", lake]) == 2
    assert not closings(lake)
