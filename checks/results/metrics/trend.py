"""This closing among the earlier ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def trend(history: Sequence[Mapping[str, Any]], current: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row per closing, earlier ones first: period, acts, violations, findings, timeliness and
    record rate.

    `history`: the metrics of earlier closings as they were published; a closing is a fact and is
    not computed again.
    """
    return [
        {
            "from": metrics["period"]["from"],
            "to": metrics["period"]["to"],
            "findings": metrics["findings"]["total"],
            **{
                name: metrics["headline"][name]
                for name in ("acts", "violations", "timeliness", "record")
            },
        }
        for metrics in (*sorted(history, key=lambda metrics: metrics["period"]["from"]), current)
    ]
