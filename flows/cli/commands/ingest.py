"""`kelou ingest`: take a drop of exports into the lake, each file once."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console.context import lake_of, settings_of
from flows.cli.console.terminal import Json, echo, echo_json

EXAMPLES = """Take a folder of exports into the lake. A file that it holds already adds nothing; a
corrected export supersedes; an ingest that was cut off is finished by running it again. Closed
months of which the new records change a verdict are named.

Examples:

  kelou ingest --data exports --lake lake

  kelou audit --lake lake --month 2026-10
"""


def register(app: typer.Typer) -> None:
    app.command("ingest", help=EXAMPLES)(ingest)


def ingest(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="Folder with the exports.")],
    lake: Annotated[
        str | None,
        typer.Option(
            help="The lake: a folder or an object store's address; by default the configured one."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    from flows.cli.console.progress import telling
    from flows.closing.editions import AWAITING, awaiting_after
    from flows.ingest import options_of
    from flows.ingest.lake import Lake, take_in
    from flows.system.errors import KelouError

    settings = settings_of(ctx)
    uri = lake_of(ctx, lake)
    unread: list[str] = []
    with telling() as tell:
        taken = take_in(data, Lake(uri), options_of(settings), tell, unread.append)
        try:
            awaiting = awaiting_after(uri, taken, tell)
        except KelouError as error:  # everything is taken in all the same
            typer.echo(f"kelou: the closed months were not looked at again: {error}", err=True)
            awaiting = None
    if as_json:
        changed = [{"month": row.key, "verdicts": row.n} for row in awaiting or ()]
        tables = [asdict(table) for table in taken]
        echo_json({"tables": tables, "notes": unread, "awaiting_restatement": changed})
        return
    for table in taken:
        held = f", {table.known} files held already" if table.known else ""
        echo(f"{table.table:18} {table.files} files, {table.rows} rows added{held}")
    for line in unread:
        echo(line)
    for row in awaiting or ():
        echo(AWAITING.format(n=row.n, month=row.key))
    if awaiting == ():
        echo("the closed months stand: what was added changes no verdict of theirs")
