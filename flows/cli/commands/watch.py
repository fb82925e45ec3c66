"""kelou watch: what is due soon or overdue and still open."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.console.context import settings_of
from flows.cli.console.terminal import Json, echo, echo_json

if TYPE_CHECKING:
    import polars as pl

HELP = """Show what has used 80 % of its limit, or more than all of it, and is still open.

Examples:

  kelou watch --data exports

  kelou watch --data exports --at 2026-10-14T12:00:00

  kelou watch --data exports --send    (deliver what is new to the configured addresses)
"""


def register(app: typer.Typer) -> None:
    app.command("watch", help=HELP)(watch_command)


def watch_command(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="Folder with the exports.")],
    at: Annotated[str | None, typer.Option(help="Local time of the watch; by default now.")] = None,
    send: Annotated[
        bool,
        typer.Option(
            "--send", help="Deliver each alert once, to the addresses of the configuration."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    import polars as pl

    from flows.audit import gathering
    from flows.law.judging_options import judging_options, warned_from
    from flows.oversight.watch import watch
    from flows.scheduled.owed_month import local_now
    from flows.settings.periods import instant

    settings = settings_of(ctx)
    moment = instant("--at", at, settings.time.zone) if at else local_now(settings.time.zone)
    rulebooks = gathering.load_rules(settings).rulebooks
    intake = gathering.ingest(data, settings, moment)
    share = warned_from(settings, rulebooks)
    steps = watch(intake.records, rulebooks, judging_options(settings), moment, share)
    titles = {rule.id: rule.title.en for rule in rulebooks.rules}
    if as_json:
        rows = steps.with_columns(left=pl.col("left").dt.total_seconds()).to_dicts()
        echo_json({"at": moment, "steps": rows})
    else:
        _print(steps, titles)
    if send:
        from flows.oversight.watch.deliver import deliver
        from flows.oversight.watch.ledger import Ledger

        sent = deliver(
            steps, rulebooks, settings.alerts, Ledger(settings.schedules.out / "alerts.csv"), moment
        )
        if not as_json:
            echo(f"{sent} alerts sent")


def _print(steps: pl.DataFrame, titles: dict[str, str]) -> None:
    """One line per step, then how many of each kind."""
    for row in steps.iter_rows(named=True):
        hours = abs(row["left"].total_seconds()) / 3600
        when = f"{hours:.1f} h over" if row["kind"] == "overdue" else f"{hours:.1f} h left"
        who = f"{row['responsible'] or 'unassigned'}, {row['department'] or 'no department'}"
        number = f"{row['finding_id']}  " if row["kind"] == "overdue" else ""
        echo(
            f"{row['kind']:8} {row['due_at']:%Y-%m-%d %H:%M}  {when:>12}  {row['subject_id']}  "
            f"{number}{row['rule_id']} {titles[row['rule_id']]}  ({who})"
        )
    overdue = (steps["kind"] == "overdue").sum()
    echo(f"{len(steps) - overdue} due soon, {overdue} overdue")
