"""One lock per lake, for every command that changes anything in it; whoever gets it begins with
what a killed command left half done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from flows.archive.lock import Busy, held
from flows.archive.logged import finish_close, left_prepared
from flows.archive.run_folder import NOT_FOR_ALL
from flows.archive.said import finish_said, left_unsaid
from flows.archive.stored import changing
from flows.ingest.lake.erasing import Erasure, finish, left_half_done
from flows.ingest.lake.store import Lake
from flows.system.errors import InputError
from flows.system.files import PATIENCE

LOCK: Final = ".lake.lock"


@contextmanager
def alone(lake: Lake, make: bool = False, patience: float = PATIENCE) -> Iterator[Erasure | None]:
    """Hold the right to change the lake, again and again within one thread; yields the purge that
    was finished first, if there was one. Of a lake in an object store the lock is this machine's;
    commits of two machines refuse one another. `make`: the lake, where there is none. Raises Busy
    when somebody else holds it for long, InputError where there is no lake."""
    if lake.folder is None:
        with changing(lake.uri, patience) as first:
            yield _finished(lake) if first else None
        return
    if make:
        lake.folder.parent.mkdir(parents=True, exist_ok=True)
        lake.folder.mkdir(mode=NOT_FOR_ALL, exist_ok=True)
    elif not lake.folder.is_dir():
        raise InputError(no_lake(lake))
    busy = f"another command changes {lake.uri} right now; run this one again afterwards"
    with held(lake.folder / LOCK, busy, patience) as first:
        yield _finished(lake) if first else None


def no_lake(lake: Lake) -> str:
    return f"{lake.uri}: no lake there; fill it first: kelou ingest --data DIR --lake {lake.uri}"


def finish_what_was_left(lake: Lake) -> None:
    """Finish what a killed command left, where there is anything. A purge is waited for, without
    which no record may be read; what somebody else may be about just now is not."""
    if left_half_done(lake):
        with alone(lake):
            return
    if left_prepared(lake.place) or left_unsaid(lake.place):
        with suppress(Busy), alone(lake, patience=0):
            pass


def _finished(lake: Lake) -> Erasure | None:
    """In the order of the log: a purge and a word are whole before anything follows them."""
    erasure = finish(lake)
    finish_said(lake.place)
    finish_close(lake.uri)
    return erasure
