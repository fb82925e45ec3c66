"""Which record of a sheet is its heading, and which canonical column each heading means."""

from __future__ import annotations

from collections.abc import Sequence
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
    """`position`: records above it. `columns`: canonical column -> index. `unknown`: headings without a meaning."""

    position: int
    names: tuple[str, ...]
    columns: dict[str, int]
    unknown: tuple[str, ...]

    def missing(self, table: Table) -> list[str]:
        """The table's required columns that no heading means."""
        return [c.name for c in table.columns if c.required and c.name not in self.columns]


@dataclass(frozen=True)
class Sheet:
    """One table as it stands in a file, or in its part of that name (a sheet of a workbook).

    `frame` has the columns `0`, `1` … as headed, `_row`, maybe `_defect`.
    """

    heading: Heading
    frame: pl.LazyFrame
    part: str = ""


def find_heading(records: Sequence[Sequence[str]], table: Table, words: TableWords, name: str) -> Heading:
    """The first record with every required column, else the one with most known columns.

    Raises InputError when no record has a known column, one means two headings, or there are too many columns.
    """
    best: Heading | None = None
    for position, record in enumerate(records[:SEARCHED]):
        if len(record) > MOST_COLUMNS:
            raise InputError(f"{name}: row {position + 1} has {len(record)} columns, at most {MOST_COLUMNS} are read")
        heading = _heading(position, record, words, name)
        if not heading.missing(table):
            return heading
        if heading.columns and (best is None or len(heading.columns) > len(best.columns)):
            best = heading
    if best is None:
        required = ", ".join(c.name for c in table.columns if c.required)
        first = ", ".join(records[0])[:80] if records else "nothing"
        raise InputError(
            f"{name}: no heading of {table.name} found ({required} are required); the first row is: {first}"
        )
    return best


def _heading(position: int, record: Sequence[str], words: TableWords, name: str) -> Heading:
    columns: dict[str, int] = {}
    unknown = []
    for index, (written, folded) in enumerate(zip(record, fold(record), strict=True)):
        column = words.headings.get(folded)
        if column is None:
            unknown.append(written)
        elif column in columns:
            first = record[columns[column]]
            raise InputError(
                f"{name}: row {position + 1} has {column} twice ({first!r}, {written!r}); rename or drop one"
            )
        else:
            columns[column] = index
    return Heading(position, tuple(record), columns, tuple(u for u in unknown if u.strip()))
