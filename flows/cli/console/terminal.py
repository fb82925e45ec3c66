"""What a command says on the terminal about records: nothing of a record gives the terminal
orders."""

from __future__ import annotations

import typer

from flows.system.visible import visible


def echo(text: str) -> None:
    """One or more lines."""
    typer.echo(visible(text))
