"""Which record of a sheet is its heading, and what each heading means."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from checks.records.parsing.text import fold
from checks.records.parsing.vocabulary import TableWords
from checks.records.tables import Table
from flows.ingest.intake import Unread
from flows.system.errors import InputError

SEARCHED: Final = 100
"""Records looked at: office software likes a title and a date above the heading, back offices a
page of notices."""
MOST_COLUMNS: Final = 2000


class NoHeading(InputError):
    """Nothing among the first records that could head the table. `why` says so without naming the
    file."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.why = why


@dataclass(frozen=True)
class Heading:
    """`position`: records above it, -1 where there is none. `columns`: meaning -> index.

    `unknown`: headings without a meaning; `missing`: required meanings without a heading;
    `lacking`: such as may be without one; `twice`: what is wrong when two headings mean the same.
    """

    position: int
    names: tuple[str, ...]
    columns: dict[str, int]
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    twice: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table as it stands in a file, or in its part of that name (a sheet of a workbook).

    `frame` has the columns `0`, `1` … as headed, `_row`, maybe `_defect`.
    """

    heading: Heading
    frame: pl.LazyFrame
    part: str = ""


@dataclass(frozen=True)
class Sheets:
    """The sheets of a file that are read, in order, and those that are not."""

    read: tuple[Sheet, ...]
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """Columns of another system's export that a mapping speaks of; `optional` ones a file may lack.

    `labels`: headings under which a column may stand instead of its own name.
    """

    columns: tuple[str, ...]
    optional: frozenset[str] = frozenset()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def missing(self, found: Container[str]) -> tuple[str, ...]:
        """Columns without which the file can't be read."""
        return tuple(c for c in self.columns if c not in found and c not in self.optional)

    def lacking(self, found: Container[str]) -> tuple[str, ...]:
        """Columns that the file does without."""
        return tuple(c for c in self.columns if c not in found and c in self.optional)


Finder = Callable[[Sequence[Sequence[str]], str], Heading]
"""Finds the heading among the first records of a file of that name. Raises InputError when there is
none."""


def headings_of(table: Table, words: TableWords) -> Finder:
    """Headings in the words known for a canonical table."""
    required = [column.name for column in table.columns if column.required]

    def find(records: Sequence[Sequence[str]], name: str) -> Heading:
        best = _best(
            _understood(position, record, table, words)
            for position, record in _first(records, name)
        )
        if best is None:
            raise NoHeading(name, f"no heading of {table.name} {_not_found(records, required)}")
        return best

    return find


def _not_found(records: Sequence[Sequence[str]], required: Sequence[str]) -> str:
    looked, first = (
        min(len(records), SEARCHED),
        ", ".join(records[0])[:80] if records else "nothing",
    )
    where = f"in the first {looked} rows" if looked > 1 else "found"
    return f"{where} ({', '.join(required)} are required); the first row is: {first}"


def headings_with(wanted: Wanted) -> Finder:
    """Headings as another system writes them: the record that has most of the wanted ones; every
    column is kept."""
    called = {label: column for column, labels in wanted.labels.items() for label in fold(labels)}

    def find(records: Sequence[Sequence[str]], name: str) -> Heading:
        headings = []
        for position, record in _first(records, name):
            columns = _called(record, called)
            if any(column in columns for column in wanted.columns):
                lacks = wanted.missing(columns), wanted.lacking(columns)
                headings.append(Heading(position, tuple(record), columns, (), *lacks))
        best = _best(headings)
        if best is None:
            some = ", ".join(wanted.columns[:6])
            looked = (
                f"in the first {min(len(records), SEARCHED)} rows" if len(records) > 1 else "found"
            )
            raise NoHeading(
                name, f"none of the columns {some} … {looked}; is it this kind of file?"
            )
        return best

    return find


def _called(record: Sequence[str], called: Mapping[str, str]) -> dict[str, int]:
    """Where each column stands: under its own name or, where that is not there, under a label."""
    own = {text.strip(): index for index, text in reversed(list(enumerate(record))) if text.strip()}
    return {
        **{called[word]: index for index, word in enumerate(fold(record)) if word in called},
        **own,
    }


def headings_given(names: Sequence[str], wanted: Wanted) -> Finder:
    """The headings of a file that has none."""

    def find(records: Sequence[Sequence[str]], name: str) -> Heading:
        width = max((len(record) for _, record in _first(records, name)), default=0)
        if width < 2:
            raise NoHeading(
                name, f"not a table of columns; {len(names)} are expected: {', '.join(names)[:80]}"
            )
        columns, found = {name: i for i, name in enumerate(names)}, names[:width]
        return Heading(-1, tuple(names), columns, (), wanted.missing(found), wanted.lacking(found))

    return find


def _first(records: Sequence[Sequence[str]], name: str) -> list[tuple[int, Sequence[str]]]:
    for position, record in enumerate(records[:SEARCHED]):
        if len(record) > MOST_COLUMNS:
            raise InputError(
                f"{name}: row {position + 1} has {len(record)} columns, at most {MOST_COLUMNS} "
                f"are read"
            )
    return list(enumerate(records[:SEARCHED]))


def _best(headings: Iterable[Heading]) -> Heading | None:
    """The first that lacks nothing, else the one that lacks least; below a complete heading nothing
    is looked at."""
    best: Heading | None = None
    for heading in headings:
        if heading.columns and not heading.missing:
            return heading
        if heading.columns and (best is None or len(heading.missing) < len(best.missing)):
            best = heading
    return best


def _understood(position: int, record: Sequence[str], table: Table, words: TableWords) -> Heading:
    """The record as a heading. Of two headings that mean one descriptive text the word known first
    stands, the other is reported as unknown; where the column decides a verdict or is required,
    nothing is guessed."""
    twice = ""
    meant: dict[str, list[int]] = {}
    folded = fold(record)
    for index, word in enumerate(folded):
        if word in words.headings:
            meant.setdefault(words.headings[word], []).append(index)
    rank = {word: number for number, word in enumerate(words.headings)}
    columns = {
        column: min(indices, key=lambda index: rank[folded[index]])
        for column, indices in meant.items()
    }
    for column, indices in meant.items():
        decides = table.by_name[column].required or table.by_name[column].kind != "text"
        if len(indices) > 1 and (
            decides or len({folded[index] for index in indices}) < len(indices)
        ):
            found = " and ".join(repr(record[index]) for index in indices)
            twice = twice or f"row {position + 1} has {column} twice, {found}"
    unknown = tuple(
        text for index, text in enumerate(record) if text.strip() and index not in columns.values()
    )
    missing = tuple(c.name for c in table.columns if c.required and c.name not in columns)
    return Heading(position, tuple(record), columns, unknown, missing, twice=twice)
