"""What is measured, each in a process of its own so that its memory is its own:
python -m tests.benchmarks.pieces PIECE FOLDER prints one JSON line per part.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psutil

from checks.concepts import Period

THIS = psutil.Process()
JUST_FORKED = 0.2
"""Seconds after which a process has surely begun its own program."""
OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))


@contextmanager
def measured(part: str) -> Iterator[None]:
    """Prints when it began and ended, by the clock and in CPU seconds of this process and those it
    started, and the peak of their memory together in MB. Parts may run side by side.
    """
    began, used, peak, done = time.perf_counter(), _cpu(), [_resident()], Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], _resident())

    watching = Thread(target=watch, daemon=True)
    watching.start()
    yield
    done.set()
    watching.join()
    ended = {"ended": time.perf_counter(), "cpu_ended": _cpu()}
    print(
        json.dumps({"part": part, "began": began, "cpu_began": used, **ended, "peak_mb": peak[0]}),
        flush=True,
    )


def _processes() -> list[psutil.Process]:
    return [THIS, *THIS.children(recursive=True)]


def _resident() -> int:
    sizes = [THIS.memory_info().rss]
    for process in THIS.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            # Just forked, a process still shows its parent's memory as its own.
            if process.create_time() < time.time() - JUST_FORKED:
                sizes.append(process.memory_info().rss)
    return sum(sizes) >> 20


def _cpu() -> float:
    """Of processes that run and of those that ended."""
    spent = THIS.cpu_times().children_user + THIS.cpu_times().children_system
    for process in _processes():
        with suppress(psutil.NoSuchProcess):
            spent += process.cpu_times().user + process.cpu_times().system
    return spent


def floor(folder: Path) -> None:
    """Reading the columns that judging needs, and nothing else."""
    import polars as pl

    from checks.records.tables import TABLES
    from tests.benchmarks.by_sql import READ

    with measured("floor"):
        for name in READ:
            texts = {
                c.name
                for c in TABLES[name].columns
                if c.kind == "text" and not c.name.endswith("_id")
            }
            unread = texts - {"text", "number", "contact", "department"}
            frame = pl.scan_parquet(folder / name / "*.parquet").drop(unread, strict=False)
            for _ in frame.collect_batches():
                pass


def sql(folder: Path) -> None:
    from tests.benchmarks.by_sql import over_folder

    rival = over_folder(folder)
    with measured("sql"):
        rival.judge(OCTOBER)


def by_pandas(folder: Path) -> None:
    from tests.benchmarks import by_pandas

    with measured("pandas"):
        by_pandas.judge(folder, OCTOBER)


def audit(folder: Path) -> None:
    """The audit as `kelou audit` runs it, stage by stage."""
    from flows.audit.data_source import data_source_of
    from flows.audit.run import PLAIN, AuditRequest, run_audit
    from flows.settings import Settings

    class Measured:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            def stage(*args: Any) -> Any:
                with measured(name):
                    return getattr(PLAIN, name)(*args)

            return stage

    with tempfile.TemporaryDirectory() as out:
        source = data_source_of(folder, None, Settings())
        run_audit(AuditRequest(source, OCTOBER, Path(out) / "run"), Settings(), stages=Measured())


def judging(folder: Path) -> None:
    """Judging alone, with the records read before."""
    from checks.judging import judge
    from flows.ingest import read_folder
    from flows.law.rulebooks import load_rulebooks

    records, rulebooks = read_folder(folder).records, load_rulebooks().rulebooks
    with measured("judging"):
        judge(records, rulebooks, OCTOBER)


PIECES = {"floor": floor, "sql": sql, "pandas": by_pandas, "judging": judging, "audit": audit}

if __name__ == "__main__":
    PIECES[sys.argv[1]](Path(sys.argv[2]))
