"""An ingest that is killed, or that meets another one, leaves a lake that the next ingest makes
whole."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import pytest

from flows.system.errors import UsageError
from tests.lake.drops import contents, drop, ingest

KILLS = int(os.environ.get("KELOU_TEST_KILLS", "6"))
"""More of them outside the timed suite."""
processes = multiprocessing.get_context("forkserver")


def _same(found, expected) -> bool:
    return found.keys() == expected.keys() and all(
        found[name].equals(expected[name]) for name in expected
    )


@pytest.fixture
def undisturbed(tmp_path):
    """The contents of a lake that nobody disturbed, and how long it took in a process of its
    own."""
    data = drop(tmp_path / "data")
    started = time.monotonic()
    process = processes.Process(target=ingest, args=(data, tmp_path / "undisturbed"))
    process.start()
    process.join()
    return contents(tmp_path / "undisturbed"), time.monotonic() - started


def test_a_killed_ingest_is_finished_by_the_next(tmp_path, undisturbed):
    expected, took = undisturbed
    chance = random.Random(7)
    survived = 0
    for n in range(KILLS):
        lake = tmp_path / f"lake-{n}"
        process = processes.Process(target=ingest, args=(tmp_path / "data", lake))
        process.start()
        process.join(chance.uniform(0, took * 1.05))
        survived += process.exitcode == 0
        # The first one may have waited for the machine
        took *= 0.5 if process.exitcode == 0 else 1
        if process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        ingest(tmp_path / "data", lake)
        assert _same(contents(lake), expected), f"kill {n}"
    assert survived < KILLS, "no ingest was caught at work"


def _try(data: Path, lake: Path | str, results, machine: Path) -> None:
    os.environ["XDG_CACHE_HOME"] = str(machine)  # where no lock of the other's is seen
    try:
        ingest(data, lake)
        results.put("done")
    except UsageError as error:
        results.put(str(error))


@pytest.mark.parametrize(
    "scheme", ["", "file://"], ids=["local folder with a lock", "object store without one"]
)
def test_two_ingests_at_once_neither_lose_nor_double(tmp_path, undisturbed, scheme, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "third"))
    expected, _ = undisturbed
    address = f"{scheme}{tmp_path / 'lake'}"
    results = processes.Queue()
    both = [
        processes.Process(target=_try, args=(tmp_path / "data", address, results, tmp_path / name))
        for name in ("one", "other")
    ]
    for process in both:
        process.start()
    answers = [results.get(timeout=60) for _ in both]
    for process in both:
        process.join()
    assert all(a == "done" or "another ingest" in a for a in answers), answers
    ingest(tmp_path / "data", address)
    assert _same(contents(address), expected)
