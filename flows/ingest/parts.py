"""A table's parts: canonical files one by one, and other systems' exports as their rules say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl

from checks.records.parsing.blank import has_blank_rows, without_blank_rows
from checks.records.parsing.canonical import ParseOptions, canonical, canonical_schema
from checks.records.parsing.clean import clean_columns
from checks.records.parsing.rules import Rules
from checks.records.parsing.times.columns import KINDS
from checks.records.parsing.times.offsets import moves, zone_offset
from checks.records.tables import TABLES, Table
from flows.ingest.files import Found
from flows.ingest.formats.grid import SheetOptions
from flows.ingest.headings import (
    NoHeading,
    Sheet,
    Wanted,
    headings_given,
    headings_of,
    headings_with,
)
from flows.ingest.intake import Source, Understood, Unread
from flows.ingest.lookups import joins_of
from flows.ingest.mapped import applied, lacking
from flows.ingest.mapped import understood as understood_as
from flows.ingest.reader import digest, part_name, sheets_of, with_fallback
from flows.ingest.sources import rules_of, wanted_of
from flows.ingest.staging import Staging
from flows.settings.sources import SourceSettings
from flows.system.errors import UsageError


@dataclass(frozen=True)
class Part:
    """Canonical rows (see checks.records.parsing.canonical) of some files. Rows merged on the way
    (checks.records.parsing.mapping) are counted, not contained. `carried`: canonical columns that
    some file has, even if every cell is empty. `source`: the configured one by whose rules they
    were read. A part without sources holds nothing but what was not read."""

    frame: pl.LazyFrame
    sources: tuple[Source, ...]
    understood: tuple[Understood, ...]
    duplicates: int = 0
    superseded: int = 0
    unread: tuple[Unread, ...] = ()
    carried: frozenset[str] = frozenset()
    source: str = ""


def read_canonical(table: Table, file: Found, reading: ParseOptions, staging: Staging) -> Part:
    """A file in the words known for the table. Raises InputError for a broken file, or one that is
    not this table though its name says so; one whose name only begins so is left unread."""
    kinds = {column.name: column.kind for column in table.columns}
    options = SheetOptions(
        headings_of(table, reading.vocabulary.tables[table.name]),
        frozenset(name for name, kind in kinds.items() if kind in KINDS),
        frozenset(name for name, kind in kinds.items() if kind == "text"),
    )

    def attempt(careful: bool) -> Part:
        sheets = sheets_of(file, options, staging, careful)
        frames = [_canonical(table, file, sheet, reading, staging) for sheet in sheets.read]
        counts = [_count(frame) for frame in frames]
        understood = tuple(
            _understood(table, file, s, rows) for s, rows in zip(sheets.read, counts, strict=True)
        )
        sources = (_source(table, file, sum(counts)),)
        carried = _carried(understood)
        return Part(
            pl.concat(frames),
            sources,
            understood,
            unread=_of(table, sheets.unread),
            carried=carried,
        )

    try:
        return with_fallback(attempt, file.name)
    except NoHeading as problem:
        if file.exact:
            raise
        nothing = pl.LazyFrame(schema=canonical_schema(table))
        return Part(
            nothing, (), (), unread=(Unread(file.name, "headings", problem.why, table.name),)
        )


def read_export(
    name: str,
    settings: SourceSettings,
    files: Sequence[Found],
    reading: ParseOptions,
    staging: Staging,
    lookups: Mapping[str, Sequence[Found]],
) -> Part:
    """All files of the source `name`, another system, as its rules say, together.

    Raises InputError for a broken file and one that lacks a mapped column, UsageError for rules
    that can't be applied. `lookups`: the files of each lookup.
    """
    rules, wanted = rules_of(settings), wanted_of(settings)
    assert settings.table is not None and rules is not None, "resolved settings name a table"
    table = TABLES[settings.table]
    options = _sheet_options(table, rules, settings, wanted)

    def attempt(careful: bool) -> Part:
        found = [(file, sheets_of(file, options, staging, careful)) for file in files]
        sheets = [(file, sheet) for file, some in found for sheet in some.read]
        for file, sheet in sheets:
            if sheet.heading.missing:
                raise lacking(name, part_name(file.name, sheet), sheet.heading, rules)
        raw = [staging.keep(_raw(file, sheet), file.size) for file, sheet in sheets]
        joins, looked_up = joins_of(name, settings, lookups, staging, careful)
        whole = applied(name, pl.concat(raw, how="diagonal_relaxed"), rules, reading, joins)
        size = sum(file.size for file in files)
        own = {c: c for c in rules.texts}
        rows = staging.parsed(whole.frame, size, lambda part: canonical(part, own, table, reading))
        counts = _counts(sheets, raw, rows, rules)
        per_file = {file.name: 0 for file in files}
        for (file, _), count in zip(sheets, counts, strict=True):
            per_file[file.name] += count
        sources = (
            *(_source(table, file, per_file[file.name]) for file in files),
            *(_source(table, file, 0) for file in looked_up),
        )
        understood = tuple(
            understood_as(table, part_name(file.name, sheet), sheet.heading, rules, count)
            for (file, sheet), count in zip(sheets, counts, strict=True)
        )
        unread = tuple(u for _, some in found for u in _of(table, some.unread))
        merged = whole.duplicates, whole.superseded
        carried = _carried(understood)
        return Part(rows, sources, understood, *merged, unread=unread, carried=carried, source=name)

    return with_fallback(attempt, files[0].name)


def _counts(
    sheets: Sequence[tuple[Found, Sheet]],
    raw: Sequence[pl.LazyFrame],
    rows: pl.LazyFrame,
    rules: Rules,
) -> list[int]:
    """The records of each sheet: its rows, or what each of them gives."""
    if not rules.each:
        return [_count(frame) for frame in raw]
    given = dict(rows.group_by("_file").len().collect(engine="streaming").iter_rows())
    return [given.get(part_name(file.name, sheet), 0) for file, sheet in sheets]


def _sheet_options(
    table: Table, rules: Rules, settings: SourceSettings, wanted: Wanted
) -> SheetOptions:
    kinds = {column: table.by_name[column].kind for column in rules.texts}
    find = headings_given(settings.headings, wanted) if settings.headings else headings_with(wanted)
    times = frozenset(
        c for column, kind in kinds.items() if kind in KINDS for c in rules.spoken_of(column)
    )
    texts = frozenset(
        c for column, kind in kinds.items() if kind == "text" for c in rules.spoken_of(column)
    )
    return SheetOptions(find, times, texts, mapped=True, records=settings.records)


def _carried(understood: Iterable[Understood]) -> frozenset[str]:
    """The canonical columns that some of these files has."""
    return frozenset(column for file in understood for column in file.columns.values())


def in_zone(reading: ParseOptions, zone: str | None, where: str) -> ParseOptions:
    """Reading of times that another zone's clock wrote; what comes out is still of the configured
    zone's scale."""
    if zone is None:
        return reading
    try:
        if moves(zone):
            return replace(reading, offset=timedelta(), shift=reading.offset, written_in=zone)
        offset = zone_offset(zone)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
    return replace(reading, offset=offset, shift=reading.offset - offset, written_in="")


def _canonical(
    table: Table, file: Found, sheet: Sheet, reading: ParseOptions, staging: Staging
) -> pl.LazyFrame:
    source = {column: str(index) for column, index in sheet.heading.columns.items()}
    named = sheet.frame.with_columns(_file=pl.lit(part_name(file.name, sheet)))
    if file.format != "parquet":
        rows = without_blank_rows(named)
        return staging.parsed(rows, file.size, lambda part: canonical(part, source, table, reading))
    blank = has_blank_rows(named, next(iter(source.values())))
    rows = without_blank_rows(named) if blank else named
    return canonical(rows, source, table, reading, clean_columns(rows, source, table, reading))


def _raw(file: Found, sheet: Sheet) -> pl.LazyFrame:
    """The sheet under its own headings."""
    named = [pl.col(str(index)).alias(name) for name, index in sheet.heading.columns.items()]
    schema = sheet.frame.collect_schema()
    return without_blank_rows(sheet.frame).select(
        *named,
        pl.lit(part_name(file.name, sheet)).alias("_file"),
        *(c for c in ("_row", "_defect") if c in schema),
    )


def _of(table: Table, unread: Sequence[Unread]) -> tuple[Unread, ...]:
    return tuple(replace(u, table=table.name) for u in unread)


def _count(frame: pl.LazyFrame) -> int:
    return int(frame.select(pl.len()).collect(engine="streaming").item())


def _source(table: Table, file: Found, rows: int) -> Source:
    return Source(table.name, file.name, digest(file.path), file.size, rows)


def _understood(table: Table, file: Found, sheet: Sheet, rows: int) -> Understood:
    heading = sheet.heading
    columns = {heading.names[index]: column for column, index in heading.columns.items()}
    name = part_name(file.name, sheet)
    return Understood(table.name, name, columns, heading.unknown, heading.missing, rows=rows)
