"""One file -> its rows in canonical form, whatever its format."""

from __future__ import annotations

import polars as pl

from checks.reading.canonical import Reading, canonical
from checks.tables import Table
from flows.errors import InputError
from flows.ingest.delimited import read_delimited
from flows.ingest.files import Found
from flows.ingest.staging import Staging


def read_file(table: Table, file: Found, reading: Reading, staging: Staging) -> pl.LazyFrame:
    """Canonical rows with provenance (see checks.reading.canonical), computed. Raises InputError for a broken file."""
    try:
        return staging.keep(_canonical(table, file, reading, staging, careful=False), file.size)
    except pl.exceptions.PolarsError:
        pass  # stray quotes, surplus cells: a careful reading either succeeds or says what is wrong
    try:
        return staging.keep(_canonical(table, file, reading, staging, careful=True), file.size)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"{file.name}: {str(error).splitlines()[0]}") from error


def _canonical(table: Table, file: Found, reading: Reading, staging: Staging, careful: bool) -> pl.LazyFrame:
    words = reading.vocabulary.tables[table.name]
    sheet = read_delimited(file.path, file.name, table, words, staging, careful)
    source = {column: str(index) for column, index in sheet.heading.columns.items()}
    return canonical(sheet.frame.with_columns(_file=pl.lit(file.name)), source, table, reading)
