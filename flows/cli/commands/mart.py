"""`kelou mart`: the tables that look across closings, written anew."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.console.context import lake_of

HELP = """Write anew the tables of all closings, for DuckDB, Spark, Power BI.

They lie in the lake under mart/obligations and mart/findings. kelou close keeps them up to date;
this is for a lake closed by an earlier version, or after they were deleted.

Examples:

  kelou mart --lake lake
"""


def register(app: typer.Typer) -> None:
    app.command("mart", help=HELP)(mart)


def mart(
    ctx: typer.Context,
    lake: Annotated[
        str | None, typer.Option(help="The lake; by default the configured one.")
    ] = None,
) -> None:
    from flows.archive.closings import folder_of
    from flows.closing.mart import write_mart
    from flows.ingest.lake import Lake
    from flows.ingest.lake.alone import alone
    from flows.system.errors import InputError

    uri = lake_of(ctx, lake)
    if not folder_of(uri).is_dir():
        raise InputError(
            f"{uri}: no month is closed there, so there is nothing to write; see kelou close"
        )
    with alone(Lake(uri)):
        months = write_mart(uri, anew=True)
    typer.echo(f"{len(months)} months: {', '.join(months)}")
