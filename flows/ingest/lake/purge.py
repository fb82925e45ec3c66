"""`kelou purge`: personal data leave the lake, also its older versions; tombstones and closings
stay."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from checks.records.tables import TABLES
from flows.ingest.lake.customer import PERSONAL, Scan, Traces, record_key, traces, without
from flows.ingest.lake.drop import alone
from flows.ingest.lake.store import Lake, records_of
from flows.ingest.lake.tombstones import SCHEMA, TOMBSTONES, hashed
from flows.system.errors import UsageError


def folder_of(lake: Lake) -> Path:
    """Raises UsageError for an object store, whose older versions its own rules must remove."""
    if lake.folder is None:
        raise UsageError(
            f"{lake.uri}: purge needs a lake in a folder; an object store keeps what it likes"
        )
    return lake.folder


@dataclass(frozen=True)
class Purged:
    """How many rows of a table a purge concerns."""

    table: str
    rows: int


def customer_rows(lake: Lake, customer_id: str) -> list[Purged]:
    """What `erase_customer` would erase. Raises UsageError when the lake knows no such customer."""
    found = traces(customer_id, _scanner(lake))
    counts = [Purged(name, _count(lake, name, found.of(name))) for name in PERSONAL]
    if not any(count.rows for count in counts):
        raise UsageError(f"{lake.uri}: no record of a customer {customer_id}")
    return counts


def erase_customer(lake: Lake, customer_id: str, reason: str) -> list[Purged]:
    """Take one customer's personal data out of the lake. Killed, it ends by running it again."""
    folder_of(lake)
    with alone(lake):
        counts = customer_rows(lake, customer_id)
        found, token = traces(customer_id, _scanner(lake)), f"erased-{secrets.token_hex(6)}"
        for name in reversed(PERSONAL):
            if any(count.rows for count in counts if count.table == name):
                _erase(lake, name, found, token, reason)
    return counts


def _erase(lake: Lake, name: str, found: Traces, token: str, reason: str) -> None:
    rows = _scanner(lake)(name)
    assert rows is not None, "rows were counted before"
    which = found.of(name)
    mine = rows.filter(which).select(
        record=pl.col(record_key(name)),
        content=pl.concat_str(
            pl.col("customer_id", *PERSONAL[name]).fill_null("\x00"), separator="\x1f"
        ),
    )
    stones = [
        {"record_sha256": hashed(record), "content_sha256": hashed(content), "rows": 1}
        for record, content in mine.collect().iter_rows()
    ]
    _bury(lake, name, "customer", reason, stones)
    _rewrite(lake, name, rows.with_columns(without(name, which, token)))


def expired_rows(lake: Lake, before: date) -> list[Purged]:
    """Rows of days before `before`, by table; tables without days, as the tier master, keep
    theirs."""
    past = pl.col("_day") < before
    return [Purged(name, _count(lake, name, past)) for name in TABLES]


def drop_expired(lake: Lake, before: date) -> list[Purged]:
    """Take records out of the lake that are past retention."""
    folder_of(lake)
    with alone(lake):
        counts = [count for count in expired_rows(lake, before) if count.rows]
        for count in counts:
            rows = _scanner(lake)(count.table)
            assert rows is not None, "rows were counted before"
            stone = {
                "record_sha256": "",
                "content_sha256": "",
                "rows": count.rows,
                "before": before,
            }
            _bury(lake, count.table, "retention", "past retention", [stone])
            _rewrite(
                lake,
                count.table,
                rows.filter((pl.col("_day") >= before) | pl.col("_day").is_null()),
            )
    return counts


def _scanner(lake: Lake) -> Scan:
    def scan(table: str) -> pl.LazyFrame | None:
        name = records_of(TABLES[table])
        return pl.scan_delta(lake.address(name)) if lake.open(name) is not None else None

    return scan


def _count(lake: Lake, name: str, which: pl.Expr) -> int:
    rows = _scanner(lake)(name)
    return 0 if rows is None else int(rows.select(which.fill_null(False).sum()).collect().item())


def _bury(lake: Lake, name: str, kind: str, reason: str, stones: list[dict[str, object]]) -> None:
    """Tombstones first: a purge that is killed after them is run again, and leaves each record at
    least one."""
    table = lake.open(records_of(TABLES[name]))
    assert table is not None, "rows were counted before"
    facts = {"table": name, "kind": kind, "version": table.version() + 1, "reason": reason}
    at = datetime.now(UTC).replace(tzinfo=None)
    rows = pl.DataFrame([{**facts, "erased_at": at, **stone} for stone in stones], schema=SCHEMA)
    lake.append(lake.made(TOMBSTONES, SCHEMA), rows.lazy(), {})


def _rewrite(lake: Lake, name: str, rows: pl.LazyFrame) -> None:
    """Put the rows in the place of the table's; older versions, their files and their statistics go
    for good."""
    address = lake.address(records_of(TABLES[name]))
    rows.sink_delta(address, mode="overwrite")
    table = lake.open(records_of(TABLES[name]))
    assert table is not None, "it was just written"
    table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    table.create_checkpoint()
    for path in _old_log(lake, name, table.version()):
        path.unlink()


def _old_log(lake: Lake, name: str, version: int) -> Iterator[Path]:
    """Entries of the log before the checkpoint: they hold the smallest and largest value of every
    erased column."""
    for path in (folder_of(lake) / records_of(TABLES[name]) / "_delta_log").iterdir():
        number = path.name.partition(".")[0]
        if number.isdigit() and int(number) < version:
            yield path
