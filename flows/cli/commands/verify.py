"""`kelou verify`: whether a published run is unchanged, and its inputs still give the same."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console.context import run_folder, settings_of
from flows.cli.console.terminal import Json, echo, echo_json

EXAMPLES = """Compare a run with its manifest, and with what its inputs give when everything is
computed again.

Status 4 and a list of what differs: inputs, outputs, seals, signatures.

Examples:

  kelou verify kelou-runs/2026-10/20261103-020000

  kelou verify kelou-runs/demo --data /mnt/archive/exports

  kelou verify lake/closings/2026-10/closing

  kelou verify lake/closings/2026-10/closing --expect HASH    (that kelou close printed, of this
  closing or of a later one: then nobody who may write the lake can have made it anew)
"""


def register(app: typer.Typer) -> None:
    app.command("verify", help=EXAMPLES)(verify)


def verify(
    ctx: typer.Context,
    run_dir: Annotated[
        Path,
        typer.Argument(
            metavar="RUN_DIR",
            parser=run_folder,
            help="Folder of a run or of a closing.",
        ),
    ],
    data: Annotated[
        Path | None, typer.Option(help="Data folder, if it has moved since the run.")
    ] = None,
    lake: Annotated[
        str | None, typer.Option(help="The lake, if it has moved since the run.")
    ] = None,
    expect: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="Hash of this or a later closing, kept elsewhere."),
    ] = None,
    as_json: Json = False,
) -> None:
    from flows.cli.console.progress import telling
    from flows.closing.verify import verify as verified
    from flows.system.errors import DifferenceFound

    with telling() as tell:
        signing = settings_of(ctx).signing
        stamped = signing.timestamp is not None
        found = verified(run_dir, data, tell, signing.trusted, lake, stamped, expect)
    if as_json:
        echo_json(asdict(found))
        raise typer.Exit(DifferenceFound.exit_status if found.differences else 0)
    for difference in found.differences:
        echo(str(difference))
    for note in found.notes:
        echo(f"note       {note}")
    if found.differences:
        raise DifferenceFound(
            f"{run_dir} is not what was published: {_counted(len(found.differences))}"
        )
    echo(
        "verified: inputs and outputs are unchanged, recomputed byte for byte"
        if found.recomputed
        else "outputs are as they were published; not everything could be computed again"
    )


def _counted(n: int) -> str:
    return "1 difference" if n == 1 else f"{n} differences"
