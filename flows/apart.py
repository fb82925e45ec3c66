"""Work in processes of their own: what one imports and holds is nobody else's, and its memory goes back at its end."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from threading import Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def processes(number: int) -> ProcessPoolExecutor:
    """Up to `number` processes at a time; each does one piece of work, and ends with this one even if it is killed."""
    # Not forked: a fork of a process with Polars' threads would hang.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(number, context, initializer=_end_with_parent, max_tasks_per_child=1)


def apart(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What `function` returns or raises; a function of a module, its arguments and its result can be pickled."""
    pool = processes(1)
    try:
        return pool.submit(_last, partial(function, *args, **kwargs)).result()
    finally:
        pool.shutdown(wait=False)  # it has nothing left to do but to forget


def _last(work: Callable[[], R]) -> R:
    try:
        return work()
    finally:
        gc.freeze()  # or Python goes through all that was imported once more before the process may end


def _end_with_parent() -> None:
    """Nobody waits for the work of a run that was killed, and it must not write into the next one's folder."""
    parent = multiprocessing.parent_process()
    assert parent is not None, "only called in a process that another one started"

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()
