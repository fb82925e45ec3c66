"""`kelou purge`: personal data leave the lake, also its older versions; tombstones and closings
stay."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from checks.records.tables import TABLES
from flows.ingest.lake.alone import alone
from flows.ingest.lake.customer import PERSONAL, traces
from flows.ingest.lake.erasing import Erasure, begin, finish, scanner
from flows.ingest.lake.store import Lake
from flows.system.errors import UsageError


@dataclass(frozen=True)
class Purged:
    """How many rows of a table a purge concerns."""

    table: str
    rows: int


def customer_rows(lake: Lake, customer_id: str) -> list[Purged]:
    """What `erase_customer` would erase. Raises UsageError when the lake knows no such customer."""
    found = traces(customer_id, scanner(lake))
    counts = [Purged(name, _count(lake, name, found.of(name))) for name in PERSONAL]
    if not any(count.rows for count in counts):
        raise UsageError(f"{lake.uri}: no record of a customer {customer_id}")
    return counts


def erase_customer(lake: Lake, customer_id: str, reason: str) -> list[Purged]:
    """Take one customer's personal data out of the lake. Killed, the next command that changes the
    lake ends it."""
    with alone(lake) as finished:
        if finished and finished.traces and finished.traces["customer_id"] == customer_id:
            return _counted(finished)
        counts = customer_rows(lake, customer_id)
        found = traces(customer_id, scanner(lake))
        return _erase(lake, "customer", reason, reversed(counts), traces=asdict(found))


def expired_rows(lake: Lake, before: date) -> list[Purged]:
    """Rows of days before `before`, by table; tables without days, as the tier master, keep
    theirs."""
    past = pl.col("_day") < before
    return [Purged(name, _count(lake, name, past)) for name in TABLES]


def drop_expired(lake: Lake, before: date) -> list[Purged]:
    """Take records out of the lake that are past retention. Killed, as `erase_customer`."""
    with alone(lake) as finished:
        if finished and finished.day == before:
            return _counted(finished)
        counts = expired_rows(lake, before)
        return _erase(lake, "retention", "past retention", counts, before=before.isoformat())


def _erase(
    lake: Lake, kind: str, reason: str, counts: Iterable[Purged], **more: Any
) -> list[Purged]:
    tables = {count.table: count.rows for count in counts if count.rows}
    at = datetime.now(UTC).replace(tzinfo=None).isoformat()
    if tables:
        begin(lake, Erasure(kind, reason, at, f"erased-{secrets.token_hex(6)}", tables, **more))
        finish(lake)
    return [Purged(table, rows) for table, rows in tables.items()]


def _counted(finished: Erasure) -> list[Purged]:
    return [Purged(table, rows) for table, rows in finished.tables.items()]


def _count(lake: Lake, name: str, which: pl.Expr) -> int:
    rows = scanner(lake)(name)
    return 0 if rows is None else int(rows.select(which.fill_null(False).sum()).collect().item())
