"""`obligations.parquet` of a run: local wall times without a zone, which any tool reads alike.

In a zone that moves its clocks the wall alone does not tell the instant: there the file names the
zone in its metadata and has one more column for each time, its offset in minutes, behind the
others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from checks.concepts import INSTANT, OBLIGATIONS
from flows.archive.run_folder import write_parquet

OFFSETS: Final = {
    name: name.removesuffix("_at") + "_offset"
    for name, dtype in OBLIGATIONS.items()
    if dtype == INSTANT
}
"""The columns of times, and that of the offset beside each (Int16, minutes from UTC)."""
_ZONE: Final = "time_zone"


def write_obligations(path: Path, obligations: pl.LazyFrame) -> None:
    """Write obligations (schema OBLIGATIONS, of a zone's instants or of wall times)."""
    dtype = obligations.collect_schema()["triggered_at"]
    zone = dtype.time_zone if isinstance(dtype, pl.Datetime) else None
    if not zone:
        write_parquet(path, obligations)
        return
    away = [
        (pl.col(name).dt.base_utc_offset() + pl.col(name).dt.dst_offset())
        .dt.total_minutes()
        .cast(pl.Int16)
        .alias(offset)
        for name, offset in OFFSETS.items()
    ]
    wall = [pl.col(name).dt.replace_time_zone(None) for name in OFFSETS]
    write_parquet(path, obligations.with_columns(away).with_columns(wall), {_ZONE: zone})


def scan_obligations(path: Path) -> pl.LazyFrame:
    """What was written, as it was."""
    found = pl.scan_parquet(path, glob=False)
    zone = pl.read_parquet_metadata(path).get(_ZONE)
    if not zone:
        return found
    instants = [
        (pl.col(name) - pl.duration(minutes=pl.col(offset).cast(pl.Int64)))
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(zone)
        for name, offset in OFFSETS.items()
    ]
    return found.with_columns(instants).drop(OFFSETS.values())
