"""Which record of a sheet is its heading, and what each heading means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from checks.reading.text import fold
from checks.reading.vocabulary import TableWords
from checks.tables import Table
from flows.errors import InputError

SEARCHED: Final = 20
"""Records looked at: office software likes a title and a date above the heading."""
MOST_COLUMNS: Final = 2000


@dataclass(frozen=True)
class Heading:
    """`position`: records above it, -1 where there is none. `columns`: meaning -> index.

    `unknown`: headings without a meaning; `missing`: required meanings without a heading.
    """

    position: int
    names: tuple[str, ...]
    columns: dict[str, int]
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One table as it stands in a file, or in its part of that name (a sheet of a workbook).

    `frame` has the columns `0`, `1` … as headed, `_row`, maybe `_defect`.
    """

    heading: Heading
    frame: pl.LazyFrame
    part: str = ""


Finder = Callable[[Sequence[Sequence[str]], str], Heading]
"""Finds the heading among the first records of a file of that name. Raises InputError when there is none."""


def headings_of(table: Table, words: TableWords) -> Finder:
    """Headings in the words known for a canonical table."""
    required = [column.name for column in table.columns if column.required]

    def find(records: Sequence[Sequence[str]], name: str) -> Heading:
        best = _best(_understood(position, record, table, words, name) for position, record in _first(records, name))
        if best is None:
            first = ", ".join(records[0])[:80] if records else "nothing"
            needed = ", ".join(required)
            raise InputError(
                f"{name}: no heading of {table.name} found ({needed} are required); the first row is: {first}"
            )
        return best

    return find


def headings_with(wanted: Sequence[str]) -> Finder:
    """Headings as another system writes them: the record that has most of the wanted ones; every column is kept."""

    def find(records: Sequence[Sequence[str]], name: str) -> Heading:
        headings = []
        for position, record in _first(records, name):
            columns = {text.strip(): index for index, text in reversed(list(enumerate(record))) if text.strip()}
            if any(column in columns for column in wanted):
                missing = tuple(column for column in wanted if column not in columns)
                headings.append(Heading(position, tuple(record), columns, missing=missing))
        best = _best(headings)
        if best is None:
            raise InputError(f"{name}: none of the columns {', '.join(wanted[:6])} … found; is it this kind of file?")
        return best

    return find


def headings_given(names: Sequence[str]) -> Finder:
    """The headings of a file that has none."""

    def find(records: Sequence[Sequence[str]], name: str) -> Heading:
        width = max((len(record) for _, record in _first(records, name)), default=0)
        if width < 2:
            raise InputError(f"{name}: not a table of columns; {len(names)} are expected: {', '.join(names)[:80]}")
        return Heading(-1, tuple(names), {name: i for i, name in enumerate(names)}, missing=tuple(names[width:]))

    return find


def _first(records: Sequence[Sequence[str]], name: str) -> list[tuple[int, Sequence[str]]]:
    for position, record in enumerate(records[:SEARCHED]):
        if len(record) > MOST_COLUMNS:
            raise InputError(f"{name}: row {position + 1} has {len(record)} columns, at most {MOST_COLUMNS} are read")
    return list(enumerate(records[:SEARCHED]))


def _best(headings: Iterable[Heading]) -> Heading | None:
    """The first that lacks nothing, else the one that lacks least; below a complete heading nothing is looked at."""
    best: Heading | None = None
    for heading in headings:
        if heading.columns and not heading.missing:
            return heading
        if heading.columns and (best is None or len(heading.missing) < len(best.missing)):
            best = heading
    return best


def _understood(position: int, record: Sequence[str], table: Table, words: TableWords, name: str) -> Heading:
    """The record as a heading. Of two headings that mean one descriptive text the word known first stands, the other
    is reported as unknown; where the column decides a verdict or is required, nothing is guessed."""
    meant: dict[str, list[int]] = {}
    folded = fold(record)
    for index, word in enumerate(folded):
        if word in words.headings:
            meant.setdefault(words.headings[word], []).append(index)
    rank = {word: number for number, word in enumerate(words.headings)}
    columns = {column: min(indices, key=lambda index: rank[folded[index]]) for column, indices in meant.items()}
    for column, indices in meant.items():
        decides = table.by_name[column].required or table.by_name[column].kind != "text"
        if len(indices) > 1 and (decides or len({folded[index] for index in indices}) < len(indices)):
            found = " and ".join(repr(record[index]) for index in indices)
            raise InputError(f"{name}: row {position + 1} has {column} twice, {found}; rename or drop one")
    unknown = tuple(text for index, text in enumerate(record) if text.strip() and index not in columns.values())
    missing = tuple(c.name for c in table.columns if c.required and c.name not in columns)
    return Heading(position, tuple(record), columns, unknown, missing)
