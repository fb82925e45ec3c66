"""`kelou audit`: one month or any range of days, from a data folder to a folder of proof."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli.console.context import config_of, settings_of
from flows.cli.console.terminal import Json, echo, echo_json
from flows.system.languages import languages

if TYPE_CHECKING:
    from checks.concepts import Period
    from checks.numbers.headline import CalendarReach
    from checks.numbers.rates import Tally
    from flows.audit.run import AuditRequest, AuditResult
    from flows.settings import Settings

    class Lang(StrEnum):
        """A language of the report, or both zh and en."""

        zh = "zh"
        en = "en"
        both = "both"
else:
    # Each file of words is one
    Lang = StrEnum("Lang", {name: name for name in (*languages(), "both")})

EXAMPLES = """Audit a data folder and write the inspection report with its proof.

Examples:

  kelou audit --data exports --month 2026-10

  kelou audit --data exports --from 2026-10-05 --to 2026-10-12 --lang both --out rerun

  kelou audit --lake lake --month 2026-10

  kelou audit --data exports --month 2026-10 --as-of 2026-11-03T09:00:00
"""


def register(app: typer.Typer) -> None:
    app.command("audit", help=EXAMPLES)(audit)


def audit(
    ctx: typer.Context,
    data: Annotated[Path | None, typer.Option(help="Folder with the exports to audit.")] = None,
    lake: Annotated[
        str | None, typer.Option(help="Audit from this lake; by default the configured one.")
    ] = None,
    month: Annotated[str | None, typer.Option(help="The month, as 2026-10.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day, as 2026-10-05.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, inclusive.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Judge as of this local time; by default the period's end.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; by default kelou-runs/PERIOD/RUN.")
    ] = None,
    lang: Annotated[
        Lang | None, typer.Option(help="Language of the report; by default zh.")
    ] = None,
    rulebooks: Annotated[
        Path | None, typer.Option(help="Folder of the company's own rulebooks.")
    ] = None,
    tier: Annotated[
        list[str] | None, typer.Option(metavar="TIER", help="Only this tier; may be repeated.")
    ] = None,
    department: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only this department; may be repeated."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Take nothing over from runs beside this one.")
    ] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf/--no-pdf", help="Leave out the PDF, for quick reruns.")
    ] = True,
    flow: Annotated[
        bool, typer.Option("--flow", help="Run as a Prefect flow; implied by PREFECT_API_URL.")
    ] = False,
    as_json: Json = False,
) -> None:
    from flows.settings import with_rulebooks
    from flows.settings.periods import period as period_of

    settings = with_rulebooks(settings_of(ctx), rulebooks)
    period = period_of(month, first, last, as_of, settings.time.zone)
    target = out or _default_out(period)

    from flows.audit.data_source import data_source_of
    from flows.audit.run import AuditRequest, run_audit
    from flows.audit.selection import Selection
    from flows.cli.console.progress import telling

    source = data_source_of(data, lake, settings)
    selection = Selection(tuple(tier or ()), tuple(department or ()))
    request = AuditRequest(
        source,
        period,
        target,
        lang.value if lang else settings.report.language,
        selection,
        fresh=fresh,
        pdf=pdf,
    )
    if flow or os.environ.get("PREFECT_API_URL"):
        from flows.scheduled.monthly import run_as_flow

        _tell(run_as_flow(request, config_of(ctx), rulebooks), as_json)
        return
    with telling() as tell:
        result = run_audit(request, settings, tell)
    _tell(result, as_json, _reopened(request, settings))


def _default_out(period: Period) -> Path:
    from flows.settings.periods import name_of

    return Path("kelou-runs") / name_of(period) / f"{datetime.now():%Y%m%d-%H%M%S}"


def _summary(result: AuditResult) -> dict[str, Any]:
    """What a program asks of a run first; metrics.json in its folder says everything."""
    headline = result.judged.metrics.headline
    return {
        "run": result.out,
        "timeliness": vars(headline.timeliness),
        "findings": result.judged.findings.height,
        "undecided": headline.unknown,
        "pending": headline.pending,
        "reports": [path.name for path in sorted(result.out.glob("*.pdf"))],
    }


def _tell(result: AuditResult, as_json: bool, reopened: Sequence[str] = ()) -> None:
    """`reopened`: findings that are open again; a flow tells them itself."""
    if as_json:
        echo_json(_summary(result))
        return
    for said in (*summary_lines(result), *reopened):
        echo(said)


def summary_lines(result: AuditResult) -> Iterator[str]:
    """What stands on the terminal at the end: row accounting, what the gate found, the answer, and
    where the report is."""
    from flows.audit.gate_lines import brief
    from flows.report.words.options import SHEET_ROWS

    metrics = result.judged.metrics
    for table, rows in metrics.accounting.items():
        sum_of = f"{rows.accepted} accepted, {rows.duplicates} duplicates"
        apart = f"{rows.superseded} superseded, {rows.quarantined} quarantined"
        yield f"{table:14} {rows.read} read = {sum_of}, {apart}"
    yield from _calendar(metrics.calendar)
    if result.known.message:
        yield f"{result.known.message}; --fresh computes them anew"
    yield from brief(result.gate)
    headline = metrics.headline
    yield (
        f"timeliness rate {_rate(headline)}, {result.judged.findings.height} findings, "
        f"{headline.unknown} undecided, {headline.pending} pending"
    )
    for mode, row in headline.by_governing.items():
        if mode != headline.governing:
            yield f"  {_rate(row)} where {_MODES[mode]} governs an act"
    if headline.obligations > SHEET_ROWS:
        yield (
            f"findings.xlsx lists the first {SHEET_ROWS:,} of {headline.obligations:,} obligations;"
            " obligations.parquet has all of them"
        )
    reports = sorted(result.out.glob("*.pdf"), key=lambda path: (path.name.count("."), path.name))
    yield from (f"report: {report}" for report in reports)


def _reopened(request: AuditRequest, settings: Settings) -> list[str]:
    """A line for each of the findings that were verified and that this audit contradicts. The
    audit is done, whether or not they can be told."""
    from flows.closing.findings.reopening import TOLD, reopen_after_audit
    from flows.system.errors import KelouError

    try:
        numbers = reopen_after_audit(request.source, request.out, settings)
        return [TOLD.format(number=number) for number in numbers]
    except KelouError as error:
        typer.echo(f"kelou: verified findings were not looked at again: {error}", err=True)
        return []


def _calendar(calendar: CalendarReach) -> Iterator[str]:
    """In one line, that deadlines reach beyond the published calendar."""
    if calendar.provisional:
        yield (
            f"working days are published "
            f"through {calendar.published_through}: {calendar.provisional} obligations"
            " reach beyond it, breaches among them stay undecided; kelou calendar import FILE "
            "takes in the next notice"
        )


def _rate(row: Tally) -> str:
    of = row.timeliness
    return "no case" if of.rate is None else f"{of.rate:.2%} ({of.numerator} of {of.denominator})"


_MODES = {"strictest": "the gravest verdict", "order": "the first regulation in order"}
