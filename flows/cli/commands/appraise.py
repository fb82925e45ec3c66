"""`kelou appraise`: the monthly appraisal of departments and persons."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.commands.audit import Lang
from flows.cli.console.context import lake_of, settings_of

EXAMPLES = """Write the appraisal of a closed month (TC 第十五、十六条, RC 第二十一、二十二条).

A sheet for each department and, in a restricted file of their own, for each person.

The indicators that the texts name, satisfaction, conduct, and what the articles foresee as
proposals; people decide.

Examples:

  kelou appraise --month 2026-10 --lake lake

  kelou appraise --month 2026-10 --lake lake --out appraisal-2026-10
"""


def register(app: typer.Typer) -> None:
    app.command("appraise", help=EXAMPLES)(appraise)


def appraise(
    ctx: typer.Context,
    month: Annotated[str, typer.Option(help="The month, as 2026-10.")],
    lake: Annotated[
        str | None, typer.Option(help="The lake; by default the configured one.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; by default kelou-runs/MONTH-appraisal.")
    ] = None,
    lang: Annotated[
        Lang | None, typer.Option(help="Language of the sheets; by default zh.")
    ] = None,
) -> None:
    from flows.closing.appraise import DEPARTMENTS, PERSONS, write_appraisals

    settings = settings_of(ctx)
    uri = lake_of(ctx, lake)
    target = out or Path("kelou-runs") / f"{month}-appraisal"
    language = lang.value if lang else settings.report.language
    found = write_appraisals(uri, month, target, settings, language)
    counts = {who: sum(a.who == who for a in found) for who in ("department", "person")}
    typer.echo(f"{counts['department']} departments: {target / DEPARTMENTS}")
    typer.echo(f"{counts['person']} persons (restricted): {target / PERSONS}")
