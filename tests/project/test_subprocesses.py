"""Work in a process of its own gives what it would give here."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from flows.system.errors import InputError
from flows.system.subprocesses import run_in_subprocess, warm_subprocess


def pid_and_sum(frame: pl.LazyFrame, by: int = 1) -> tuple[int, int]:
    return os.getpid(), frame.select(pl.col("n").sum() * by).collect().item()


def fail() -> None:
    raise InputError("calls.csv: row 3: no time")


def end() -> None:
    os._exit(7)


def test_result_and_frames_pass_between_the_processes() -> None:
    pid, total = run_in_subprocess(pid_and_sum, pl.LazyFrame({"n": [1, 2, 3]}), by=2)
    assert pid != os.getpid()
    assert total == 12


def test_errors_come_back_as_they_were_raised() -> None:
    with pytest.raises(InputError, match=r"calls\.csv: row 3: no time"):
        run_in_subprocess(fail)


def test_a_process_that_ends_is_no_result() -> None:
    with pytest.raises(RuntimeError):
        run_in_subprocess(end)


prepared: list[int] = []


def prepare() -> None:
    prepared.append(os.getpid())


def pid_and_prepared() -> tuple[int, list[int]]:
    return os.getpid(), prepared


def test_work_is_done_in_the_process_that_was_begun_ahead_and_the_next_in_another() -> None:
    with warm_subprocess(prepare):
        pid, who = run_in_subprocess(pid_and_prepared)
        assert who == [pid]
        other, nobody = run_in_subprocess(pid_and_prepared)
    assert other != pid
    assert nobody == []
    assert prepared == []


def test_work_tells_what_made_preparing_fail() -> None:
    with warm_subprocess(fail), pytest.raises(InputError, match=r"calls\.csv"):
        run_in_subprocess(fail)


def test_a_process_without_work_ends_with_the_body() -> None:
    before = set(multiprocessing.active_children())
    with warm_subprocess(prepare):
        (begun,) = set(multiprocessing.active_children()) - before
    until = time.monotonic() + 10
    while begun.is_alive() and time.monotonic() < until:
        time.sleep(0.05)
    assert not begun.is_alive()


FILES = 600


def write_in(folder: Path) -> None:
    for number in range(FILES):
        (folder / f"{number:03}").touch()
        time.sleep(0.05)


SCRIPT = """
import sys
from pathlib import Path
from flows.system.subprocesses import run_in_subprocess
from tests.project.test_subprocesses import write_in

if __name__ == "__main__":
    try:
        run_in_subprocess(write_in, Path(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "written").mkdir()
    return tmp_path / "written"


def at_work(folder: Path) -> subprocess.Popen[str]:
    """A process group of one that has its work done by another, which has begun to write."""
    script = folder.parent / "script.py"
    script.write_text(SCRIPT)
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    line = [sys.executable, str(script), str(folder)]
    process = subprocess.Popen(
        line, env=here, start_new_session=True, stderr=subprocess.PIPE, text=True
    )
    while not any(folder.iterdir()):
        assert process.poll() is None, "it ended before its work was begun"
        time.sleep(0.05)
    return process


def still_writing(folder: Path) -> bool:
    time.sleep(0.5)
    written = sorted(folder.iterdir())
    time.sleep(0.5)
    return sorted(folder.iterdir()) != written


def test_a_process_does_not_outlive_the_one_that_it_works_for(folder: Path) -> None:
    with at_work(folder) as process:
        process.send_signal(signal.SIGKILL)
    assert not still_writing(folder)


def test_an_interrupt_ends_both_without_a_word(folder: Path) -> None:
    with at_work(folder) as process:
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate() == (None, "")
    assert process.returncode == 130
    assert len(list(folder.iterdir())) < FILES, "the work was not waited for"
    assert not still_writing(folder)
