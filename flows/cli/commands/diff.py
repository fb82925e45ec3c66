"""`kelou diff`: what another run over the same period decides otherwise, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.commands.rules import Form, FormOption
from flows.cli.console.context import run_folder

EXAMPLES = """Every verdict that differs between two runs over the same period, with its cause.

Causes: late_data (records that the first run had not), corrected_data, withdrawn_data, tier,
related_data (records of other cases), cutoff, rulebook, calendar, configuration, program.

Examples:

  kelou diff kelou-runs/2026-10/first kelou-runs/2026-10/second

  kelou diff lake/closings/2026-10/closing kelou-runs/2026-10/rerun --format csv
"""


def register(app: typer.Typer) -> None:
    app.command("diff", help=EXAMPLES)(diff)


def diff(
    run_a: Annotated[
        Path,
        typer.Argument(
            metavar="RUN_A",
            parser=run_folder,
            help="Folder of the earlier run, or of a closing.",
        ),
    ],
    run_b: Annotated[
        Path,
        typer.Argument(
            metavar="RUN_B",
            parser=run_folder,
            help="Folder of the later run.",
        ),
    ],
    form: FormOption = Form.table,
) -> None:
    from flows.cli.console.listing import show
    from flows.closing.diff import diff as differences
    from flows.law.rule_tables import Listing

    found = differences(run_a, run_b)
    rows = found.changes.to_dicts()
    counts = ", ".join(f"{row.n} {row.key}" for row in found.counted())
    notes = [
        f"{len(rows)} verdicts changed{': ' + counts if counts else ''}",
        *found.notes,
        *found.register,
    ]
    cells = [[str(cell or "—") for cell in row.values()] for row in rows]
    show(
        Listing("changes", rows, ["rule", "type", "subject", "then", "now", "cause"], cells, notes),
        form.value,
    )
