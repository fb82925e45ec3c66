"""Reading a lake for an audit: the same intake that its files would give, from table versions that
stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import polars as pl

from checks.records.parsing.canonical import canonical_schema
from checks.records.parsing.plausible import plausible
from checks.records.tables import TABLES, Table
from flows.ingest import IngestOptions
from flows.ingest.folder import assemble_intake
from flows.ingest.intake import Intake
from flows.ingest.lake.alone import no_lake
from flows.ingest.lake.cutoff import held_at, later_only, with_attributes_of
from flows.ingest.lake.drop import ledger_of
from flows.ingest.lake.ledger import whole
from flows.ingest.lake.store import LEDGER, PROVENANCE, Lake, records_of
from flows.ingest.lake.tombstones import erased_since, tombstones
from flows.ingest.parts import Part
from flows.ingest.staging import Staging
from flows.system.errors import InputError


def pin(lake: Lake) -> dict[str, int]:
    """The newest version of every table of the lake, by name. Raises InputError when there is no
    lake."""
    if lake.open(LEDGER) is None:
        raise InputError(no_lake(lake))
    names = [LEDGER, *(records_of(table) for table in TABLES.values())]
    opened = {name: lake.open(name) for name in names}
    return {name: table.version() for name, table in opened.items() if table is not None}


def read_lake(
    lake: Lake, options: IngestOptions, pins: Mapping[str, int], cutoff: datetime | None = None
) -> Intake:
    """The records of a lake at pinned versions, attributes without a time as held at the cutoff, by
    default now.

    Raises InputError: no lake, a needed table missing, a version gone.
    """
    lake.check_scale(options.time_zone, bool(options.moved))
    ledger = ledger_of(lake, pins[LEDGER])
    held = held_at(ledger, cutoff, options.time_zone) if cutoff else {}
    found = [name for name in TABLES if name in set(ledger["table"])]
    parts = {
        name: [_part(lake, TABLES[name], ledger, pins, held.get(name, []), options)]
        for name in found
    }
    if missing := [name for name in options.needed if name not in {*parts, *options.absent}]:
        raise InputError(f"{lake.uri}: no table {' and no table '.join(missing)} was ever ingested")
    later = later_only(ledger, held) if cutoff else {}
    return replace(
        assemble_intake(parts, (), Staging(), options.moved), pins=dict(pins), later=later
    )


def _part(
    lake: Lake,
    table: Table,
    ledger: pl.DataFrame,
    pins: Mapping[str, int],
    held: list[str],
    options: IngestOptions,
) -> Part:
    """All rows of a table whose parts stand in the ledger, in the order of ingests, files and rows.

    `held`: the parts from which later rows of the same records have their attributes. Rows are
    stored once and audited for many periods, so it is only here that a time turns out to be too
    late for one.
    """
    mine = ledger.filter(table=table.name)
    name = records_of(table)
    erased = erased_since(lake, {name: pins[name]})
    # What a purge left stands in the newest version
    version = pins[name] if erased.is_empty() else None
    lake.open(name, version)
    stored = _complete(pl.scan_delta(lake.address(name), version=version), table)
    rows = stored.filter(pl.col("_part").is_in(mine["part"].unique().to_list())).sort(
        "_batch", "_order"
    )
    if held and set(held) < set(mine["part"]):
        rows = with_attributes_of(rows, table, held)
    if (tombstones(lake)["kind"] == "retention").any():
        mine = _still_there(mine, rows)
    if options.period_end is not None:
        rows = plausible(rows, table, options.period_end, options.moved, options.earliest)
    return whole(mine, rows.drop(PROVENANCE.names()).with_columns(pl.col("_row").cast(pl.UInt32)))


def _complete(stored: pl.LazyFrame, table: Table) -> pl.LazyFrame:
    """The rows with the columns that the table has got since they were stored, empty."""
    held = set(stored.collect_schema().names())
    lacking = {name: dtype for name, dtype in canonical_schema(table).items() if name not in held}
    marks: dict[type, object] = {pl.Boolean: False, pl.Int32: 0}
    return stored.with_columns(
        pl.lit(
            marks.get(type(dtype)) if name.endswith(("_unreadable", "_precision")) else None, dtype
        ).alias(name)
        for name, dtype in lacking.items()
    )


def _still_there(ledger: pl.DataFrame, rows: pl.LazyFrame) -> pl.DataFrame:
    """The ledger as if the rows past retention had never come, so that what is read is what is
    accounted for."""
    kept = rows.group_by("_part", "_sha256").agg(kept=pl.len().cast(pl.Int64)).collect()
    found = ledger.join(
        kept, left_on=["part", "sha256"], right_on=["_part", "_sha256"], how="inner"
    )
    return found.with_columns(rows="kept", duplicates=0, superseded=0).drop("kept")
