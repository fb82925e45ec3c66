"""What a command says on the terminal about records: nothing of a record gives the terminal
orders."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Annotated, Any

import typer

from flows.system.visible import visible

Request = Annotated[
    str | None,
    typer.Option(help="A number of your own: the command given twice with it is recorded once."),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document, for programs.")]


def echo(text: str) -> None:
    """One or more lines."""
    typer.echo(visible(text))


def echo_json(content: dict[str, Any]) -> None:
    """The same for a program: one JSON document, control characters as codes."""
    typer.echo(json.dumps(content, ensure_ascii=True, indent=1, default=str))


@contextmanager
def nothing_said() -> Iterator[None]:
    """What a command prints goes nowhere; errors stand on stderr."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
        yield


def in_terminal() -> bool:
    """Whether somebody sits there who can answer: nothing is redirected."""
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
