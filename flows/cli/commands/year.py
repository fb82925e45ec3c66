"""`kelou year`: twelve closings added up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.commands.audit import Lang
from flows.cli.console.context import lake_of, settings_of
from flows.cli.console.terminal import Json, echo_json

EXAMPLES = """Add up the closings of a year: rates with intervals, ranks, and proposals.

The proposals are the rewards and penalties that TC 第十六条 and RC 第二十二条 foresee, each with
its evidence and with what speaks against it; people decide.

Examples:

  kelou year 2026 --lake lake

  kelou year 2026 --lake lake --lang both --out year-2026
"""


def register(app: typer.Typer) -> None:
    app.command("year", help=EXAMPLES)(year)


def year(
    ctx: typer.Context,
    number: Annotated[
        int, typer.Argument(metavar="YEAR", min=1970, max=2100, help="The year, as 2026.")
    ],
    lake: Annotated[
        str | None, typer.Option(help="The lake; by default the configured one.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; by default kelou-runs/YEAR.")
    ] = None,
    lang: Annotated[
        Lang | None, typer.Option(help="Language of the report; by default zh.")
    ] = None,
    as_json: Json = False,
) -> None:
    from flows.cli.console.progress import telling
    from flows.closing.year import write_year

    settings = settings_of(ctx)
    uri = lake_of(ctx, lake)
    target = out or Path("kelou-runs") / str(number)
    with telling() as tell:
        tell("adding up the year")
        language = lang.value if lang else settings.report.language
        facts = write_year(uri, number, target, settings, language)
    rate = facts.headline.timeliness
    if as_json:
        told = {"timeliness": vars(rate), "proposals": len(facts.proposals)}
        echo_json({"folder": target, **told, "missing": facts.missing})
        return
    typer.echo(f"{_closings(len(facts.closings))}, {rate.numerator} of {rate.denominator} in time")
    typer.echo(f"{len(facts.proposals)} proposals for people to decide: {target / 'proposals.csv'}")
    if facts.missing:
        typer.echo(f"not closed yet: {', '.join(facts.missing)}")


def _closings(n: int) -> str:
    return "1 closing" if n == 1 else f"{n} closings"
