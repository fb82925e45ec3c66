"""A data folder -> canonical records, with every row accounted for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from checks.reading.canonical import Reading
from checks.reading.defects import DEFECTS, has_issue, is_quarantined, issues, quarantine
from checks.reading.repeats import ORDER, repeats
from checks.tables import NEEDED, TABLES, Table, empty
from flows.errors import InputError, UsageError
from flows.ingest.files import Found, find_files
from flows.ingest.intake import COUNTS, Intake, Source, Understood
from flows.ingest.options import IngestOptions
from flows.ingest.reader import Part, read_file
from flows.ingest.staging import Staging
from flows.ingest.words import reading as reading_of


@dataclass(frozen=True)
class Taken:
    """One table's share of an intake."""

    records: pl.LazyFrame
    counts: dict[str, int]
    quarantine: pl.DataFrame
    issues: pl.DataFrame
    sources: tuple[Source, ...]
    understood: tuple[Understood, ...]


def read_folder(data: Path, options: IngestOptions | None = None) -> Intake:
    """Read every table of a data folder. Raises InputError: a broken file, a needed table missing or unreadable."""
    options = options or IngestOptions()
    reading, staging = reading_of(options), Staging()
    found = find_files(data, reading.vocabulary)
    files = found.tables
    _check_needed(data, files, options)
    taken = {name: _take(TABLES[name], files[name], reading, staging) for name in TABLES if name in files}
    for name in NEEDED:
        _check_readable(name, taken.get(name))
    return Intake(
        records={name: taken[name].records if name in taken else empty(name) for name in TABLES},
        provided=frozenset(taken),
        accounting={name: t.counts for name, t in taken.items()},
        quarantine=_defects(t.quarantine for t in taken.values()),
        issues=_defects(t.issues for t in taken.values()),
        sources=tuple(source for t in taken.values() for source in t.sources),
        understood=tuple(u for t in taken.values() for u in t.understood),
        unmatched=found.unmatched,
        _staging=staging,
    )


def _check_needed(data: Path, files: dict[str, tuple[Found, ...]], options: IngestOptions) -> None:
    if contradicted := sorted(options.absent & files.keys()):
        there = files[contradicted[0]][0].name
        raise UsageError(f"{contradicted[0]} is declared absent, but {data / there} is there; remove one of the two")
    if missing := [name for name in NEEDED if name not in files and name not in options.absent]:
        raise InputError(
            f"{data}: no table {' and no table '.join(missing)}; put {missing[0]}.csv (.xlsx, .jsonl, .parquet) there, "
            f'or declare in kelou.toml that there is none: absent = ["{missing[0]}"]'
        )


def _check_readable(name: str, taken: Taken | None) -> None:
    if taken is None or taken.counts["accepted"] or not taken.counts["read"]:
        return
    for file in taken.understood:
        if file.missing:
            raise InputError(
                f"{file.file}: no column {', '.join(file.missing)}; rename a heading or map it in kelou.toml: "
                "`kelou sources check` shows what was understood"
            )
    first = taken.quarantine.row(0, named=True)
    raise InputError(
        f"{name}: none of {taken.counts['read']} rows is readable; the first: {first['file']}, row {first['row']}, "
        f"{first['column']} {first['value'][:40]!r}: {first['reason']}"
    )


def _defects(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([pl.DataFrame(schema=DEFECTS), *frames])


def _take(table: Table, files: tuple[Found, ...], reading: Reading, staging: Staging) -> Taken:
    read = [(file, read_file(table, file, reading, staging)) for file in files]
    rows = pl.concat([part.frame for _, parts in read for part in parts]).with_row_index(ORDER)
    bad = is_quarantined(table)
    fates = repeats(rows.filter(~bad), table)
    good = rows.filter(~bad)
    size = sum(file.size for file in files)
    if not fates.is_empty():
        good = staging.keep(good.join(fates.lazy(), on=ORDER, how="anti", maintain_order="left"), size)
    understood = tuple(_understood(table, part) for _, parts in read for part in parts)
    unread = quarantine(rows.filter(bad), table).collect(engine="streaming")
    unclear = issues(good.filter(has_issue(table)), table).collect(engine="streaming")
    return Taken(
        records=good.select(list(table.schema)),
        counts=_counts(rows, good, fates, bad),
        quarantine=unread,
        issues=_defects([*map(_about_file, understood), unclear]),
        sources=tuple(_source(table, file, parts) for file, parts in read),
        understood=understood,
    )


def _source(table: Table, file: Found, parts: tuple[Part, ...]) -> Source:
    with file.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    rows = sum(part.frame.select(pl.len()).collect(engine="streaming").item() for part in parts)
    return Source(table.name, file.name, digest, file.size, rows)


def _understood(table: Table, part: Part) -> Understood:
    heading = part.heading
    columns = {heading.names[index]: column for column, index in heading.columns.items()}
    return Understood(table.name, part.name, columns, heading.unknown, tuple(heading.missing(table)))


def _about_file(file: Understood) -> pl.DataFrame:
    lines = [(file.table, file.file, 0, name, "", "column without a meaning, ignored") for name in file.unknown]
    lines += [(file.table, file.file, 0, name, "", "required column is missing") for name in file.missing]
    return pl.DataFrame(lines, schema=DEFECTS, orient="row")


def _counts(rows: pl.LazyFrame, good: pl.LazyFrame, fates: pl.DataFrame, bad: pl.Expr) -> dict[str, int]:
    read, quarantined = rows.select(pl.len(), bad.sum().alias("bad")).collect(engine="streaming").row(0)
    accepted = good.select(pl.len()).collect(engine="streaming").item()
    fate = fates["fate"].value_counts()
    by_fate = dict(zip(fate["fate"], fate["count"], strict=True))
    duplicates, superseded = by_fate.get("duplicate", 0), by_fate.get("superseded", 0)
    assert read == accepted + duplicates + superseded + quarantined, "every row is accounted for"
    return dict(zip(COUNTS, (read, accepted, duplicates, superseded, quarantined), strict=True))
