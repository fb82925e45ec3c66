"""Parquet: typed columns pass through, only what reading does not know becomes text; nothing is
held in memory."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from flows.ingest.formats.typed import plain
from flows.ingest.headings import Finder, Sheet
from flows.system.errors import EngineError, InputError
from flows.system.panics import panics_told


def read_parquet(path: Path, name: str, find: Finder) -> Sheet:
    """A lazy frame over the file. Raises InputError for a damaged one, as `find` does."""
    try:
        with panics_told():
            schema = pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, EngineError, OSError) as error:
        raise InputError(f"{name}: not a Parquet file ({str(error).splitlines()[0]})") from None
    heading = find([list(schema)], name)
    frame = pl.scan_parquet(path, row_index_name="_kelou_row", row_index_offset=2, glob=False)
    names = list(schema)
    used = [names[index] for index in heading.columns.values()]
    try:
        with panics_told():
            cells = plain(frame, used)
    except (pl.exceptions.PolarsError, EngineError):
        raise InputError(
            f"{name}: a damaged Parquet file (its pages can't be decoded); export it again"
        ) from None
    columns = [cells.get(old, pl.col(old)).alias(str(index)) for index, old in enumerate(names)]
    return Sheet(heading, frame.select(*columns, pl.col("_kelou_row").alias("_row")))
