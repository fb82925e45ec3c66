"""kelou generate: service records of an invented company, of any size."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from flows.system.errors import UsageError

if TYPE_CHECKING:
    from flows.generate import Plan

RECORDS = "Calls, messages and tickets of each month (about 3 : 6 : 1)."


def register(app: typer.Typer) -> None:
    """Add the command `generate`."""
    app.command("generate")(generate)


def generate(
    ctx: typer.Context,
    out: Annotated[Path, typer.Option(help="New folder for the tables.")],
    records: Annotated[int, typer.Option(min=10, help=RECORDS)] = 10_000,
    month: Annotated[str, typer.Option(help="First month, as 2026-10.")] = "2026-10",
    months: Annotated[int, typer.Option(min=1, max=120, help="How many months.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same records.")] = 7,
    form: Annotated[
        Literal["csv", "parquet"] | None,
        typer.Option("--format", help="Without it csv up to 100,000 records, else parquet."),
    ] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Exactly the sample month, with its planted cases.")
    ] = False,
) -> None:
    """Make realistic service records of an invented company.

    Examples:

      kelou generate --records 5000 --month 2026-10 --seed 7 --out demo

      kelou generate --records 20000000 --out big --format parquet

      kelou generate --records 3000 --month 2026-01 --months 12 --out year
    """
    from flows.generate import Plan, write_sample

    if sample:
        _refuse_with_sample(ctx)
        month, rows = "2026-10", write_sample(out)
    else:
        plan = Plan(records, _first_day(month), seed, months)
        rows = _with_progress(
            plan, out, form or ("csv" if records * months <= 100_000 else "parquet")
        )
    for table, count in rows.items():
        typer.echo(f"{table:<18}{count:>14,}")
    typer.echo(f"Written to {out}. Audit it:  kelou audit --data {out} --month {month}")


def _refuse_with_sample(ctx: typer.Context) -> None:
    """The sample month is what it is: options that would shape another are a misunderstanding."""
    for name in ("records", "month", "months", "seed", "form"):
        source = ctx.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise UsageError(
                "--sample is one fixed month.\nLeave --sample or the other options out."
            )


def _first_day(month: str) -> date:
    try:
        return datetime.strptime(month, "%Y-%m").date()
    except ValueError:
        raise UsageError(f"--month {month} is no month.\nWrite it as 2026-10.") from None


def _with_progress(plan: Plan, out: Path, form: Literal["csv", "parquet"]) -> dict[str, int]:
    """Write the plan's tables; on a terminal a bar shows how far it is."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from flows.generate import generate as portions
    from flows.generate import write

    columns = (TextColumn("generating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True
    ) as bar:
        task = bar.add_task("records", total=plan.records * plan.months)
        return write(
            portions(plan), out, form, lambda rows: bar.update(task, completed=_records(rows))
        )


def _records(rows: dict[str, int]) -> int:
    return sum(rows.get(table, 0) for table in ("calls", "chats", "tickets"))
