"""One file -> its rows in canonical form, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from checks.reading.canonical import Reading, canonical
from checks.reading.clean import clean_columns
from checks.reading.vocabulary import TableWords
from checks.tables import Table
from flows.errors import InputError
from flows.ingest.compressed import inflate
from flows.ingest.delimited import read_delimited
from flows.ingest.files import Found
from flows.ingest.headings import Heading, Sheet
from flows.ingest.jsonlines import read_json_lines
from flows.ingest.parquet import read_parquet
from flows.ingest.staging import Staging
from flows.ingest.workbook import read_workbook


@dataclass(frozen=True)
class Part:
    """One sheet that was read. `name`: the file, with `[sheet]` where it has several; `frame`: canonical rows."""

    name: str
    heading: Heading
    frame: pl.LazyFrame


def read_file(table: Table, file: Found, reading: Reading, staging: Staging) -> tuple[Part, ...]:
    """Canonical rows with provenance (see checks.reading.canonical). Raises InputError for a broken file."""
    if not file.size:
        raise InputError(f"{file.name}: an empty file (0 bytes); export it again")
    if file.compression:
        target = staging.path(f".{file.format}")
        inflate(file.path, file.name, file.compression, target)
        file = Found(target, file.name, file.format, None, target.stat().st_size)
    try:
        return _parts(table, file, reading, staging, careful=False)
    except pl.exceptions.PolarsError:
        pass  # stray quotes, surplus cells: a careful reading either succeeds or says what is wrong
    try:
        return _parts(table, file, reading, staging, careful=True)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{file.name}: {str(error).splitlines()[0]}") from error


def _parts(table: Table, file: Found, reading: Reading, staging: Staging, careful: bool) -> tuple[Part, ...]:
    sheets = _sheets(table, file, reading.vocabulary.tables[table.name], staging, careful)
    names = [f"{file.name}[{sheet.part}]" if sheet.part else file.name for sheet in sheets]
    return tuple(_part(table, file, s, n, reading, staging) for s, n in zip(sheets, names, strict=True))


def _part(table: Table, file: Found, sheet: Sheet, name: str, reading: Reading, staging: Staging) -> Part:
    source = {column: str(index) for column, index in sheet.heading.columns.items()}
    rows = sheet.frame.with_columns(_file=pl.lit(name))
    if file.format == "parquet":
        clean = frozenset() if reading.empty else clean_columns(rows, source, table)
        return Part(name, sheet.heading, canonical(rows, source, table, reading, clean))
    return Part(name, sheet.heading, staging.keep(canonical(rows, source, table, reading), file.size))


def _sheets(table: Table, file: Found, words: TableWords, staging: Staging, careful: bool) -> tuple[Sheet, ...]:
    path, name = file.path, file.name
    match file.format:
        case "workbook":
            return read_workbook(path, name, table, words)
        case "json":
            return (read_json_lines(path, name, table, words, staging, careful),)
        case "parquet":
            return (read_parquet(path, name, table, words),)
    return (read_delimited(path, name, table, words, staging, careful),)
