"""`kelou audit`: one month or any range of days, from a data folder to a folder of proof."""

from __future__ import annotations

import os
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.context import config_of, settings_of
from flows.cli.terminal import echo

if TYPE_CHECKING:
    from checks.concepts import Period
    from flows.audit import AuditResult

EXAMPLES = """Audit a data folder and write the inspection report with its proof.

Examples:

  kelou audit --data exports --month 2026-10

  kelou audit --data exports --from 2026-10-05 --to 2026-10-12 --lang both --out rerun

  kelou audit --lake lake --month 2026-10

  kelou audit --data exports --month 2026-10 --as-of 2026-11-03T09:00:00
"""


class Lang(StrEnum):
    zh = "zh"
    en = "en"
    both = "both"


def register(app: typer.Typer) -> None:
    app.command("audit", help=EXAMPLES)(audit)


def audit(
    ctx: typer.Context,
    data: Annotated[Path | None, typer.Option(help="Folder with the exports to audit.")] = None,
    lake: Annotated[str | None, typer.Option(help="Audit from this lake; by default the configured one.")] = None,
    month: Annotated[str | None, typer.Option(help="The month, as 2026-10.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day, as 2026-10-05.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, inclusive.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Judge as of this local time; by default the period's end.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the run; by default kelou-runs/PERIOD/RUN.")] = None,
    lang: Annotated[Lang | None, typer.Option(help="Language of the report; by default zh.")] = None,
    rulebooks: Annotated[Path | None, typer.Option(help="Folder of the company's own rulebooks.")] = None,
    tier: Annotated[list[str] | None, typer.Option(metavar="TIER", help="Only this tier; may be repeated.")] = None,
    department: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this department; may be repeated.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Take nothing over from runs beside this one.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Leave out the PDF, for quick reruns.")] = True,
    flow: Annotated[bool, typer.Option("--flow", help="Run as a Prefect flow; implied by PREFECT_API_URL.")] = False,
) -> None:
    from flows.periods import period as period_of
    from flows.settings import with_rulebooks

    settings = with_rulebooks(settings_of(ctx), rulebooks)
    period = period_of(month, first, last, as_of)
    target = out or _default_out(period)

    from flows.audit import AuditRequest, run_audit
    from flows.cli.progress import telling
    from flows.origin import origin_of
    from flows.stages import Selection

    origin = origin_of(data, lake, settings)
    selection = Selection(tuple(tier or ()), tuple(department or ()))
    request = AuditRequest(
        origin, period, target, lang.value if lang else settings.report.language, selection, fresh=fresh, pdf=pdf
    )
    if flow or os.environ.get("PREFECT_API_URL"):
        from flows.monthly import run_as_flow

        _print_summary(run_as_flow(request, config_of(ctx), rulebooks))
        return
    with telling() as tell:
        _print_summary(run_audit(request, settings, tell))


def _default_out(period: Period) -> Path:
    from flows.periods import name_of

    return Path("kelou-runs") / name_of(period) / f"{datetime.now():%Y%m%d-%H%M%S}"


def _print_summary(result: AuditResult) -> None:
    """Row accounting, the answer, and where the report is."""
    metrics = result.judged.metrics
    for table, counts in metrics["accounting"].items():
        parts = ", ".join(f"{counts[k]} {k}" for k in ("accepted", "duplicates", "superseded", "quarantined"))
        echo(f"{table:14} {counts['read']} read = {parts}")
    headline = metrics["headline"]
    timeliness = headline["timeliness"]
    rate = "no case" if timeliness["rate"] is None else f"{timeliness['rate']:.2%}"
    echo(
        f"timeliness rate {rate} ({timeliness['numerator']} of {timeliness['denominator']}), "
        f"{result.judged.findings.height} findings, {headline['unknown']} undecided, {headline['pending']} pending"
    )
    for report in sorted(result.out.glob("*.pdf"), key=lambda path: (path.name.count("."), path.name)):
        echo(f"report: {report}")
