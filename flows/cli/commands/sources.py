"""`kelou sources`: what a data folder holds, how each column is understood, what is missing; the
shipped presets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.console.context import settings_of
from flows.cli.console.terminal import echo, in_terminal

if TYPE_CHECKING:
    import polars as pl

    from checks.gate import Gate
    from checks.law.rulebook import Rulebooks
    from flows.ingest.examination import Examination, TableReport
    from flows.ingest.folder import TableIntake
    from flows.ingest.intake import Understood
    from flows.settings import Settings

HELP = """Look at the inputs before any audit.

Examples:

  kelou sources check --data exports

  kelou sources check --data exports --month 2026-10

  kelou sources presets

  kelou sources draft exports/desk.xlsx --out kelou.toml

  kelou sources schema > kelou.schema.json
"""


def register(app: typer.Typer) -> None:
    sources = typer.Typer(help=HELP, no_args_is_help=True)
    sources.command("check")(check)
    sources.command("presets")(show_presets)
    sources.command("draft")(draft)
    sources.command("schema")(schema)
    app.add_typer(sources, name="sources")


def check(
    ctx: typer.Context,
    data: Annotated[Path, typer.Option(help="Folder with the exports.")],
    month: Annotated[
        str | None, typer.Option(help="The month to audit, as 2026-10, to see rows outside it.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="First day to audit, as 2026-10-05.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day to audit, inclusive.")] = None,
    problems: Annotated[
        int, typer.Option(min=0, help="How many problems to show of each table.")
    ] = 5,
) -> None:
    """Show what was found, which rules it feeds, what is missing. Status 3 if an audit would not go
    on from here."""
    from flows.audit.gate import gate_of, stops
    from flows.audit.gathering import load_rules
    from flows.ingest import options_of
    from flows.ingest.examination import examine
    from flows.settings.periods import period

    settings = settings_of(ctx)
    given = month or first or last
    asked = period(month, first, last, None, settings.time.zone) if given else None
    examination, rulebooks = examine(data, options_of(settings)), load_rules(settings).rulebooks
    for table in examination.tables:
        _show_table(table, rulebooks, problems)
    _show_rest(examination)
    gate = gate_of(examination.intake, rulebooks, asked, settings)
    _show_gate(gate, settings)
    raise typer.Exit(3 if not examination.auditable or stops(gate, settings) else 0)


def draft(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="Unknown exports: files, folders.")],
    out: Annotated[
        Path | None, typer.Option(help="A new file for the mapping, as kelou.toml.")
    ] = None,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing, in a terminal neither.")
    ] = False,
) -> None:
    """Write a first mapping for unknown exports: sections for kelou.toml, with what to decide.

    In a terminal the three most important decisions are asked for.
    """
    from flows.ingest import options_of
    from flows.ingest.draft import draft as proposals
    from flows.ingest.draft_toml import toml_lines
    from flows.ingest.words import reading
    from flows.system.errors import UsageError
    from flows.system.visible import visible

    if out and out.exists():
        raise UsageError(f"--out {out} is there already; give a new file")
    found = list(proposals(paths, reading(options_of(settings_of(ctx))).vocabulary))
    if not no_input and in_terminal():
        from flows.cli.console.questions import choice
        from flows.ingest.answers import asked

        found = asked(found, choice)
    taken = set[str]()
    sections = ("\n".join(toml_lines(proposal, taken)) for proposal in found)
    text = visible("\n\n".join(sections))
    if out is None:
        typer.echo(text)
        return
    out.write_text(text + "\n", encoding="utf-8")
    typer.echo(f"{out}: look at it, then run kelou sources check")


def schema() -> None:
    """Print the JSON schema of kelou.toml, for editors that complete and check as one writes."""
    import json

    from flows.settings import Settings

    echo(json.dumps(Settings.model_json_schema(), ensure_ascii=False, indent=1))


def show_presets() -> None:
    """List the shipped presets for other systems' exports."""
    from flows.ingest.sources import presets

    width = max(map(len, presets()))
    for name, preset in presets().items():
        echo(f"{name:<{width}} {preset.about} -> {preset.table}; files {', '.join(preset.files)}")
        for link in preset.described_at:
            echo(f"{'':<{width}} {link}")


def _show_gate(gate: Gate, settings: Settings) -> None:
    from flows.audit.gate import stops
    from flows.audit.gate_lines import whole

    for line in whole(gate):
        echo(line)
    for reason in stops(gate, settings):
        echo(f"an audit would stop here: {reason}")


def _show_table(table: TableReport, rulebooks: Rulebooks, problems: int) -> None:
    if table.taken is None:
        echo(f"{table.name}: not readable")
    else:
        counts = dict(table.taken.counts)
        echo(
            f"{table.name}: {counts.pop('read')} rows read "
            f"= {' + '.join(f'{n} {k}' for k, n in counts.items())}"
        )
        for file in table.taken.understood:
            _show_file(file, _fed(table, file, rulebooks))
        _show_problems(table.name, table.taken, problems)
    for error in table.errors:
        echo(f"  ERROR {error}")


def _show_file(file: Understood, fed: str) -> None:
    understood = ", ".join(_meaning(name, column) for name, column in file.columns.items())
    echo(f"  {file.file}, {file.rows} row{'s' * (file.rows != 1)}: {understood}")
    echo(f"    feeds {fed}")
    if file.unknown:
        echo(f"    ignored, without a meaning: {', '.join(file.unknown)}")
    if file.lacking:
        echo(f"    not in this export: {', '.join(file.lacking)}")
    if file.missing:
        echo(f"    MISSING: {', '.join(file.missing)}")


def _meaning(name: str, column: str) -> str:
    """`heading -> column`, `expression AS column`, or the column alone where it is called just
    so."""
    if name.removesuffix(f" AS {column}") == column:
        return column
    return name if name.endswith(f" AS {column}") else f"{name} -> {column}"


def _fed(table: TableReport, file: Understood, rulebooks: Rulebooks) -> str:
    """The rules and clauses that the file's columns help to decide."""
    from checks.gate import fed_by

    columns = frozenset(file.columns.values())
    if table.name == "ticket_events" and table.taken:
        columns = frozenset(
            f"{event}_at" for event in table.taken.records.collect()["event"].unique()
        )
    found = fed_by(rulebooks, table.name, columns)
    kinds = (("rule", found.rules), ("clause", found.clauses))
    if len(found.rules) == len(rulebooks.rules):
        return f"all {len(rulebooks.rules)} rules"
    shown = [
        f"{len(names)} {kind}{'' if len(names) == 1 else 's'} ({', '.join(names)})"
        for kind, names in kinds
        if names
    ]
    return " and ".join(shown) or "no rule by itself"


def _show_problems(name: str, taken: TableIntake, most: int) -> None:
    from checks.gate import coded

    # Unknown codes are told by value, with what else the gate found.
    by_value = taken.issues["column"].is_in(sorted(coded(name)))
    cells = taken.issues.filter((taken.issues["row"] > 0) & ~by_value)
    for title, lines in (("quarantined", taken.quarantine), ("not understood", cells)):
        if lines.height and most:
            echo(
                f"  {title}: {lines.height} cells, for example"
                if lines.height > most
                else f"  {title}:"
            )
            for line in _examples(lines, most):
                echo(f"    {line}")


def _examples(lines: pl.DataFrame, most: int) -> list[str]:
    return [
        f"{row['file']}, row {row['row']}{', ' + row['column'] if row['column'] else ''}"
        f"{' ' + repr(row['value'][:40]) if row['value'] else ''}: {row['reason']}"
        for row in lines.head(most).iter_rows(named=True)
    ]


def _show_rest(examination: Examination) -> None:
    for name in examination.missing:
        echo(f"{name}: MISSING; needed, and not declared absent in kelou.toml")
    for name in examination.idle:
        echo(f"source {name}: no file matches its patterns")
