"""`kelou object`: a department disputes a report, or one of its findings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console.context import run_folder
from flows.cli.console.terminal import Json, Request, echo_json

EXAMPLES = """Record a department's objection to a run or closing; the approved edition prints it
(附件 异议).

Examples:

  kelou object lake/closings/2026-10/closing --department 技术支持部 --by 李工 --note 系统停机
"""


def register(app: typer.Typer) -> None:
    app.command("object", help=EXAMPLES)(object_to)


def object_to(
    run_dir: Annotated[
        Path,
        typer.Argument(
            metavar="RUN_DIR",
            parser=run_folder,
            help="Folder of the run or closing.",
        ),
    ],
    department: Annotated[str, typer.Option(help="The department that objects.")],
    by: Annotated[str, typer.Option(help="Who speaks for it.")],
    note: Annotated[str, typer.Option(help="What it objects to, and why.")],
    finding: Annotated[
        str | None, typer.Option(help="The finding disputed; without it the whole report.")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option(help="The file that shows it; its hash is kept.")
    ] = None,
    request: Request = None,
    as_json: Json = False,
) -> None:
    from flows.closing.approvals import record_objection

    said = record_objection(run_dir, department, by, note, finding, evidence, request)
    if as_json:
        echo_json({"recorded": said})
    elif said:
        typer.echo(f"objection of {department} recorded; kelou approve prints it")
    else:
        typer.echo(f"this objection of {department} was recorded before")
