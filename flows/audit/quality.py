"""What metrics.json says of the records' quality: cells, rows and files that could not be used."""

from __future__ import annotations

import polars as pl

from checks.numbers.intake import DefectCount, LaterExport, Quality
from flows.ingest import Intake


def quality_of(intake: Intake) -> Quality:
    """Cells and rows that could not be used, by table and reason."""

    def counted(frame: pl.DataFrame) -> tuple[DefectCount, ...]:
        grouped = frame.group_by("table", "column", "reason").agg(count=pl.len())
        rows = grouped.sort("table", "column", "reason").to_dicts()
        return tuple(DefectCount(**row) for row in rows)

    return Quality(
        issues=counted(intake.issues),
        quarantine=counted(intake.quarantine),
        unread=tuple(unread.name for unread in intake.unread),
        later_export=tuple(LaterExport(table=t, files=n) for t, n in intake.later.items()),
    )
