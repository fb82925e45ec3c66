"""Parquet: typed columns pass through, nothing becomes text on the way, nothing is held in memory."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from flows.errors import InputError
from flows.ingest.headings import Finder, Sheet


def read_parquet(path: Path, name: str, find: Finder) -> Sheet:
    """A lazy frame over the file. Raises InputError for a damaged one, as `find` does, and for nested columns."""
    try:
        schema = pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(f"{name}: not a Parquet file ({str(error).splitlines()[0]})") from None
    heading = find([list(schema)], name)
    for index in heading.columns.values():
        if schema[heading.names[index]].is_nested():
            raise InputError(f"{name}: {heading.names[index]} holds nested values; flatten it first")
    columns = [pl.col(old).alias(str(index)) for index, old in enumerate(schema)]
    frame = pl.scan_parquet(path, row_index_name="_kelou_row", row_index_offset=2, glob=False)
    return Sheet(heading, frame.select(*columns, pl.col("_kelou_row").alias("_row")))
