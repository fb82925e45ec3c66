"""Taking a drop into the lake: a folder of exports, each file once, each table in one atomic
commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
from deltalake import DeltaTable

from checks.records.parsing.canonical import canonical_schema
from checks.records.tables import TABLES, Table
from flows.ingest import IngestOptions
from flows.ingest.lake.alone import alone
from flows.ingest.lake.ledger import LEDGER_SCHEMA, entries, part_id
from flows.ingest.lake.store import LEDGER, PROVENANCE, Lake, day_of, noted, records_of
from flows.ingest.parts import Part
from flows.ingest.plan import plan_of
from flows.ingest.unread import named_lines, unread_of


@dataclass(frozen=True)
class Taken:
    """What an ingest did with one table: files and rows added, files that the lake held already.
    `first_day`: the earliest day of the rows added; None where nothing was added, or rows of the
    table belong to no day."""

    table: str
    files: int
    rows: int
    known: int
    first_day: date | None = None


def take_in(
    data: Path,
    lake: Lake,
    options: IngestOptions,
    tell: Callable[[str], None],
    warn: Callable[[str], None] | None = None,
) -> list[Taken]:
    """Load the files of `data` that the lake does not hold yet. Killed at any point and run again,
    it ends the same.

    `warn` (by default `tell`) is given a line for whatever lies there and is not read. Raises
    InputError for a broken file, Busy when another command changes the lake.
    """
    with alone(lake, make=True):
        lake.check_scale(options.time_zone, bool(options.moved))
        plan = plan_of(data, options)
        found, every = [], []
        for name, readers in plan.readers.items():
            tell(f"ingesting {name}")
            parts = [reader.read() for reader in readers]
            every += parts
            if kept := [part for part in parts if part.sources]:
                found.append(_take_table(TABLES[name], kept, lake, options.moved))
        for line in named_lines(unread_of(plan.unread, every)):
            (warn or tell)(line)
        return found


def _take_table(table: Table, parts: list[Part], lake: Lake, zone: str | None) -> Taken:
    # Opened before anything is asked of them: whatever another ingest commits from here on makes
    # ours fail.
    ledger = lake.made(LEDGER, LEDGER_SCHEMA, in_utc=bool(zone))
    stored = _stored_table(table, lake)
    known = ledger_of(lake, ledger.version()).filter(table=table.name)
    held = set(known["part"])
    fresh: dict[str, Part] = {}
    first_day = None
    for part in parts:
        if part_id(part) not in held:
            fresh.setdefault(part_id(part), part)
    if fresh:
        batch = max(known["batch"], default=0) + 1
        _store(table, fresh, batch, lake, stored, zone)
        places = [(batch, place, part) for place, part in enumerate(fresh.values())]
        rows = entries(places, datetime.now(UTC).replace(tzinfo=None))
        lake.append(ledger, rows.lazy(), {f"ledger {table.name} {batch}": batch})
        first_day = _first_day(table, batch, lake)
    rows_added = sum(source.rows for part in fresh.values() for source in part.sources)
    return Taken(table.name, len(fresh), rows_added, len(parts) - len(fresh), first_day)


def _first_day(table: Table, batch: int, lake: Lake) -> date | None:
    stored = pl.scan_delta(lake.address(records_of(table))).filter(pl.col("_batch") == batch)
    found: date | None = stored.select(pl.col("_day").min()).collect().item()
    return found


def _store(
    table: Table,
    fresh: dict[str, Part],
    batch: int,
    lake: Lake,
    stored: DeltaTable,
    zone: str | None,
) -> None:
    """Add the rows of the parts; of one that an ingest stored before it was cut off they are there
    already."""
    missing = [
        (place, part)
        for place, part in enumerate(fresh.values())
        if noted(stored, part_id(part)) is None
    ]
    if missing:
        rows = pl.concat([_provenance(table, part, batch, place, zone) for place, part in missing])
        lake.append(stored, rows, {part_id(part): batch for _, part in missing})


def _stored_table(table: Table, lake: Lake) -> DeltaTable:
    cells = {
        name: pl.Int64() if name == "_row" else dtype
        for name, dtype in canonical_schema(table).items()
    }
    dated = any(c.required and c.kind in ("instant", "date") for c in table.columns)
    return lake.made(
        records_of(table), pl.Schema({**cells, **PROVENANCE}), ("_day",) if dated else ()
    )


def _provenance(table: Table, part: Part, batch: int, place: int, zone: str | None) -> pl.LazyFrame:
    """A part's rows with their provenance. Delta has no unsigned numbers."""
    hashes = {source.path: source.sha256 for source in part.sources}
    file = pl.col("_file").str.replace(r"\[[^\[\]]*\]$", "")
    exact = pl.col("_file").replace_strict(hashes, default=None, return_dtype=pl.String)
    return (
        part.frame.with_row_index("_order")
        .with_columns(
            pl.col("_row").cast(pl.Int64),
            (pl.col("_order").cast(pl.Int64) + place * _PART_SPAN).alias("_order"),
            _part=pl.lit(part_id(part)),
            _sha256=pl.coalesce(
                exact, file.replace_strict(hashes, default=None, return_dtype=pl.String)
            ),
            _batch=pl.lit(batch, pl.Int64),
            _day=day_of(table, zone),
        )
        .select(
            *canonical_schema(table),
            *(pl.col(name).cast(dtype) for name, dtype in PROVENANCE.items()),
        )
    )


_PART_SPAN = 1 << 40
"""Rows of one part keep together in the order of reading: no part has more rows than this."""


def ledger_of(lake: Lake, version: int | None = None) -> pl.DataFrame:
    """The ledger at a version, by default the newest; empty for a lake without one."""
    if lake.open(LEDGER, version) is None:
        return pl.DataFrame(schema=LEDGER_SCHEMA)
    return pl.scan_delta(lake.address(LEDGER), version=version).collect()
