"""A data folder -> canonical records, with every row accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import polars as pl

from checks.reading.canonical import Reading
from checks.reading.defects import DEFECTS, has_issue, is_quarantined, issues, quarantine
from checks.reading.repeats import ORDER, repeats
from checks.tables import NEEDED, TABLES, Table, empty
from flows.errors import InputError, UsageError
from flows.ingest.databases import read_query
from flows.ingest.files import Folder, find_files
from flows.ingest.intake import COUNTS, Intake, Source, Understood
from flows.ingest.options import IngestOptions
from flows.ingest.parts import Part, in_zone, read_canonical, read_export
from flows.ingest.sources import SourceSettings, resolve
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
    sources = {name: resolve(name, source) for name, source in options.sources.items()}
    reading, staging = reading_of(options), Staging()
    found = find_files(data, reading.vocabulary, sources)
    plan: dict[str, list[Callable[[], Part]]] = {name: [] for name in TABLES}
    for name, files in found.tables.items():
        plan[name] += [partial(read_canonical, TABLES[name], file, reading, staging) for file in files]
    for name, source in sources.items():
        plan[source.table or ""] += _readers(name, source, found, reading_of(options, source), staging)
    plan = {name: readers for name, readers in plan.items() if readers}
    _check_needed(data, frozenset(plan), options)
    taken = {name: _take(TABLES[name], [read() for read in readers], staging) for name, readers in plan.items()}
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


def _readers(
    name: str, source: SourceSettings, found: Folder, reading: Reading, staging: Staging
) -> list[Callable[[], Part]]:
    """What reads one source: its query, its files together as its rules say, or each file by its own headings."""
    files = found.claimed.get(name, ())
    if source.query:
        return [partial(read_query, name, source, in_zone(reading, source.time_zone, name), staging)]
    if source.rules and files:
        return [partial(read_export, name, source, source.rules, files, reading, staging)]
    table, zoned = TABLES[source.table or ""], in_zone(reading, source.time_zone, name)
    return [partial(read_canonical, table, file, zoned, staging) for file in files]


def _check_needed(data: Path, planned: frozenset[str], options: IngestOptions) -> None:
    if contradicted := sorted(options.absent & planned):
        raise UsageError(f"{contradicted[0]} is declared absent, but {data} or kelou.toml has it; remove one of them")
    if missing := [name for name in NEEDED if name not in planned | options.absent]:
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


def _take(table: Table, parts: list[Part], staging: Staging) -> Taken:
    rows = pl.concat([part.frame for part in parts]).with_row_index(ORDER)
    bad = is_quarantined(table)
    good = rows.filter(~bad)
    fates = repeats(good, table)
    sources = tuple(source for part in parts for source in part.sources)
    understood = tuple(u for part in parts for u in part.understood)
    if not fates.is_empty():
        standing = good.join(fates.lazy(), on=ORDER, how="anti", maintain_order="left")
        good = staging.keep(standing, sum(source.size for source in sources))
    unread = quarantine(rows.filter(bad), table).collect(engine="streaming")
    unclear = issues(good.filter(has_issue(table)), table).collect(engine="streaming")
    return Taken(
        records=good.select(list(table.schema)),
        counts=_counts(parts, rows, good, fates, bad),
        quarantine=unread,
        issues=_defects([*map(_about_file, understood), unclear]),
        sources=sources,
        understood=understood,
    )


def _about_file(file: Understood) -> pl.DataFrame:
    lines = [(file.table, file.file, 0, name, "", "column without a meaning, ignored") for name in file.unknown]
    lines += [(file.table, file.file, 0, name, "", "required column is missing") for name in file.missing]
    return pl.DataFrame(lines, schema=DEFECTS, orient="row")


def _counts(
    parts: list[Part], rows: pl.LazyFrame, good: pl.LazyFrame, fates: pl.DataFrame, bad: pl.Expr
) -> dict[str, int]:
    quarantined = rows.select(bad.sum()).collect(engine="streaming").item()
    accepted = good.select(pl.len()).collect(engine="streaming").item()
    duplicates = fates.filter(fate="duplicate").height + sum(part.duplicates for part in parts)
    superseded = fates.filter(fate="superseded").height + sum(part.superseded for part in parts)
    read = sum(source.rows for part in parts for source in part.sources)
    assert read == accepted + duplicates + superseded + quarantined, "every row is accounted for"
    return dict(zip(COUNTS, (read, accepted, duplicates, superseded, quarantined), strict=True))
