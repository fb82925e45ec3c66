"""A data folder -> canonical records, with every row accounted for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from checks.reading.canonical import Reading
from checks.reading.defects import DEFECTS, has_issue, is_quarantined, issues, quarantine
from checks.reading.repeats import ORDER, repeats
from checks.tables import NEEDED, TABLES, Table, empty
from flows.errors import InputError
from flows.ingest.files import Found, find_files
from flows.ingest.options import IngestOptions
from flows.ingest.reader import read_file
from flows.ingest.staging import Staging
from flows.ingest.words import reading as reading_of

COUNTS = ("read", "accepted", "duplicates", "superseded", "quarantined")


@dataclass(frozen=True)
class Source:
    """One file that was read. `path` is relative to the data folder; `rows` counts its records."""

    table: str
    path: str
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True)
class Intake:
    """What a data folder holds. `records` has every canonical table; `accounting` the provided ones.

    `quarantine` says why rows were not read, `issues` which cells of accepted rows were not understood (both of schema
    checks.reading.defects.DEFECTS); `unmatched` names the files that belong to no table.
    """

    records: dict[str, pl.LazyFrame]
    provided: frozenset[str]
    accounting: dict[str, dict[str, int]]
    quarantine: pl.DataFrame
    issues: pl.DataFrame
    sources: tuple[Source, ...]
    unmatched: tuple[str, ...]
    _staging: Staging = field(repr=False, compare=False)


@dataclass(frozen=True)
class _Taken:
    """One table's share of an intake."""

    records: pl.LazyFrame
    counts: dict[str, int]
    quarantine: pl.DataFrame
    issues: pl.DataFrame
    sources: tuple[Source, ...]


def read_folder(data: Path, options: IngestOptions | None = None) -> Intake:
    """Read every table of a data folder. Raises InputError when a file is broken or a needed table missing."""
    options = options or IngestOptions()
    reading, staging = reading_of(options), Staging()
    found = find_files(data, reading.vocabulary)
    tables = {name: files for name, files in found.tables.items() if name not in options.absent}
    if missing := [name for name in NEEDED if name not in tables and name not in options.absent]:
        raise InputError(
            f"{data}: no {missing[0]} table; put {missing[0]}.csv (or .xlsx, .jsonl, .parquet) there, "
            f'or declare it absent in kelou.toml: absent = ["{missing[0]}"]'
        )
    taken = {name: _take(TABLES[name], files, data, reading, staging) for name, files in tables.items()}
    defects = pl.DataFrame(schema=DEFECTS)
    return Intake(
        records={name: taken[name].records if name in taken else empty(name) for name in TABLES},
        provided=frozenset(taken),
        accounting={name: t.counts for name, t in taken.items()},
        quarantine=pl.concat([defects, *(t.quarantine for t in taken.values())]),
        issues=pl.concat([defects, *(t.issues for t in taken.values())]),
        sources=tuple(source for t in taken.values() for source in t.sources),
        unmatched=found.unmatched,
        _staging=staging,
    )


def _take(table: Table, files: tuple[Found, ...], data: Path, reading: Reading, staging: Staging) -> _Taken:
    staged = [_read(table, file, reading, staging) for file in files]
    rows = pl.concat([frame for frame, _ in staged]).with_row_index(ORDER)
    bad = is_quarantined(table)
    fates = repeats(rows.filter(~bad), table)
    good = rows.filter(~bad).join(fates.lazy(), on=ORDER, how="anti", maintain_order="left")
    size = sum(file.size for file in files)
    kept = good if fates.is_empty() else staging.keep(good, size)
    counts = _counts(rows, kept, fates, bad)
    return _Taken(
        records=kept.select(list(table.schema)),
        counts=counts,
        quarantine=quarantine(rows.filter(bad), table).collect(engine="streaming"),
        issues=issues(kept.filter(has_issue(table)), table).collect(engine="streaming"),
        sources=tuple(source for _, source in staged),
    )


def _read(table: Table, file: Found, reading: Reading, staging: Staging) -> tuple[pl.LazyFrame, Source]:
    frame = read_file(table, file, reading, staging)
    rows = frame.select(pl.len()).collect(engine="streaming").item()
    with file.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return frame, Source(table.name, file.name, digest, file.size, rows)


def _counts(rows: pl.LazyFrame, kept: pl.LazyFrame, fates: pl.DataFrame, bad: pl.Expr) -> dict[str, int]:
    read, quarantined = rows.select(pl.len(), bad.sum().alias("bad")).collect(engine="streaming").row(0)
    accepted = kept.select(pl.len()).collect(engine="streaming").item()
    fate = fates["fate"].value_counts()
    by_fate = dict(zip(fate["fate"], fate["count"], strict=True))
    duplicates, superseded = by_fate.get("duplicate", 0), by_fate.get("superseded", 0)
    assert read == accepted + duplicates + superseded + quarantined, "every row is accounted for"
    return dict(zip(COUNTS, (read, accepted, duplicates, superseded, quarantined), strict=True))
