"""One publisher per target: a lock beside the run's folder, so that it holds with and without
Prefect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from flows.archive.run_folder import recover
from flows.system.errors import UsageError


class Busy(UsageError):
    """Another run is publishing the same target right now."""


@contextmanager
def publishing(out: Path) -> Iterator[None]:
    """Hold the right to publish `out`, again and again within one process, free of what a killed
    run left there.

    Raises Busy when another process holds it; a killed one holds nothing.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(out.parent / f".{out.name}.lock", timeout=0, is_singleton=True)
    try:
        lock.acquire()
    except Timeout:
        raise Busy(
            f"another run is publishing {out}; wait for it, or choose another folder"
        ) from None
    try:
        if lock.lock_counter == 1:
            recover(out)
        yield
    finally:
        lock.release()
