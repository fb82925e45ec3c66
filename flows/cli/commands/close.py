"""`kelou close`: publish a month's run into the lake, as a fact that is never overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.commands.audit import Lang
from flows.cli.console.context import lake_of, settings_of
from flows.cli.console.terminal import Json, echo_json

if TYPE_CHECKING:
    from flows.archive.closings import Closed
    from flows.settings import Settings

if TYPE_CHECKING:
    from flows.closing.close import Outcome

EXAMPLES = """Publish a month as its closing: report, obligations, numbers, manifest.

It appears in the lake under closings/MONTH, whole or not at all, and is never overwritten: what
later records change becomes a numbered restatement. Its hash is printed and sent to alerts.to: kept
elsewhere, it shows with kelou verify --expect that nobody made the closing anew.

Examples:

  kelou close --month 2026-10 --lake lake

  kelou close kelou-runs/2026-10/20261103-020000 --lake lake
"""


def register(app: typer.Typer) -> None:
    app.command("close", help=EXAMPLES)(close)


def close(
    ctx: typer.Context,
    run_dir: Annotated[
        Path | None,
        typer.Argument(
            metavar="[RUN_DIR]", help="A run of the month; without it the lake is audited."
        ),
    ] = None,
    month: Annotated[str | None, typer.Option(help="The month, as 2026-10.")] = None,
    lake: Annotated[
        str | None, typer.Option(help="The lake; by default the configured one.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Judge as of this local time; by default the month's end.")
    ] = None,
    lang: Annotated[
        Lang | None, typer.Option(help="Language of the report; by default zh.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Close a month that is not over; the report says so.")
    ] = False,
    as_json: Json = False,
) -> None:
    from flows.cli.console.progress import telling
    from flows.closing.close import close_month, close_run
    from flows.settings.periods import period
    from flows.system.errors import UsageError

    settings = settings_of(ctx)
    uri = lake_of(ctx, lake)
    if (run_dir is None) == (month is None):
        raise UsageError("give either the folder of a run, or --month 2026-10")
    with telling() as tell:
        if run_dir:
            outcome = close_run(uri, run_dir, settings, force)
        else:
            language = lang.value if lang else settings.report.language
            asked = period(month, None, None, as_of, settings.time.zone)
            outcome = close_month(uri, asked, settings, language, tell, force)
    closed = outcome.closed
    if outcome.published:
        _announce(closed, settings)
    if as_json:
        facts = {"closing": closed.name, "folder": closed.folder, "sha256": closed.sha256}
        echo_json({"published": outcome.published, **facts, **closed.manifest["closing"]})
        return
    _tell(outcome)


def _tell(outcome: Outcome) -> None:
    """What became of the month, and what its closing contradicts."""
    for number in outcome.reopened:
        typer.echo(f"{number} was verified and is open again: kelou findings show {number}")
    for row in outcome.awaiting:
        typer.echo(
            f"awaiting restatement: {row.n} verdicts of {row.key}; kelou close --month {row.key}"
        )
    if not outcome.published:
        typer.echo(f"{outcome.closed.folder} stands: every verdict is what it was")
        return
    typer.echo(f"published {outcome.closed.folder}, number {outcome.closed.number} in the chain")
    typer.echo(f"hash, to be kept elsewhere for kelou verify --expect: {outcome.closed.sha256}")
    if changes := outcome.closed.manifest["closing"].get("changes"):
        causes = ", ".join(f"{row['n']} {row['key']}" for row in changes["by_cause"])
        typer.echo(
            f"restatement {changes['restatement']}: {changes['changed']} verdicts changed "
            f"({causes})"
        )


def _announce(closed: Closed, settings: Settings) -> None:
    """The month is closed, whether or not the message arrives."""
    from flows.closing.announce import announce
    from flows.system.errors import KelouError

    try:
        announce(closed, settings)
    except KelouError as error:
        typer.echo(f"kelou: the hash of {closed.name} was not sent: {error}", err=True)
