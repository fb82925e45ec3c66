"""One file -> the sheets in it, whatever its format and compression."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import polars as pl

from flows.errors import EngineError, InputError
from flows.ingest.compressed import inflate
from flows.ingest.delimited import read_delimited
from flows.ingest.files import Found
from flows.ingest.headings import Finder, Sheet
from flows.ingest.jsonlines import read_json
from flows.ingest.parquet import read_parquet
from flows.ingest.staging import Staging
from flows.ingest.workbook import read_workbook
from flows.panics import panics_told

Result = TypeVar("Result")


@dataclass(frozen=True)
class Manner:
    """How a file is to be read: how its heading is found, the sheets' names that speak for the table, JSON's list."""

    find: Finder
    named: frozenset[str] = frozenset()
    records: str | None = None


def sheets_of(file: Found, manner: Manner, staging: Staging, careful: bool) -> tuple[Sheet, ...]:
    """The sheets of a file, lazily. Raises InputError for a broken file; PolarsError asks for a careful reading."""
    if not file.size:
        raise InputError(f"{file.name}: an empty file (0 bytes); export it again")
    file = replace(file, path=staging.plain(file.path))
    if file.compression:
        target = staging.path(f".{file.format}")
        inflate(file.path, file.name, file.compression, target)
        file = replace(file, path=target, compression=None)
    path, name, find = file.path, file.name, manner.find
    match file.format:
        case "workbook":
            return read_workbook(path, name, find, manner.named)
        case "json":
            return (read_json(path, name, find, manner.records, staging, careful),)
        case "parquet":
            return (read_parquet(path, name, find),)
    return (read_delimited(path, name, find, staging, careful),)


def carefully(attempt: Callable[[bool], Result], name: str) -> Result:
    """`attempt(False)`; where Polars stumbles over stray quotes or surplus cells, `attempt(True)`, which says why."""
    try:
        with panics_told():
            return attempt(False)
    except (pl.exceptions.PolarsError, EngineError):
        pass
    except OSError as error:
        raise InputError(f"{name}: can't be read ({error.strerror}); check that it is there and may be read") from error
    try:
        with panics_told():
            return attempt(True)
    except (pl.exceptions.PolarsError, EngineError) as error:
        raise InputError(f"{name}: {str(error).splitlines()[0][:300]}") from error


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
