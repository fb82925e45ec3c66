"""Panics: a library written in Rust (Polars, say) breaks off. Each has an exception of its own, a
BaseException that `except Exception` lets pass, and writes about it on stderr by itself.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from flows.system.errors import EngineError

P = ParamSpec("P")
R = TypeVar("R")

_TOLD: Final = re.compile(rb"(?:^|\n)thread '[^\n]*panicked at (?:[^\n]+\n?)+")
"""What Rust writes of a panic: a paragraph, the backtrace included."""


def is_panic(error: BaseException) -> bool:
    """By its name: every library brings a class of its own, and none of them can be imported."""
    return type(error).__name__ == "PanicException"


@contextmanager
def panics_told(where: str = "") -> Iterator[None]:
    """A panic within becomes an EngineError, which other processes, Prefect and the command line
    can handle.

    where: the file or table that is looked at, if that is known.
    """
    try:
        yield
    except BaseException as error:
        if not is_panic(error):
            raise
        first_line = str(error).partition("\n")[0][:200]
        place = f"{where}: " if where else ""
        raise EngineError(
            f"{place}the engine broke off ({first_line}); please report it with --debug"
        ) from error


def telling_panics(function: Callable[P, R]) -> Callable[P, R]:
    """`function` within `panics_told`."""

    @wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        with panics_told():
            return function(*args, **kwargs)

    return wrapped


@dataclass
class Reports:
    """`for_good`: nothing is to be written past Python any more."""

    for_good: bool = False


@contextmanager
def without_reports() -> Iterator[Reports]:
    """Keep off the terminal what Rust writes of panics; whatever else writes past Python stands
    there at the end.

    For a program that ends: meanwhile the file descriptor of stderr leads into memory, `sys.stderr`
    to the terminal.
    """
    reports, python, memory = Reports(), sys.stderr, os.memfd_create("stderr")
    with (
        open(
            os.dup(2), "w", buffering=1, encoding=python.encoding, errors="backslashreplace"
        ) as terminal,
        open(memory, "rb") as written,
    ):
        os.dup2(memory, 2)
        sys.stderr = terminal
        try:
            yield reports
        finally:
            sys.stderr = python
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno() if reports.for_good else terminal.fileno(), 2)
            written.seek(0)
            os.write(terminal.fileno(), _TOLD.sub(b"", written.read()).lstrip(b"\n"))
