"""`kelou sources`: what a data folder holds, how each column is understood, what is missing; the shipped presets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.context import settings_of

if TYPE_CHECKING:
    import polars as pl

    from flows.ingest.examination import Examination, TableReport
    from flows.ingest.folder import Taken
    from flows.ingest.intake import Understood

HELP = """Look at the inputs before any audit.

Examples:

  kelou sources check --data exports

  kelou sources presets
"""


def register(app: typer.Typer) -> None:
    sources = typer.Typer(help=HELP, no_args_is_help=True)
    sources.command("check")(check)
    sources.command("presets")(show_presets)
    app.add_typer(sources, name="sources")


def check(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="Folder with the exports.")],
    problems: Annotated[int, typer.Option(min=0, help="How many problems to show of each table.")] = 5,
) -> None:
    """Show what was found, how each column was understood and what is missing. Status 3 if an audit can't read it."""
    from flows.ingest import options_of
    from flows.ingest.examination import examine

    examination = examine(data, options_of(settings_of(ctx)))
    for table in examination.tables:
        _show_table(table, problems)
    _show_rest(examination)
    raise typer.Exit(0 if examination.auditable else 3)


def show_presets() -> None:
    """List the shipped presets for other systems' exports."""
    from flows.ingest.sources import presets

    for name, preset in presets().items():
        typer.echo(f"{name:<22} {preset.about} -> {preset.table}; files {', '.join(preset.files)}")
        typer.echo("".join(f"{'':<23}{link}\n" for link in preset.described_at), nl=False)


def _show_table(table: TableReport, problems: int) -> None:
    if table.taken is None:
        typer.echo(f"{table.name}: not readable")
    else:
        counts = dict(table.taken.counts)
        typer.echo(
            f"{table.name}: {counts.pop('read')} rows read = {' + '.join(f'{n} {k}' for k, n in counts.items())}"
        )
        for file in table.taken.understood:
            _show_file(file)
        _show_problems(table.taken, problems)
    for error in table.errors:
        typer.echo(f"  ERROR {error}")


def _show_file(file: Understood) -> None:
    understood = ", ".join(_meaning(name, column) for name, column in file.columns.items())
    typer.echo(f"  {file.file}, {file.rows} row{'s' * (file.rows != 1)}: {understood}")
    if file.unknown:
        typer.echo(f"    ignored, without a meaning: {', '.join(file.unknown)}")
    if file.lacking:
        typer.echo(f"    not in this export: {', '.join(file.lacking)}")
    if file.missing:
        typer.echo(f"    MISSING: {', '.join(file.missing)}")


def _meaning(name: str, column: str) -> str:
    """`heading -> column`, `expression AS column`, or the column alone where it is called just so."""
    if name.removesuffix(f" AS {column}") == column:
        return column
    return name if name.endswith(f" AS {column}") else f"{name} -> {column}"


def _show_problems(taken: Taken, most: int) -> None:
    cells = taken.issues.filter(taken.issues["row"] > 0)
    for title, lines in (("quarantined", taken.quarantine), ("not understood", cells)):
        if lines.height and most:
            typer.echo(f"  {title}: {lines.height} cells, for example" if lines.height > most else f"  {title}:")
            for line in _examples(lines, most):
                typer.echo(f"    {line}")


def _examples(lines: pl.DataFrame, most: int) -> list[str]:
    return [
        f"{row['file']}, row {row['row']}{', ' + row['column'] if row['column'] else ''}"
        f"{' ' + repr(row['value'][:40]) if row['value'] else ''}: {row['reason']}"
        for row in lines.head(most).iter_rows(named=True)
    ]


def _show_rest(examination: Examination) -> None:
    from flows.ingest.unread import told

    for name in examination.missing:
        typer.echo(f"{name}: MISSING; needed, and not declared absent in kelou.toml")
    for name in examination.idle:
        typer.echo(f"source {name}: no file matches its patterns")
    for line in told(examination.unread, len(examination.unread)):
        typer.echo(line)
