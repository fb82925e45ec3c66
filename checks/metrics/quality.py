"""What stands beside the rates: why obligations are undecided or exempt, and how sound the data were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl


def by_reason(counted: pl.DataFrame, verdict: str) -> list[dict[str, Any]]:
    """Obligations of one verdict (`unknown`, `exempt`) by reason: key, n and the `governing` ones among them."""
    of = (
        counted.filter(pl.col("verdict") == verdict)
        .group_by(key="reason")
        .agg(n=pl.col("n").sum(), governing=pl.col("n").filter("governing").sum())
    )
    return of.sort("n", "key", descending=[True, False]).to_dicts()


def defects(cells: pl.DataFrame) -> dict[str, Any]:
    """Quarantined cells or issues (columns table, column, reason): total, and n by table, column and reason."""
    groups = cells.group_by("table", "column", "reason").agg(n=pl.len().cast(pl.Int64))
    return {"total": cells.height, "by_column": groups.sort("table", "column", "reason").to_dicts()}


def trend(history: Sequence[Mapping[str, Any]], current: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row per closing, earlier ones first: period, acts, violations, findings, timeliness and record rate.

    `history`: the metrics of earlier closings as they were published; a closing is a fact and is not computed again.
    """
    return [
        {
            "from": metrics["period"]["from"],
            "to": metrics["period"]["to"],
            "findings": metrics["findings"]["total"],
            **{name: metrics["headline"][name] for name in ("acts", "violations", "timeliness", "record")},
        }
        for metrics in (*sorted(history, key=lambda metrics: metrics["period"]["from"]), current)
    ]
