"""What stands in the place of erased records: hashes, so that "erased" can be told from "tampered
with"."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

import polars as pl

from checks.text.filling import filled
from flows.ingest.lake.store import Lake

TOMBSTONES: Final = "tombstones"
SCHEMA: Final = pl.Schema(
    [
        *((name, pl.String()) for name in ("table", "kind", "record_sha256", "content_sha256")),
        ("rows", pl.Int64()),
        ("before", pl.Date()),
        ("version", pl.Int64()),
        ("reason", pl.String()),
        ("erased_at", pl.Datetime("us")),
    ]
)
"""One row per erased record (`kind` customer), or per table that lost what is past retention
(`retention`, rows of days before `before`). `record_sha256`: of the id of the call, ticket or
conversation; `content_sha256`: of the erased cells;
`version`: of the table, from which on they are gone; `erased_at`: UTC."""


def tombstones(lake: Lake) -> pl.DataFrame:
    """All of them; none in a lake from which nothing was erased."""
    if lake.open(TOMBSTONES) is None:
        return pl.DataFrame(schema=SCHEMA)
    return pl.scan_delta(lake.address(TOMBSTONES)).collect()


def erased_since(lake: Lake, versions: Mapping[str, int]) -> pl.DataFrame:
    """The tombstones of what these versions of the tables still held."""
    stones = tombstones(lake)
    pinned = filled("records/{}", "table").replace_strict(
        dict(versions), default=None, return_dtype=pl.Int64
    )
    return stones.filter(pl.col("version") > pinned)


def hash_of(stones: pl.DataFrame) -> str:
    """Of tombstones, whatever their order."""
    rows = sorted(str(row) for row in stones.select(SCHEMA.names()).iter_rows())
    return hashed("\n".join(rows))


def hashed(text: str | None) -> str:
    return hashlib.sha256((text or "").encode()).hexdigest()
