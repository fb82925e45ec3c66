"""One at a time: whoever changes a run or a lake holds its lock, which a killed process does not
hold any more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from flows.archive.run_folder import recover
from flows.system.errors import UsageError


class Busy(UsageError):
    """Another command is at work on the same run or lake right now."""


@contextmanager
def held(lock: Path, busy: str, patience: float = 0) -> Iterator[bool]:
    """Hold the lock, again and again within one thread; yields whether it was not held before.
    Raises Busy, which says `busy`, when another process holds it for `patience` seconds."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    mine = FileLock(lock.resolve(), is_singleton=True)
    try:
        mine.acquire(timeout=patience)
    except Timeout:
        raise Busy(busy) from None
    try:
        yield mine.lock_counter == 1
    finally:
        mine.release()


@contextmanager
def publishing(out: Path, patience: float = 0) -> Iterator[None]:
    """Hold the right to change the run `out`, free of what a killed command left beside it.
    It lies beside the folder, so that it holds with and without Prefect. Raises Busy."""
    busy = f"another run is publishing {out}; wait for it, or choose another folder"
    with held(out.parent / f".{out.name}.lock", busy, patience) as first:
        if first:
            recover(out)
        yield
