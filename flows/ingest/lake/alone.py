"""One writer per lake, who begins with what a killed one left half done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from flows.ingest.lake.erasing import Erasure, finish, left_half_done
from flows.ingest.lake.store import Lake
from flows.system.errors import UsageError


@contextmanager
def alone(lake: Lake) -> Iterator[Erasure | None]:
    """Hold the right to change the lake; yields the purge that was finished first, if there was
    one. In an object store commits that note the same part refuse one another instead. Raises
    UsageError when somebody else holds it; a killed command holds nothing."""
    if lake.folder is None:
        yield None
        return
    lake.folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lake.folder / ".ingest.lock", timeout=0):
            yield finish(lake)
    except Timeout:
        raise UsageError(
            f"another ingest or purge is at work on {lake.uri}; run this one again afterwards"
        ) from None


def finish_what_was_left(lake: Lake) -> None:
    """Finish a purge that was killed, where one was."""
    if left_half_done(lake):
        with alone(lake):
            pass
