"""A run that is killed leaves nothing that the next one can trip over, at whatever point it was
killed."""

from __future__ import annotations

import multiprocessing
import os
import random
import subprocess
import sys
import time
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from flows.archive.lock import Busy, publishing
from flows.archive.run_folder import MANIFEST, staged
from flows.cli import run
from flows.ingest.lake import Lake
from flows.ingest.lake.alone import alone
from tests.long import takes_long

KILLS = int(os.environ.get("KELOU_TEST_KILLS", "1"))
"""More of them outside the timed suite."""
processes = multiprocessing.get_context("forkserver")


def audit(data: Path, out: Path) -> ForkServerProcess:
    process = processes.Process(target=_audit, args=(data, out))
    process.start()
    return process


def _audit(data: Path, out: Path) -> None:
    """In a process of its own, as the command line does it, without a server."""
    os.environ.pop("PREFECT_API_URL", None)
    os.chdir(out.parent)
    with open(os.devnull, "w") as sys.stdout:
        asked = ["--data", str(data), "--month", "2026-10", "--out", str(out)]
        sys.exit(run(["audit", *asked, *([] if KILLS > 1 else ["--no-pdf"])]))


def contents(out: Path) -> dict[str, bytes]:
    return {
        p.name: p.read_bytes()
        for p in out.iterdir()
        if p.is_file() and p.name not in (MANIFEST, "local.json")
    }


def finish(process: ForkServerProcess) -> None:
    process.join()
    assert process.exitcode == 0


@takes_long
def test_a_rerun_after_kills_equals_an_undisturbed_run(small_world: Path, tmp_path: Path) -> None:
    undisturbed, out = tmp_path / "other" / "undisturbed", tmp_path / "killed"
    undisturbed.parent.mkdir()
    started = time.monotonic()
    finish(audit(small_world, undisturbed))
    whole = time.monotonic() - started
    for _ in range(KILLS):
        process = audit(small_world, out)
        process.join(random.uniform(0.05, 0.95) * whole)
        process.kill()
        process.join()
        assert not out.exists() or contents(out) == contents(undisturbed)
    finish(audit(small_world, out))
    assert contents(out) == contents(undisturbed)
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == ["killed", "other"]


def test_a_run_killed_between_moving_the_old_and_the_new_gives_the_old_one_back(
    tmp_path: Path,
) -> None:
    out, aside, stage = (
        tmp_path / "run",
        tmp_path / ".run.old-abcdefgh",
        tmp_path / ".run.stage-abcdefgh",
    )
    (aside / "run").mkdir(parents=True)
    (aside / "run" / MANIFEST).write_text("old")
    stage.mkdir()
    other = tmp_path / ".run-2.stage-abcdefgh"
    other.mkdir()
    with publishing(out):
        assert (out / MANIFEST).read_text() == "old"
    assert [path.exists() for path in (aside, stage, other)] == [False, False, True]


def test_a_second_publisher_is_refused_until_the_first_is_done(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from flows.archive.lock import publishing\nwith "
        "publishing(pathlib.Path(sys.argv[1])): pass"
    )
    line = [sys.executable, "-c", code, str(tmp_path / "run")]
    with publishing(tmp_path / "run"), publishing(tmp_path / "run"):
        refused = subprocess.run(line, capture_output=True, text=True)
    assert refused.returncode != 0 and Busy.__name__ in refused.stderr
    assert subprocess.run(line).returncode == 0


def test_a_failure_leaves_the_earlier_run_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with staged(out) as folder:
        (folder / MANIFEST).write_text("first")
    with pytest.raises(ZeroDivisionError), staged(out) as folder:
        (folder / MANIFEST).write_text("second")
        raise ZeroDivisionError
    assert [(out / MANIFEST).read_text(), [p.name for p in tmp_path.iterdir()]] == [
        "first",
        ["run"],
    ]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o750), (0o077, 0o700), (0, 0o750)])
def test_a_run_and_a_lake_are_never_for_all_to_read(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        with staged(tmp_path / "run") as stage:
            (stage / "manifest.json").write_text("{}")
        with alone(Lake(str(tmp_path / "lake")), make=True):
            pass
    finally:
        os.umask(before)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("run", "lake")] == [mode] * 2
