"""A table's parts: canonical files one by one, and other systems' exports as their rules say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from checks.reading.blank import has_blank_rows, without_blank_rows
from checks.reading.canonical import Reading, canonical
from checks.reading.clean import clean_columns
from checks.reading.mapping import Rules, mapped
from checks.reading.offsets import zone_offset
from checks.tables import TABLES, Table
from flows.errors import UsageError
from flows.ingest.files import Found
from flows.ingest.headings import Heading, Sheet, headings_given, headings_of, headings_with
from flows.ingest.intake import Source, Understood
from flows.ingest.reader import Manner, carefully, digest, sheets_of
from flows.ingest.staging import Staging
from flows.settings.sources import SourceSettings


@dataclass(frozen=True)
class Part:
    """Canonical rows (see checks.reading.canonical) of some files. Rows merged on the way (checks.reading.mapping)
    are counted, not contained. `carried`: canonical columns that some file has, even if every cell is empty."""

    frame: pl.LazyFrame
    sources: tuple[Source, ...]
    understood: tuple[Understood, ...]
    duplicates: int = 0
    superseded: int = 0
    carried: frozenset[str] = frozenset()


def read_canonical(table: Table, file: Found, reading: Reading, staging: Staging) -> Part:
    """A file in the words known for the table. Raises InputError for a broken file."""
    words = reading.vocabulary.tables[table.name]
    manner = Manner(headings_of(table, words), words.names)

    def attempt(careful: bool) -> Part:
        sheets = sheets_of(file, manner, staging, careful)
        frames = [_canonical(table, file, sheet, reading, staging) for sheet in sheets]
        counts = [_count(frame) for frame in frames]
        understood = tuple(_understood(table, file, sheet) for sheet in sheets)
        carried = frozenset(column for sheet in sheets for column in sheet.heading.columns)
        return Part(pl.concat(frames), (_source(table, file, sum(counts)),), understood, carried=carried)

    return carefully(attempt, file.name)


def read_export(
    settings: SourceSettings, rules: Rules, files: Sequence[Found], reading: Reading, staging: Staging
) -> Part:
    """All files of another system as its rules say, together. Raises InputError for a broken file."""
    assert settings.table is not None, "resolved settings name a table"
    table = TABLES[settings.table]
    find = headings_given(settings.headings) if settings.headings else headings_with(rules.source_columns)
    manner = Manner(find, records=settings.records)

    def attempt(careful: bool) -> Part:
        sheets = [(file, sheet) for file in files for sheet in sheets_of(file, manner, staging, careful)]
        raw = [staging.keep(_raw(file, sheet), file.size) for file, sheet in sheets]
        whole = mapped(pl.concat(raw, how="diagonal_relaxed"), rules, reading.empty)
        size = sum(file.size for file in files)
        rows = staging.keep(canonical(whole.frame, {c: c for c in rules.columns}, table, reading), size)
        counts = {file.name: 0 for file in files}
        for (file, _), frame in zip(sheets, raw, strict=True):
            counts[file.name] += _count(frame)
        sources = tuple(_source(table, file, counts[file.name]) for file in files)
        understood = tuple(_mapped(table, file, sheet, rules) for file, sheet in sheets)
        carried = rules.carried_by(name for _, sheet in sheets for name in sheet.heading.columns)
        return Part(rows, sources, understood, whole.duplicates, whole.superseded, carried)

    return carefully(attempt, files[0].name)


def in_zone(reading: Reading, zone: str | None, name: str) -> Reading:
    """Reading of times that another zone's clock wrote; what comes out is still the configured zone's."""
    if zone is None:
        return reading
    try:
        offset = zone_offset(zone)
    except ValueError as error:
        raise UsageError(f"configuration: inputs.sources.{name}: {error}") from None
    return replace(reading, offset=offset, shift=reading.offset - offset)


def _canonical(table: Table, file: Found, sheet: Sheet, reading: Reading, staging: Staging) -> pl.LazyFrame:
    source = {column: str(index) for column, index in sheet.heading.columns.items()}
    named = sheet.frame.with_columns(_file=pl.lit(part_name(file, sheet)))
    if file.format != "parquet":
        rows = without_blank_rows(named)
        return staging.keep(canonical(rows, source, table, reading), file.size)
    blank = has_blank_rows(named, next(iter(source.values())))
    rows = without_blank_rows(named) if blank else named
    return canonical(rows, source, table, reading, clean_columns(rows, source, table, reading))


def _raw(file: Found, sheet: Sheet) -> pl.LazyFrame:
    """The sheet under its own headings."""
    named = [pl.col(str(index)).alias(name) for name, index in sheet.heading.columns.items()]
    schema = sheet.frame.collect_schema()
    return without_blank_rows(sheet.frame).select(
        *named, pl.lit(part_name(file, sheet)).alias("_file"), *(c for c in ("_row", "_defect") if c in schema)
    )


def part_name(file: Found, sheet: Sheet) -> str:
    """The file's name, with `[sheet]` where it has several."""
    return f"{file.name}[{sheet.part}]" if sheet.part else file.name


def _count(frame: pl.LazyFrame) -> int:
    return int(frame.select(pl.len()).collect(engine="streaming").item())


def _source(table: Table, file: Found, rows: int) -> Source:
    return Source(table.name, file.name, digest(file.path), file.size, rows)


def _understood(table: Table, file: Found, sheet: Sheet) -> Understood:
    heading: Heading = sheet.heading
    columns = {heading.names[index]: column for column, index in heading.columns.items()}
    return Understood(table.name, part_name(file, sheet), columns, heading.unknown, heading.missing)


def _mapped(table: Table, file: Found, sheet: Sheet, rules: Rules) -> Understood:
    columns = {text: column for column, text in rules.columns.items()}
    return Understood(table.name, part_name(file, sheet), columns, (), sheet.heading.missing)
