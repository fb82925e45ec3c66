"""`kelou explain`: why a case was judged so, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.console.context import run_folder, settings_of
from flows.cli.console.terminal import echo

if TYPE_CHECKING:
    from flows.settings import Settings

EXAMPLES = """Explain one case of a run: every clause that binds it, clock, limit, days counted,
verdict, records.

SUBJECT is a call, a chat session (conversation#N), a question in a chat (conversation#qN) or a
ticket (ticket, after a reopening ticket#2).

Examples:

  kelou explain kelou-runs/demo GZ202610-00015

  kelou explain kelou-runs/demo 'HH-P01#1' --lang en
"""


def register(app: typer.Typer) -> None:
    app.command("explain", help=EXAMPLES)(explain)


def explain(
    ctx: typer.Context,
    run_dir: Annotated[
        Path,
        typer.Argument(
            metavar="RUN_DIR",
            parser=run_folder,
            help="Folder of the run.",
        ),
    ],
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="The case's id.")],
    data: Annotated[
        Path | None, typer.Option(help="Data folder, if it has moved since the run.")
    ] = None,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    from flows.system.errors import UsageError

    if lang not in ("zh", "en"):
        raise UsageError(f"--lang {lang}: write zh or en")
    from flows.audit.explain import explain as explained

    settings = _made_with(run_dir, settings_of(ctx))
    for number, found in enumerate(explained(run_dir, subject, data, settings, lang)):
        if number:
            echo("")
        for label, text in found:
            echo(f"{label}: {text}")


def _made_with(run: Path, settings: Settings) -> Settings:
    """The settings that the run was made with; those given where it does not tell."""
    from flows.archive.integrity import read_json
    from flows.closing.manifest import settings_of as settings_of_run

    manifest = read_json(run / "manifest.json") or {}
    return settings_of_run(manifest) if "configuration" in manifest else settings
