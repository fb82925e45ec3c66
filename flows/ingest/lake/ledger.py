"""The ledger of a lake: which files it holds, in which order they came, and how they were
understood."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import polars as pl

from flows.ingest.intake import Source, Understood
from flows.ingest.parts import Part

LEDGER_SCHEMA: Final = pl.Schema(
    [
        *(
            (name, pl.String())
            for name in ("table", "part", "file", "sha256", "understood", "carried")
        ),
        *(
            (name, pl.Int64())
            for name in ("batch", "place", "size", "rows", "duplicates", "superseded")
        ),
        ("ingested_at", pl.Datetime("us")),
    ]
)
"""One row per source file of a part. `place`: of the part in its batch; `duplicates`, `superseded`:
rows that merging the part's files left out, on its first row; `understood`, `carried`: JSON, on its
first row; `ingested_at`: UTC."""


def part_id(part: Part) -> str:
    """What a part is made of, as one hash: the content of its files, whatever they are called, and
    the source by whose rules they were read: one file may feed several."""
    contents = "\n".join(sorted(source.sha256 for source in part.sources))
    whose = f"{part.sources[0].table}\n{part.source}" if part.source else part.sources[0].table
    return hashlib.sha256(f"{whose}\n{contents}".encode()).hexdigest()


def entries(parts: Iterable[tuple[int, int, Part]], ingested_at: datetime) -> pl.DataFrame:
    """Ledger rows of parts, each with its batch and place."""
    rows: list[dict[str, Any]] = []
    for batch, place, part in parts:
        for number, source in enumerate(part.sources):
            first = number == 0
            row = {
                "table": source.table,
                "part": part_id(part),
                "batch": batch,
                "place": place,
                "file": source.path,
                "sha256": source.sha256,
                "size": source.size,
                "rows": source.rows,
                "duplicates": part.duplicates if first else 0,
                "superseded": part.superseded if first else 0,
                "understood": json.dumps([asdict(u) for u in part.understood], ensure_ascii=False)
                if first
                else "[]",
                "carried": json.dumps(sorted(part.carried)) if first else "[]",
                "ingested_at": ingested_at,
            }
            rows.append(row)
    return pl.DataFrame(rows, schema=LEDGER_SCHEMA)


def whole(ledger: pl.DataFrame, frame: pl.LazyFrame) -> Part:
    """All parts of one table as one: what their files were, and the rows that `frame` holds of
    them."""
    rows = ledger.sort("batch", "place").to_dicts()
    understood = (Understood(**_tuples(u)) for row in rows for u in json.loads(row["understood"]))
    return Part(
        frame,
        tuple(
            Source(row["table"], row["file"], row["sha256"], row["size"], row["rows"])
            for row in rows
        ),
        tuple(understood),
        sum(row["duplicates"] for row in rows),
        sum(row["superseded"] for row in rows),
        carried=frozenset(column for row in rows for column in json.loads(row["carried"])),
    )


def _tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }
