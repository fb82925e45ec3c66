"""`kelou approve`: a report stops being a draft."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console.context import run_folder, settings_of
from flows.cli.console.terminal import Json, Request, echo_json

EXAMPLES = """Approve a run or a closing.

Who, when and of which hash is recorded beside its manifest, and its edition without
the draft mark appears under RUN_DIR/approved, signed where the configuration (signing) names a
certificate.

Examples:

  kelou approve lake/closings/2026-10/closing --by 张总

  kelou approve kelou-runs/demo --by 张总 --note "经总经理办公会讨论"
"""


def register(app: typer.Typer) -> None:
    app.command("approve", help=EXAMPLES)(approve)


def approve(
    ctx: typer.Context,
    run_dir: Annotated[
        Path,
        typer.Argument(
            metavar="RUN_DIR",
            parser=run_folder,
            help="Folder of the run or closing.",
        ),
    ],
    by: Annotated[str, typer.Option(help="Who approves.")],
    note: Annotated[str, typer.Option(help="What to record with it.")] = "",
    request: Request = None,
    as_json: Json = False,
) -> None:
    from flows.archive.run_folder import APPROVED
    from flows.cli.console.progress import telling
    from flows.closing.approve import approve as approved

    with telling() as tell:
        tell("writing the approved edition")
        said = approved(run_dir, by, note, settings_of(ctx), request)
    if as_json:
        echo_json({"recorded": said, "edition": run_dir / APPROVED})
        return
    words = f"approved by {by}: {run_dir / APPROVED}"
    typer.echo(words if said else f"{words}; that was recorded before")
