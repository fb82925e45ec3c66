"""One file -> the sheets in it, whatever its format and compression."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import polars as pl

from flows.ingest.files import Found
from flows.ingest.formats.content import content_of, unpacked
from flows.ingest.formats.delimited import read_delimited
from flows.ingest.formats.grid import SheetOptions, sheets_among
from flows.ingest.formats.jsonlines import read_json
from flows.ingest.formats.parquet import read_parquet
from flows.ingest.headings import NoHeading, Sheet, Sheets
from flows.ingest.staging import Staging
from flows.system.errors import EngineError, InputError
from flows.system.panics import panics_told

Result = TypeVar("Result")


def sheets_of(file: Found, options: SheetOptions, staging: Staging, careful: bool) -> Sheets:
    """The sheets of a file, lazily. Raises NoHeading when there is no table in it (where it is not
    read `exact`ly, no complete one), InputError for a broken file; PolarsError asks for a careful
    reading."""
    if not file.size:
        raise InputError(f"{file.name}: an empty file (0 bytes); export it again")
    path = unpacked(staging.plain(file.path), file.name, staging)
    sheets = _read(path, file, options, staging, careful)
    for sheet in sheets.read:
        if sheet.heading.missing and not file.exact:
            raise NoHeading(file.name, f"no column {', '.join(sheet.heading.missing)}")
        if sheet.heading.twice:
            raise InputError(
                f"{part_name(file.name, sheet)}: {sheet.heading.twice}; rename or drop one"
            )
    return sheets


def _read(
    path: Path, file: Found, options: SheetOptions, staging: Staging, careful: bool
) -> Sheets:
    # What few files need is imported when one needs it: an import takes longer than reading a small
    # folder.
    name, find = file.name, options.find
    match content_of(path, name, file.format):
        case "workbook":
            from flows.ingest.formats.workbook import workbook

            return sheets_among(workbook(path, name), name, options)
        case "ole":
            from flows.ingest.formats.workbook import old_workbook

            return sheets_among(old_workbook(path, name), name, options)
        case "html":
            from flows.ingest.formats.markup import web_page

            return sheets_among(web_page(path, name, staging), name, options)
        case "spreadsheetml":
            from flows.ingest.formats.markup import xml_workbook

            return sheets_among(xml_workbook(path, name), name, options)
        case "json":
            sheet = read_json(path, name, find, options.records, staging, careful)
        case "parquet":
            sheet = read_parquet(path, name, find)
        case _:
            sheet = read_delimited(path, name, find, staging, careful)
    return Sheets((sheet,))


def with_fallback(attempt: Callable[[bool], Result], name: str) -> Result:
    """`attempt(False)`; where Polars stumbles over stray quotes or surplus cells, `attempt(True)`,
    which says why."""
    try:
        with panics_told():
            return attempt(False)
    except (pl.exceptions.PolarsError, EngineError):
        pass
    except OSError as error:
        raise InputError(
            f"{name}: can't be read ({error.strerror}); check that it is there and may be read"
        ) from error
    try:
        with panics_told():
            return attempt(True)
    except (pl.exceptions.PolarsError, EngineError) as error:
        raise InputError(f"{name}: {str(error).splitlines()[0][:300]}") from error


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def part_name(name: str, sheet: Sheet) -> str:
    """The file's name, with `[sheet]` where it has several."""
    return f"{name}[{sheet.part}]" if sheet.part else name
