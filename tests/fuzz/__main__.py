"""Fuzzing, which is no part of the timed tests: hostile data folders and configurations, in
process.

    python -m tests.fuzz folders --cases 1000 [--first 1] [--judge 10]
    python -m tests.fuzz settings --cases 1000 [--first 1]

Every case is made by its number alone, so that one that fails is made again by `--first NUMBER
--cases 1`. Of a folder is asked: nothing but a KelouError of at most two readable lines is raised;
what is read is what is accepted, repeated, superseded and quarantined; the records are those
counted. Every `--judge`th folder is also judged, counted and written out. A case that takes more
than two minutes of the processor has failed.
Prints what failed, and the figures; ends with status 1 then.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import traceback
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from flows.system.errors import KelouError
from tests.fuzz.folders import sample, write_folder
from tests.fuzz.settings import corrupt_settings
from tests.fuzz.trial import judge, read

SECONDS: Final = 120
"""Of the processor: how busy the machine is says nothing of a case."""
WAITED: Final = 1200
"""Seconds by the clock, for a case that waits for something for ever."""
Case = tuple[str, list[str]]
"""How a case ended, and what had been done to it."""


class TooLong(BaseException):
    """Not caught by what the case runs."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.fuzz")
    parser.add_argument("what", choices=("folders", "settings"))
    parser.add_argument("--cases", type=int, default=400)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--judge", type=int, default=20)
    given = parser.parse_args()
    for each in (signal.SIGALRM, signal.SIGPROF):
        signal.signal(each, _too_long)
    made = _folders(given.judge) if given.what == "folders" else corrupt_settings
    ended, failed = Counter[str](), 0
    for number in range(given.first, given.first + given.cases):
        place = Path(tempfile.mkdtemp(prefix="fuzz-"))
        problem = _tried(made, number, place, ended)
        shutil.rmtree(place, ignore_errors=True)
        if problem:
            failed += 1
            print(f"{given.what} {number}: {problem}", flush=True)
    print(f"{sum(ended.values())} cases, {failed} failed: {dict(ended)}")
    return int(failed > 0)


def _folders(every: int) -> Callable[[int, Path, list[str]], str]:
    tables = sample()

    def case(number: int, place: Path, notes: list[str]) -> str:
        (place / "data").mkdir()
        notes += write_folder(number, tables, place / "data")
        intake = read(place / "data")
        if every and number % every == 0:
            judge(intake, place / "out")
            return "judged"
        return "read"

    return case


def _tried(
    made: Callable[[int, Path, list[str]], str], number: int, place: Path, ended: Counter[str]
) -> str:
    """What went wrong with a case; empty where nothing did."""
    notes: list[str] = []
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.alarm(WAITED)
    try:
        how = made(number, place, notes)
        problem = ""
    except KelouError as error:
        how, problem = "refused", _unreadable(str(error))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        how, problem = "crashed", f"{type(error).__name__}: {str(error)[:200]!r} at {_place(error)}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
    ended[how] += 1
    return problem and f"{problem} after {notes}"


def _unreadable(message: str) -> str:
    controls = [c for c in message if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    if controls or message.count("\n") > 1 or len(message) > 1100:
        return f"a message that nobody can read: {message[:200]!r}"
    return ""


def _place(error: BaseException) -> str:
    ours = [
        f
        for f in traceback.extract_tb(error.__traceback__)
        if "/flows/" in f.filename or "/checks/" in f.filename
    ]
    return " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(ours[-4:]))


def _too_long(*_: Any) -> None:
    raise TooLong(f"more than {SECONDS} s of the processor, or {WAITED} s by the clock")


if __name__ == "__main__":
    sys.exit(main())
