"""Records per day: an export that lacks a day shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from checks.concepts import Period
from checks.records.tables import Column, Table

VOLUMES: Final = Table(
    "volumes",
    ("source", "day"),
    (
        Column("source", "text", True),
        Column("day", "date", True),
        Column("records", "number", True),
    ),
)
SOURCES: Final = {"calls": "started_at", "chats": "sent_at"}
"""Tables that a day without any record is worth a look at, and what places a record in a day."""


def volumes(
    records: Mapping[str, pl.LazyFrame], provided: frozenset[str], period: Period
) -> pl.LazyFrame:
    """One row per provided source and day of the period, of the schema of VOLUMES."""
    days = pl.date_range(period.start.date(), period.end.date(), closed="left", eager=True).alias(
        "day"
    )
    counted = [
        records[source]
        .group_by(day=pl.col(column).dt.date())
        .agg(records=pl.len().cast(pl.Int64))
        .join(days.to_frame().lazy(), on="day", how="right")
        .sort("day")
        .with_columns(pl.col("records").fill_null(0), source=pl.lit(source))
        for source, column in SOURCES.items()
        if source in provided
    ]
    if not counted:
        return pl.LazyFrame(schema=VOLUMES.schema)
    return pl.concat(counted).select(
        "source", "day", "records", _file=pl.lit(None, pl.String), _row=pl.lit(None, pl.UInt32)
    )
