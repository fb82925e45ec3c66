"""What metrics.json says of the records' quality: cells, rows and files that could not be used."""

from __future__ import annotations

from typing import Any

import polars as pl

from flows.ingest import Intake


def quality_of(intake: Intake) -> dict[str, Any]:
    """Cells and rows that could not be used, by table and reason."""

    def counted(frame: pl.DataFrame) -> list[dict[str, Any]]:
        grouped = frame.group_by("table", "column", "reason").agg(count=pl.len())
        return grouped.sort("table", "column", "reason").to_dicts()

    return {
        "issues": counted(intake.issues),
        "quarantine": counted(intake.quarantine),
        "unread": [unread.name for unread in intake.unread],
        "later_export": [{"table": table, "files": files} for table, files in intake.later.items()],
    }
