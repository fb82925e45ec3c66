"""The command line: one module per command, each with `register(app)`, and one place that reports
errors.

Importing a command's module must stay cheap; what is heavy is imported inside the command's
function.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli.console.context import Invocation
from flows.cli.console.help import in_chinese, translate
from flows.cli.console.terminal import nothing_said
from flows.system.errors import KelouError, UsageError
from flows.system.machine import refusal, too_narrow
from flows.system.panics import is_panic, without_reports
from flows.system.visible import message

COMMANDS = (
    "audit",
    "explain",
    "verify",
    "prove",
    "diff",
    "whatif",
    "ingest",
    "close",
    "approve",
    "object",
    "findings",
    "purge",
    "mart",
    "year",
    "appraise",
    "rules",
    "calendar",
    "sources",
    "watch",
    "sample",
    "generate",
    "serve",
    "pages",
    "doctor",
)
"""Modules of this package, in the order of `kelou --help`."""

LASTING = {"serve", "pages"}
"""Commands that run until they are stopped: what their processes write on stderr is to be seen at
once."""

HELP = """刻漏, the water clock: audits whether customers were served in time, and proves it.

Begin with:  kelou audit --data sample_data --month 2026-10

Exit status: 0 done (violations are findings, not failures), 2 wrong usage or configuration, 3
input that can't be audited, 4 a verification that found a difference.
"""


def main() -> None:
    """Entry point of the program `kelou`."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal without Chinese gets escapes, not an error
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments = sys.argv[1:]
    if "--debug" in arguments or LASTING & set(arguments):
        sys.exit(run(arguments))
    # What a library fails to tidy up after an error that is told already
    sys.unraisablehook = lambda _: None
    with without_reports() as reports:
        status = run(arguments)
        # The error is told; threads of a library that end with the program may still write of it
        reports.for_good = bool(status)
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit status; errors are one or two lines on stderr."""
    debug = "--debug" in arguments
    words = [word for word in arguments if word != "--debug"] or ["--help"]
    try:
        status = int(
            command_line(debug, in_chinese())(words, prog_name="kelou", standalone_mode=False) or 0
        )
        sys.stdout.flush()  # here, where a reader that is gone is no error, rather than at exit
        return status
    except BrokenPipeError:  # the reader, `head` say, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # the same, as Rich tells it
            return 0
        raise
    except BaseException as error:
        if debug or not (isinstance(error, Exception) or is_panic(error)):
            raise
        return _tell(error)


@cache  # a process may run several
def command_line(debug: bool, chinese: bool) -> Any:
    """The application as it is run, its help in one of the two languages."""
    command = typer.main.get_command(build(debug))
    if chinese:
        translate(command)
    return command


def build(debug: bool = False) -> typer.Typer:
    """The whole application."""
    app = typer.Typer(
        name="kelou",
        help=HELP,
        add_completion=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def before_command(
        ctx: typer.Context,
        config: Annotated[
            Path | None,
            typer.Option(
                help="Configuration file; without it kelou.toml of the working folder, if there "
                "is one.",
                envvar="KELOU_CONFIG",
            ),
        ] = None,
        debug_shown_in_help: Annotated[
            bool, typer.Option("--debug", help="Show where an error comes from.")
        ] = False,
        quiet: Annotated[
            bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")
        ] = False,
        version_wanted: Annotated[
            bool,
            typer.Option(
                "--version", help="Show the version.", callback=_show_version, is_eager=True
            ),
        ] = False,
    ) -> None:
        ctx.obj = Invocation(debug, config)
        if quiet:
            ctx.with_resource(nothing_said())
        if narrow := too_narrow():
            raise UsageError(narrow)

    for name in COMMANDS:
        import_module(f"flows.cli.commands.{name}").register(app)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kelou {version('kelou')}")
        raise typer.Exit


def _tell(error: BaseException) -> int:
    """Print what a person needs to know about the error; its exit status."""
    if isinstance(error, typer.Abort):
        return _fail("stopped", 130)
    if isinstance(error, KelouError):
        return _fail(str(error), error.exit_status)
    if isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        hint = f"\nSee: {context.command_path} --help" if context else ""
        facts = error.format_message()
        return _fail(facts + hint, 2) if facts else 2  # no message: the help was shown instead
    if refused := refusal(error):
        return _fail(refused, 2)
    first_line = str(error).partition("\n")[0][:300]
    if is_panic(error):
        first_line = f"the engine broke off: {first_line}"
    return _fail(
        f"unexpected {type(error).__name__}: {first_line}\nRepeat with --debug to see where.", 1
    )


def _fail(text: str, status: int) -> int:
    print(f"kelou: {message(text)}", file=sys.stderr)
    return status
