"""`kelou whatif`: what would move if a rule were another one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.commands.rules import Lang
from flows.cli.console.terminal import Json, echo, echo_json

if TYPE_CHECKING:
    from flows.closing.whatif import Change

EXAMPLES = """Judge the month of a run again under another rule, and show what moves: verdicts,
departments, findings, proposals.

Nothing is written or published; validation and documents are left out.

Examples:

  kelou whatif kelou-runs/demo --rule TC-6.1-online --limits core=3min,important=5min

  kelou whatif kelou-runs/demo --rule TC-6.2-urgent-respond --limits all=30min --json

  kelou whatif kelou-runs/demo --rulebooks our-rules --lang en

  kelou whatif kelou-runs/demo --governing order
"""


def register(app: typer.Typer) -> None:
    app.command("whatif", help=EXAMPLES)(whatif)


def whatif(
    run_dir: Annotated[Path, typer.Argument(metavar="RUN_DIR", help="Folder of the run.")],
    rule: Annotated[
        list[str] | None,
        typer.Option(
            help="Id of a rule with other limits; may be given again, each with --limits."
        ),
    ] = None,
    limits: Annotated[
        list[str] | None,
        typer.Option(
            help="Its limits by tier, as core=3min,important=5min; all=5min for every tier, "
            "core= for no limit."
        ),
    ] = None,
    rulebooks: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Rulebooks in place of the company's own of the run."),
    ] = None,
    governing: Annotated[str | None, typer.Option(help="strictest or order.")] = None,
    data: Annotated[
        Path | None, typer.Option(help="Data folder, if it has moved since the run.")
    ] = None,
    as_json: Json = False,
    lang: Annotated[Lang, typer.Option(help="Language of the tables.")] = Lang.zh,
) -> None:
    from flows.cli.console.listing import show
    from flows.closing.whatif import what_if
    from flows.closing.whatif_listing import as_json as content_of
    from flows.closing.whatif_listing import listings

    found = what_if(run_dir, _change(rule or [], limits or [], rulebooks, governing), data)
    if as_json:
        echo_json(content_of(found))
        return
    for number, listing in enumerate(listings(found, lang.value)):
        if number:
            echo("")
        show(listing, "table")


def _change(
    rules: list[str], limits: list[str], rulebooks: Path | None, governing: str | None
) -> Change:
    """The options as one change. Raises UsageError."""
    from flows.closing.whatif import Change, limits_of
    from flows.system.errors import UsageError

    if len(rules) != len(limits):
        raise UsageError(
            "give --limits once for each --rule, as --rule TC-6.1-online --limits core=3min"
        )
    if governing not in (None, "strictest", "order"):
        raise UsageError(f"--governing {governing}: write strictest or order")
    found = {rule: limits_of(text) for rule, text in zip(rules, limits, strict=True)}
    return Change(rulebooks, governing, found)  # type: ignore[arg-type]
