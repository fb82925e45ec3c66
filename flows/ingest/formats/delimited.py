"""CSV and TSV. Polars reads what is regular; what is not goes through Python's forgiving csv reader
first."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

import polars as pl

from checks.records.parsing.canonical import DEFECT
from flows.ingest.formats.encoding import ENCODING, LONGEST_LINE, as_utf8
from flows.ingest.headings import SEARCHED, Finder, Heading, Sheet
from flows.ingest.staging import Staging
from flows.system.errors import InputError

SEPARATORS: Final = (",", "\t", ";", "|")
NARROW: Final = 4
"""In a table of fewer columns an ordinary text of several lines may look like a record."""
_HEAD: Final = 1 << 20


def read_delimited(path: Path, name: str, find: Finder, staging: Staging, careful: bool) -> Sheet:
    """Read an uncompressed file; with `careful` record by record, which a first attempt may show to
    be necessary.

    Raises InputError: text in no known encoding, no heading, a quote that never closes.
    """
    text = as_utf8(path, name, staging)
    with text.path.open(encoding=ENCODING, newline="") as file:
        head = file.read(_HEAD)
    separator, heading = _dialect(head, find, name)
    width = len(heading.names)
    if text.regular and heading.position == 0 and not careful:
        frame = _scan(text.path, separator, width)
    else:
        tidy = staging.path(".csv")
        _tidy(text.path, tidy, name, separator, heading)
        frame = _scan_tidy(tidy, width)
    return Sheet(
        heading, frame.with_columns(_swallowed(separator, width)) if text.quoted else frame
    )


def _dialect(head: str, find: Finder, name: str) -> tuple[str, Heading]:
    """The separator with which fewest headings are missing, and the heading."""
    found: tuple[str, Heading] | None = None
    problems = []
    for separator in SEPARATORS:
        try:
            heading = find(_first_records(head, separator, name), name)
        except InputError as problem:
            problems.append(problem)
            continue
        if found is None or len(heading.missing) < len(found[1].missing):
            found = separator, heading
        if not heading.missing:
            break  # no other can be better, and trying them takes longer than reading a small file
    if found is None:
        raise problems[0]
    return found


def _first_records(head: str, separator: str, name: str) -> list[list[str]]:
    lines, records = io.StringIO(head.replace("\0", " "), newline=""), []
    try:
        for record in islice(csv.reader(lines, delimiter=separator), SEARCHED):
            records.append(record)
    except csv.Error as error:
        if not records:
            raise InputError(f"{name}: no heading found ({error}); is it a table?") from None
    return records


def _scan(path: Path, separator: str, width: int) -> pl.LazyFrame:
    return pl.scan_csv(
        path,
        separator=separator,
        infer_schema=False,
        new_columns=_names(width),
        glob=False,
        row_index_name="_row",
        row_index_offset=2,
    )


def _scan_tidy(path: Path, width: int) -> pl.LazyFrame:
    columns = ["_row", DEFECT, *_names(width)]
    frame = pl.scan_csv(
        path, has_header=False, schema=dict.fromkeys(columns, pl.String()), glob=False
    )
    return frame.with_columns(
        pl.col("_row").cast(pl.UInt32), pl.when(pl.col(DEFECT) != "").then(DEFECT).alias(DEFECT)
    )


def _swallowed(separator: str, width: int) -> pl.Expr:
    """Marks a record one of whose cells holds a whole record: between two stray quotes rows vanish
    into a cell."""
    s = re.escape(separator)
    record = rf"\n(?:[^{s}\n]*{s}){{{width - 1}}}[^{s}\n]*(?:\n|$)"
    holds = pl.any_horizontal(pl.col(name).str.contains(record) for name in _names(width)) & (
        width >= NARROW
    )
    reason = pl.when(holds).then(
        pl.lit("a cell holds further rows: is a quotation mark missing or too many?")
    )
    return pl.coalesce(pl.col(f"^{DEFECT}$"), reason).alias(DEFECT)


def _names(width: int) -> list[str]:
    return [str(index) for index in range(width)]


def _tidy(path: Path, tidy: Path, name: str, separator: str, heading: Heading) -> None:
    """Write the records below the heading as regular CSV: row number, defect, cells."""
    width = len(heading.names)
    with (
        path.open(encoding=ENCODING, newline="") as source,
        tidy.open("w", encoding="utf-8", newline="") as target,
    ):
        write = csv.writer(target, quoting=csv.QUOTE_ALL).writerow
        for number, record in _records(source, name, separator):
            if record and number > heading.position + 1:
                beyond = separator.join(record[width:]).strip(separator + " ")
                defect = f"cells to the right of the last heading: {beyond[:80]}" if beyond else ""
                write([number, defect, *record[:width], *[""] * (width - len(record))])


def _records(source: TextIO, name: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Records, numbered as a spreadsheet numbers them: an empty line is an (empty) record."""
    pending: list[str] = []
    number = 0
    try:
        for number, record in enumerate(
            csv.reader(_lines(source, pending), delimiter=separator), 1
        ):
            yield number, record
            last, pending[:] = pending[:], []
        if number and len(last) > 1:
            list(csv.reader(last, delimiter=separator, strict=True))
    except csv.Error as error:
        unclosed = "unexpected end" in str(error)
        hint = " (does a quote open and never close?)" if "field larger" in str(error) else ""
        what = "a quote opens here and never closes" if unclosed else f"{error}{hint}"
        raise InputError(
            f"{name}: row {number + (not unclosed)}: {what}; correct the file"
        ) from None


def _lines(source: TextIO, pending: list[str]) -> Iterator[str]:
    """Lines without NUL; `pending` collects those of the record being read."""
    while line := source.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error(f"a line of more than {LONGEST_LINE >> 20} MB is no record of a table")
        line = line.replace("\0", " ")
        pending.append(line)
        yield line
