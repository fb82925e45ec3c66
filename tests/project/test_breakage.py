"""What breaks underneath, or is refused by the machine, is told in a line or two: no traceback, no
panic report."""

from __future__ import annotations

import errno
import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest
from deltalake.exceptions import DeltaError
from xlsxwriter.exceptions import FileCreateError

from checks.text.filling import filled
from flows import cli
from flows.system.errors import EngineError, KelouError
from flows.system.machine import refusal
from flows.system.panics import telling_panics
from flows.system.subprocesses import run_in_subprocess
from flows.system.visible import visible


def chunked() -> pl.LazyFrame:
    """A chunk of one row, of which the filter leaves nothing, before others: what `pl.format`
    panics on."""
    parts = [pl.DataFrame({"a": ["x"], "n": [1]}), pl.DataFrame({"a": ["y"] * 4, "n": [2] * 4})]
    return pl.concat(parts, rechunk=False).lazy().filter(pl.col("n") > 1)


def panic() -> None:
    chunked().select(pl.format("{}#", "n")).collect(engine="streaming")


def test_text_is_filled_however_a_frame_is_chunked() -> None:
    told = chunked().select(said=filled("{}#{}!", "a", "n")).collect(engine="streaming")
    assert told["said"].to_list() == ["y#2!"] * 4


def test_what_is_null_makes_the_whole_text_null() -> None:
    frame = pl.DataFrame({"a": ["x", None, "{}"], "n": [1.5, 2.0, None]})
    assert frame.select(filled("{}: {}", "a", pl.col("n").round(1))).to_series().to_list() == [
        "x: 1.5",
        None,
        None,
    ]


def test_a_panic_passes_between_processes_as_an_error() -> None:
    with pytest.raises(EngineError, match="the engine broke off"):
        run_in_subprocess(panic)


def test_a_panic_is_an_error_of_the_task_that_prefect_can_record() -> None:
    told = telling_panics(panic)
    assert told.__name__ == "panic"
    with pytest.raises(EngineError, match=r"self\.len"):
        told()


SCRIPT = """
import os, sys
import typer
from flows import cli
from tests.project.test_breakage import panic

def build(debug):
    app = typer.Typer(pretty_exceptions_enable=False)
    app.callback()(lambda: None)

    @app.command()
    def break_off():
        os.write(2, b"what else a library says\\n")
        panic()

    return app

cli.build = build
cli.main()
"""


def test_the_command_line_tells_a_panic_without_what_rust_writes_of_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, "break-off"], capture_output=True, text=True
    )
    assert ended.returncode == 1
    first, *others = ended.stderr.splitlines()
    assert first.startswith("kelou: unexpected PanicException: the engine broke off: ")
    assert others == ["Repeat with --debug to see where.", "what else a library says"]


def test_with_debug_a_panic_shows_where_it_comes_from() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT, "break-off", "--debug"], capture_output=True, text=True
    )
    assert "Traceback" in ended.stderr and "panicked at" in ended.stderr


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/data/run"),
            "/data/run: No space left on device; name",
        ),
        (
            OSError(errno.EROFS, "Read-only file system", b"/data/\xff"),
            "/data/\\xff: Read-only file system; name",
        ),
        (
            OSError(errno.ENAMETOOLONG, "File name too long", "x" * 5000),
            "File name too long; give a shorter name",
        ),
        (
            DeltaError("Generic LocalFileSystem error: No space left on device (os error 28)"),
            "No space left on device",
        ),
        (
            FileCreateError(OSError(errno.EACCES, "Permission denied", "/sheets/a.xlsx")),
            "/sheets/a.xlsx: Permission",
        ),
        (
            pl.exceptions.ComputeError("sink: Read-only file system (os error 30)"),
            "Read-only file system; name",
        ),
        (MemoryError(), "memory ran out; close"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "memory ran out; close"),
    ],
)
def test_what_the_machine_refuses_is_no_defect(
    error: Exception, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in (refusal(error) or "")
    assert cli._tell(error) == 2
    assert words in capsys.readouterr().err


def test_a_refusal_is_found_below_what_a_library_made_of_it() -> None:
    with pytest.raises(RuntimeError) as caught:
        try:
            raise PermissionError(errno.EACCES, "Permission denied", "/lake/_delta_log")
        except OSError as below:
            raise RuntimeError("commit failed") from below
    assert (
        refusal(caught.value)
        == "/lake/_delta_log: Permission denied; name another place, or let Kelou use it"
    )


def test_other_errors_are_defects() -> None:
    assert refusal(ZeroDivisionError()) is None
    assert refusal(zipfile.BadZipFile("28")) is None


def test_a_message_has_two_lines_and_commands_no_terminal() -> None:
    told = str(KelouError("\x1b[2Jcalls.csv: \u202ecell\x00\x9b\nsecond\nthird\n" + "x" * 5000))
    assert told.splitlines()[0] == "\\x1b[2Jcalls.csv: \\u202ecell\\x00\\x9b"
    assert told.count("\n") == 1 and len(told) < 1100


def test_bytes_of_a_name_that_are_no_text_are_shown() -> None:
    assert visible(Path("通话\udcff.csv").name) == "通话\\xff.csv"
