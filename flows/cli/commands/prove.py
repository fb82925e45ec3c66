"""`kelou prove`: one finding's place in a closing, for people who have no Kelou."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console.context import run_folder

EXAMPLES = """Prove that a finding stands in a closing, and the closing in the lake's log.

The proof is a small JSON file of two texts in the format of transparency logs (C2SP tlog-proof);
SECURITY.md has the thirty lines that check it. It holds the finding, and nothing else of the month.

Example:

  kelou prove lake/closings/2026-10/closing F-592f4d4fdf11 > F-592f4d4fdf11.json
"""


def register(app: typer.Typer) -> None:
    app.command("prove", help=EXAMPLES)(prove)


def prove(
    run_dir: Annotated[
        Path,
        typer.Argument(
            metavar="RUN_DIR",
            parser=run_folder,
            help="Folder of the closing.",
        ),
    ],
    finding: Annotated[str, typer.Argument(metavar="FINDING", help="The finding's id.")],
) -> None:
    from flows.closing.prove import prove as proved

    typer.echo(json.dumps(proved(run_dir, finding), ensure_ascii=False, indent=1))
