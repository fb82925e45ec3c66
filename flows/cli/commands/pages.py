"""`kelou pages`: published reports over HTTP, to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console.context import settings_of

HELP = """Serve closings and runs to colleagues' browsers: to be read, nothing else.

A list of months, each edition with its state, findings and files, behind a token from the
environment or a file. Whoever has it sees everything that is given out.

Examples:

  KELOU_PAGES_TOKEN=$(openssl rand -hex 16) kelou pages --lake lake

  kelou pages --lake lake --host 0.0.0.0 --token-file token.txt
"""


def register(app: typer.Typer) -> None:
    app.command("pages", help=HELP)(pages)


def pages(
    ctx: typer.Context,
    lake: Annotated[
        str | None, typer.Option(help="The lake; by default the configured one.")
    ] = None,
    runs: Annotated[
        Path | None, typer.Option(help="Folder of the runs; by default schedules.out.")
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen at; by default pages.host.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen at; by default pages.port.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token; by default pages.token.")
    ] = None,
) -> None:
    from flows.archive.closings import folder_of
    from flows.closing.pages.serve import serve_pages, token_of
    from flows.closing.pages.shelf import Shelf

    settings = settings_of(ctx)
    given = {"host": host, "port": port}
    asked = {name: value for name, value in given.items() if value is not None}
    settings = settings.model_copy(update={"pages": settings.pages.model_copy(update=asked)})
    uri = lake or settings.lake.path
    if uri:
        folder_of(uri)  # a store that cannot be reached is told at once
    shelf = Shelf(uri, runs or settings.schedules.out)
    serve_pages(shelf, token_of(token_file, settings), settings, typer.echo)
