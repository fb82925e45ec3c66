"""kelou sample: the day's spot check as a check sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console.context import settings_of

HELP = """Draw the day's spot check: at least 30 % of the tickets, of every department and tier at
least one.

The inspector fills in the first columns of the XLSX; put it into the data folder as
spot_checks.xlsx (or into a folder spot_checks there) and the next audit reads it back. The PDF is
the same sheet for the clipboard.

Example:  kelou sample --data exports --date 2026-10-14
"""


def register(app: typer.Typer) -> None:
    app.command("sample", help=HELP)(sample_command)


def sample_command(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="Folder with the exports.")],
    date: Annotated[str, typer.Option(help="The day, as 2026-10-14.")],
    share: Annotated[
        float | None,
        typer.Option(
            help="Share of the tickets; by default that of the regulations, 0.3.", min=0.01, max=1.0
        ),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Another draw; by default the day's number, as 20261014.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the sheets; by default kelou-runs/spot-checks.")
    ] = None,
) -> None:
    from flows.audit import gathering
    from flows.law.judging_options import judging_options, spot_check_share
    from flows.oversight.sample import draw
    from flows.settings.periods import day, end_of

    settings = settings_of(ctx)
    checked = day("--date", date)
    rules = gathering.load_rules(settings)
    intake = gathering.ingest(data, settings, end_of(checked, settings.time.zone))
    drawn = draw(
        intake.records,
        rules.rulebooks,
        judging_options(settings),
        checked,
        share or spot_check_share(settings, rules.rulebooks),
        int(f"{checked:%Y%m%d}") if seed is None else seed,
        out or settings.schedules.out / "spot-checks",
    )
    typer.echo(
        f"{len(drawn.sheet.rows)} of {drawn.sheet.drawn_of} tickets drawn, seed {drawn.sheet.seed}"
    )
    typer.echo(f"sheet: {drawn.workbook}\nprint: {drawn.print}")
