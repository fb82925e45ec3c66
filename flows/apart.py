"""Work in processes of their own: what one imports and holds is nobody else's, and its memory goes back at its end."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from signal import SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SIGINT, pthread_sigmask, signal
from threading import Thread
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Processes(ProcessPoolExecutor):
    """Up to `number` processes, each for so many `pieces` of work; they end with this one even if it is killed."""

    def __init__(self, number: int, pieces: int | None = None) -> None:
        # Not forked: a fork of a process with Polars' threads would hang.
        context = multiprocessing.get_context("spawn")
        super().__init__(number, context, initializer=_begin, max_tasks_per_child=pieces)

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        # A process starts with the mask of the one that starts it, and lifts it when it can end without a word.
        before = pthread_sigmask(SIG_BLOCK, {SIGINT})
        try:
            return super().submit(function, *args, **kwargs)
        finally:
            pthread_sigmask(SIG_SETMASK, before)


def apart(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `function` returns or raises; a function of a module, its arguments and its result can be pickled."""
    pool = Processes(1)
    try:
        # Packed here: the pool's own thread would print what goes wrong in it.
        result: R = pool.submit(_last, pickle.dumps(partial(function, *args, **kwargs))).result()
        return result
    finally:
        pool.shutdown(wait=False)  # it has nothing left to do but to forget


def _last(work: bytes) -> Any:
    try:
        return pickle.loads(work)()
    finally:
        gc.freeze()  # or Python goes through all that was imported once more before the process may end


def _begin() -> None:
    """End on the first interrupt, and with the parent: nobody waits for the work of a run that was stopped or killed,
    and it must not write into the next one's folder.
    """
    signal(SIGINT, lambda *_: os._exit(130))  # Polars passes an interrupt on to Python's handler alone
    pthread_sigmask(SIG_UNBLOCK, {SIGINT})
    parent = multiprocessing.parent_process()
    assert parent is not None, "only called in a process that another one started"

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()
