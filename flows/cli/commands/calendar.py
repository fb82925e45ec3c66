"""`kelou calendar`: how far working days are published, and a new year's notice as data."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.commands.rules import Form, FormOption
from flows.cli.console.context import settings_of

if TYPE_CHECKING:
    from flows.law.calendars.notices import Imported

HELP = """Working days: which years are published, and the holiday notice of a new one.

Examples:

  kelou calendar show

  kelou calendar show 2027

  kelou calendar import 2027.json      (or a CSV with the columns date,working or date,is_off_day)
"""


def register(app: typer.Typer) -> None:
    calendar = typer.Typer(help=HELP, no_args_is_help=True)
    calendar.command("import")(import_)
    calendar.command("show")(show_)
    app.add_typer(calendar, name="calendar")


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The notice, as JSON or CSV.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of another of its year.")
    ] = False,
) -> None:
    """Check the State Council's holiday notice of a year and keep it in judging.calendars, where
    every run finds it.

    Then the year counts as published, and what is counted in it is provisional no more.

    Example: kelou calendar import 2027.json
    """
    from flows.law.calendars.listing import differing, through
    from flows.law.calendars.notices import folder_of, import_notice
    from flows.law.judging_options import judging_options

    settings = settings_of(ctx)
    kept = import_notice(file, folder_of(settings), datetime.now(), replace)
    typer.echo(_told(kept))
    if others := differing(kept):
        typer.echo(
            f"the shipped calendar says otherwise of {', '.join(others)}; the imported notice holds"
        )
    typer.echo(through(judging_options(settings).calendar))


def show_(
    ctx: typer.Context,
    year: Annotated[
        int | None, typer.Argument(metavar="YEAR", help="Its days off and days made up for.")
    ] = None,
    form: FormOption = Form.table,
) -> None:
    """List the years whose working days are known, or the days of one of them.

    Example: kelou calendar show 2027 --format csv
    """
    from flows.cli.console.listing import show
    from flows.law.calendars.listing import day_listing, year_listing
    from flows.law.calendars.notices import kept, notice_files
    from flows.law.judging_options import judging_options

    settings = settings_of(ctx)
    calendar, imported = (
        judging_options(settings).calendar,
        [kept(path) for path in notice_files(settings)],
    )
    show(
        day_listing(year, calendar, imported) if year else year_listing(calendar, imported),
        form.value,
    )


def _told(kept: Imported) -> str:
    days = kept.notice.days
    off = sum(not works for works in days.values())
    made_up = sum(works and day.weekday() >= 5 for day, works in days.items())
    return (
        f"{kept.path}: notice of {kept.notice.year}, {off} days off, {made_up} days made up "
        f"for; SHA-256 {kept.sha256}"
    )
