"""Work in processes of their own: what one imports and holds is nobody else's, and its memory goes
back at its end."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from signal import SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SIGINT, pthread_sigmask, signal
from threading import Thread
from typing import Any, ParamSpec, TypeVar

from flows.system.panics import panics_told

P = ParamSpec("P")
R = TypeVar("R")


class _Process(ProcessPoolExecutor):
    """One process for one piece of work. It ends as soon as this end of its lifeline is closed: by
    `end`, when this process ends, even if it is killed.
    """

    def __init__(self) -> None:
        # Forked by a server that runs nothing: a fork of this process, with Polars' threads, would
        # hang.
        context = multiprocessing.get_context("forkserver")
        theirs, self._lifeline = context.Pipe(duplex=False)
        super().__init__(1, context, initializer=_begin, initargs=(theirs,))

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        # A process starts with the mask of the one that starts it, and lifts it when it can end
        # without a word.
        before = pthread_sigmask(SIG_BLOCK, {SIGINT})
        try:
            return super().submit(function, *args, **kwargs)
        finally:
            pthread_sigmask(SIG_SETMASK, before)

    def end(self) -> None:
        """At once, whatever it does: cleaning up what it imported would take longer than many a
        piece of work."""
        self.shutdown(wait=False, cancel_futures=True)
        self._lifeline.close()


_ready: dict[str, _Process] = {}
"""Processes that were begun ahead of their work, by the module of it."""


@contextmanager
def warm_subprocess(prepare: Callable[[], object]) -> Iterator[None]:
    """A process is begun that calls `prepare`, while the body of the `with` does something else.

    The first work given to `run_in_subprocess` within the body that is of the same module as
    `prepare` is done there.
    """
    process = _Process()
    process.submit(prepare)  # should it fail, so will the work, which says so
    _ready[prepare.__module__] = process
    try:
        yield
    finally:
        if _ready.get(prepare.__module__) is process:
            del _ready[prepare.__module__]
            process.end()


def run_in_subprocess(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `function` returns or raises; a function of a module, its arguments and its result can
    be pickled."""
    # Packed here: the pool's own thread would print what goes wrong in it.
    work = pickle.dumps(partial(function, *args, **kwargs))
    process = _ready.pop(function.__module__, None) or _Process()
    try:
        result: R = process.submit(_done, work).result()
        return result
    finally:
        process.end()


def _done(work: bytes) -> Any:
    with panics_told():  # a panic as such can't be packed for the way back
        return pickle.loads(work)()


def _begin(lifeline: Connection) -> None:
    """End on the first interrupt, and with the lifeline: nobody waits for the work of a run that
    was stopped or killed, and it must not write into the next one's folder.
    """
    # Polars passes an interrupt on to Python's handler alone
    signal(SIGINT, lambda *_: os._exit(130))
    pthread_sigmask(SIG_UNBLOCK, {SIGINT})

    def watch() -> None:
        lifeline.poll(None)
        os._exit(1)

    Thread(target=watch, daemon=True).start()
