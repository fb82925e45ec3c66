"""What the page of a Prefect run shows, so that it alone tells the result."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from prefect.artifacts import create_link_artifact, create_table_artifact

from checks.concepts import VERDICTS
from checks.numbers.rates import Rate, Tally
from checks.numbers.whole import Metrics
from flows.settings import Settings


def show_inspection(metrics: Metrics, out: Path, settings: Settings) -> None:
    """The answer by regulation, the data's quality by table, and the way to the report."""
    create_table_artifact(_rates(metrics), key="timeliness", description=_answer(metrics))
    create_table_artifact(
        _accounting(metrics),
        key="data-quality",
        description="Rows of every table, all accounted for.",
    )
    for report in sorted(out.glob("*.pdf")):
        create_link_artifact(
            address_of(report, settings), link_text=report.name, key="report", description=str(out)
        )


def address_of(report: Path, settings: Settings) -> str:
    """Where a browser finds it: at `kelou pages`, if its address is configured and it serves the
    folder; else the file, which only this machine opens."""
    runs, place = settings.schedules.out.resolve(), report.resolve()
    if settings.pages.url and place.is_relative_to(runs):
        return f"{settings.pages.url.rstrip('/')}/runs/{quote(place.relative_to(runs).as_posix())}"
    return place.as_uri()


def _answer(metrics: Metrics) -> str:
    headline, rate = metrics.headline, metrics.headline.timeliness
    return (
        f"Timeliness {_percent(rate)} ({rate.numerator} of {rate.denominator}), "
        f"{metrics.findings.total} findings, {headline.unknown} undecided,"
        f" {headline.pending} pending."
    )


def _rates(metrics: Metrics) -> list[dict[str, Any]]:
    governing = metrics.headline.by_governing.items()
    rows: list[tuple[str, Tally]] = [
        *((f"all ({mode})", row) for mode, row in governing),
        *((row.key, row) for row in metrics.by_regulation),
    ]
    return [
        {"regulation": name, "timeliness": _percent(row.timeliness)}
        | {verdict: row.n(verdict) for verdict in VERDICTS}
        for name, row in rows
    ]


def _accounting(metrics: Metrics) -> list[dict[str, Any]]:
    return [{"table": table, **vars(counts)} for table, counts in metrics.accounting.items()]


def _percent(of: Rate) -> str:
    return "no case" if of.rate is None else f"{of.rate:.2%}"
