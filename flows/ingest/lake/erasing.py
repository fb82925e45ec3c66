"""An erasure as a transaction: what is to go is written down first, each step may be repeated, and
the lake's log has the last word.

The journal, `.purge.json` in the lake, is the intent. While it is there the next command that
changes the lake goes on from it; when everything is done it is removed, and with it the customer's
id and numbers, by which the rows are found.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from deltalake.fs import DeltaStorageHandler

from checks.records.tables import TABLES
from flows.archive.log import Log
from flows.archive.stored import JOURNAL, commit, forget_older
from flows.ingest.lake.contents import contents, log_files
from flows.ingest.lake.customer import PERSONAL, Scan, Traces, record_key, without
from flows.ingest.lake.store import Lake, noted, records_of
from flows.ingest.lake.tombstones import SCHEMA, TOMBSTONES, hash_of, hashed, tombstones


@dataclass(frozen=True)
class Erasure:
    """What is to be erased: of a customer, by what leads to the records, or of days before
    `before` (ISO). `tables`: rows to go, in the order of erasing; `at`: UTC (ISO); `token`: what
    the customer is called from now on, and the name of the erasure."""

    kind: str
    reason: str
    at: str
    token: str
    tables: dict[str, int]
    before: str | None = None
    traces: dict[str, Any] | None = None

    def of(self, table: str) -> pl.Expr:
        """Whether a row is to go (never null)."""
        if self.traces:
            return Traces(**self.traces).of(table)
        return (pl.col("_day") < self.day).fill_null(False)

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.before) if self.before else None


def journal_of(lake: Lake) -> Path:
    return lake.place / JOURNAL


def left_half_done(lake: Lake) -> bool:
    """Whether a purge began and did not end."""
    return journal_of(lake).exists()


def begin(lake: Lake, erasure: Erasure) -> None:
    """Write the intent down, for its owner's eyes only."""
    path = journal_of(lake)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    mine = os.open(temporary, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        with open(mine, "w", encoding="utf-8") as file:
            json.dump(asdict(erasure), file, ensure_ascii=False)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)  # on a full disk it names the customer, and nothing else
        raise
    if lake.folder is None:
        commit(lake.uri)


def finish(lake: Lake) -> Erasure | None:
    """Do what the journal says, from the first step on, each only where it was not done; returns
    what it was. To be called by whoever alone may change the lake."""
    path = journal_of(lake)
    if not path.exists():
        return None
    erasure = Erasure(**json.loads(path.read_text("utf-8")))
    log = Log(path.parent)
    # The log is last: a table that is vacuumed once more has another version, and another entry
    if (erasure.kind, erasure.at) not in [(e["of"], e["at"]) for e in log.entries("erasure")]:
        for name in erasure.tables:
            _bury(lake, name, erasure)
            _rewrite(lake, name, erasure)
            _forget(lake, name)
        log.append(_entry(lake, erasure))
    path.unlink()
    if lake.folder is None:
        commit(lake.uri)
        forget_older(lake.uri)
    return erasure


def scanner(lake: Lake) -> Scan:
    def scan(table: str) -> pl.LazyFrame | None:
        name = records_of(TABLES[table])
        return pl.scan_delta(lake.address(name)) if lake.open(name) is not None else None

    return scan


def _rows(lake: Lake, name: str) -> pl.LazyFrame:
    rows = scanner(lake)(name)
    assert rows is not None, "rows were counted before"
    return rows


def _bury(lake: Lake, name: str, erasure: Erasure) -> None:
    """Tombstones first, once."""
    table, stones = lake.open(records_of(TABLES[name])), lake.made(TOMBSTONES, SCHEMA)
    assert table is not None, "rows were counted before"
    if noted(stones, f"{erasure.token} {name}") is not None:
        return
    facts = {
        "table": name,
        "kind": erasure.kind,
        "version": table.version() + 1,
        "reason": erasure.reason,
        "erased_at": datetime.fromisoformat(erasure.at),
        "before": erasure.day,
    }
    rows = [{**facts, **stone} for stone in _stones(lake, name, erasure)]
    frame = pl.DataFrame(rows, schema=SCHEMA)
    lake.append(stones, frame.lazy(), {f"{erasure.token} {name}": 1})


def _stones(lake: Lake, name: str, erasure: Erasure) -> Iterator[dict[str, object]]:
    if erasure.kind == "retention":
        yield {"record_sha256": "", "content_sha256": "", "rows": erasure.tables[name]}
        return
    cells = pl.col("customer_id", *PERSONAL[name]).fill_null("\x00")
    mine = _rows(lake, name).filter(erasure.of(name))
    found = mine.select(
        record=pl.col(record_key(name)), content=pl.concat_str(cells, separator="\x1f")
    )
    for record, content in found.collect().iter_rows():
        yield {"record_sha256": hashed(record), "content_sha256": hashed(content), "rows": 1}


def _rewrite(lake: Lake, name: str, erasure: Erasure) -> None:
    """Put what is left in the place of the table's rows, once."""
    table = lake.open(records_of(TABLES[name]))
    assert table is not None, "rows were counted before"
    if noted(table, erasure.token) is not None:
        return
    rows, which = _rows(lake, name), erasure.of(name)
    if erasure.kind == "retention":
        left = rows.filter(~which)
    else:
        left = rows.with_columns(without(name, which, erasure.token))
    lake.replace(table, left, {erasure.token: 1})


def _forget(lake: Lake, name: str) -> None:
    """Older versions, their files and their statistics go for good; repeated, it changes
    nothing."""
    table = lake.open(records_of(TABLES[name]))
    assert table is not None, "it was just written"
    if table.vacuum(retention_hours=0, dry_run=True, enforce_retention_duration=False):
        table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    if old := [path for path, number in log_files(table) if number < table.version()]:
        # Entries before a checkpoint hold the smallest and largest value of every erased column
        table.create_checkpoint()
        storage = DeltaStorageHandler(table.table_uri)
        for path in old:
            storage.delete_file(path)


def _entry(lake: Lake, erasure: Erasure) -> dict[str, Any]:
    """What the log says of an erasure: how many rows of which tables, and hashes of the tombstones
    and of what is left."""
    stones, tables = tombstones(lake), {}
    for name, rows in erasure.tables.items():
        table = lake.open(records_of(TABLES[name]))
        assert table is not None, "it was just written"
        mine = stones.filter(table=name, erased_at=datetime.fromisoformat(erasure.at))
        left = contents(lake, {records_of(TABLES[name]): table.version()})
        tables[name] = {
            "rows": rows,
            "version": mine["version"].max(),
            "tombstones_sha256": hash_of(mine),
            "left_version": table.version(),
            "left_sha256": left[records_of(TABLES[name])],
        }
    return {"kind": "erasure", "of": erasure.kind, "at": erasure.at, "tables": tables}
