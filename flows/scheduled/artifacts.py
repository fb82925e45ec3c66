"""What the page of a Prefect run shows, so that it alone tells the result."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prefect.artifacts import create_link_artifact, create_table_artifact


def show_inspection(metrics: Mapping[str, Any], out: Path) -> None:
    """The answer by regulation, the data's quality by table, and the way to the report."""
    create_table_artifact(_rates(metrics), key="timeliness", description=_answer(metrics))
    create_table_artifact(
        _accounting(metrics),
        key="data-quality",
        description="Rows of every table, all accounted for.",
    )
    for report in sorted(out.glob("*.pdf")):
        create_link_artifact(
            report.resolve().as_uri(), link_text=str(report), key="report", description=str(out)
        )


def _answer(metrics: Mapping[str, Any]) -> str:
    headline, rate = metrics["headline"], metrics["headline"]["timeliness"]
    return (
        f"Timeliness {_percent(rate)} ({rate['numerator']} of {rate['denominator']}), "
        f"{metrics['findings']['total']} findings, {headline['unknown']} undecided,"
        f" {headline['pending']} pending."
    )


def _rates(metrics: Mapping[str, Any]) -> list[dict[str, Any]]:
    counts = ("met", "late", "overdue", "missing", "pending", "unknown", "exempt")
    governing = [
        {"key": f"all ({mode})", **row} for mode, row in metrics["headline"]["by_governing"].items()
    ]
    rows = [*governing, *metrics["by_regulation"]]
    return [
        {"regulation": row["key"], "timeliness": _percent(row["timeliness"])}
        | {name: row[name] for name in counts}
        for row in rows
    ]


def _accounting(metrics: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"table": table, **counts} for table, counts in metrics["accounting"].items()]


def _percent(tally: Mapping[str, Any]) -> str:
    return "no case" if tally["rate"] is None else f"{tally['rate']:.2%}"
