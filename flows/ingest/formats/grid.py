"""Sheets of cells, as workbooks and web pages hold them -> the sheets that hold the table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from flows.ingest.headings import SEARCHED, Finder, Heading, NoHeading, Sheet, Sheets
from flows.ingest.intake import Unread
from flows.system.errors import InputError

EPOCHS: Final = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
"""Day 0 of a workbook, and of one by the 1904 calendar. (Days before March 1900, which Excel
miscounts, are no dates of service.)"""
PLAUSIBLE: Final = (datetime(2000, 1, 1), datetime(2100, 1, 1))
LAST_DAY: Final = 2_958_465
"""Excel's last: 9999-12-31."""
_SERIAL: Final = r"^[0-9]{1,7}(?:\.[0-9]+)?$"
_LONG: Final = r"^[0-9]{16,}$"
_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class Area:
    """Merged cells of one column: its rows from `first` to `last`, counted from 0. The value stands
    in the first."""

    column: int
    first: int
    last: int


def _as_stored(columns: Collection[int]) -> Iterable[tuple[int, int, str]]:
    return ()


@dataclass(frozen=True)
class Grid:
    """One sheet. `cells`: columns `0`, `1` … of text (null: nothing), from the sheet's first row
    on.

    `since_1904`: its day numbers count from there. `problem`: why it must not be read, were it to
    be. `shown`: (row, column, text) of the cells in some columns that show something else than
    `cells` has of them; it takes a while.
    `formatted`: the workbook has number formats that do.
    """

    name: str
    cells: pl.DataFrame
    hidden: bool = False
    merged: tuple[Area, ...] = ()
    since_1904: bool = False
    problem: str = ""
    formatted: bool = False
    shown: Callable[[Collection[int]], Iterable[tuple[int, int, str]]] = _as_stored


@dataclass(frozen=True)
class SheetOptions:
    """How a file is to be read.

    `find` finds its heading. `times`: the meanings (as of Heading.columns) that are times; `texts`:
    those that are
    text. `mapped`: they only may be, as an expression makes of them what it likes. `records`: the
    path to the list in a JSON document.
    """

    find: Finder
    times: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    mapped: bool = False
    records: str | None = None


def sheets_among(grids: Sequence[Grid], name: str, options: SheetOptions) -> Sheets:
    """Every sheet whose headings fit, in order, and the names of the others; an empty sheet is
    neither.

    Where none fits completely, the first that does in part. Raises NoHeading: none does;
    InputError: nothing in it.
    """
    several = sum(not grid.hidden and grid.cells.height > 0 for grid in grids) > 1
    headed: dict[str, Heading] = {}
    unread: dict[str, Unread] = {}
    problem: NoHeading | None = None
    for grid in grids:
        full = f"{name}[{grid.name}]"
        if grid.hidden:
            unread[grid.name] = Unread(full, "hidden")
        elif grid.cells.height:
            try:
                headed[grid.name] = options.find(_first(grid), full if several else name)
            except NoHeading as error:
                problem = problem or error
                unread[grid.name] = Unread(full, "headings", error.why)
    fitting = [part for part, heading in headed.items() if not heading.missing] or list(headed)[:1]
    if not fitting:
        raise problem or InputError(
            f"{name}: an empty workbook{' but for hidden sheets' if unread else ''}"
        )
    for part in headed.keys() - set(fitting):
        unread[part] = Unread(
            f"{name}[{part}]", "headings", f"no column {', '.join(headed[part].missing)}"
        )
    return Sheets(
        tuple(
            _sheet(g, g.name if several else "", headed[g.name], name, options)
            for g in grids
            if g.name in fitting
        ),
        tuple(unread[grid.name] for grid in grids if grid.name in unread),
    )


def _first(grid: Grid) -> list[list[str]]:
    """The first records; a merged heading holds for each of its rows."""
    rows = [
        ["" if cell is None else cell for cell in row]
        for row in grid.cells.head(SEARCHED).iter_rows()
    ]
    for area in grid.merged:
        for row in range(area.first + 1, min(area.last + 1, len(rows))):
            if area.column < len(rows[row]):
                rows[row][area.column] = rows[area.first][area.column]
    return rows


def _sheet(grid: Grid, part: str, heading: Heading, name: str, options: SheetOptions) -> Sheet:
    if grid.problem:
        raise InputError(f"{name}: {grid.problem}")
    texts = [index for meaning, index in heading.columns.items() if meaning in options.texts]
    times = [index for meaning, index in heading.columns.items() if meaning in options.times]
    unclear = _unclear(grid, texts, times)
    cells = _replaced(grid.cells, grid.shown(unclear)) if unclear else grid.cells
    filled = cells.select(
        pl.any_horizontal(pl.all().str.strip_chars() != "").fill_null(False)
    ).to_series()
    below = [area for area in grid.merged if area.first > heading.position]
    cells = _replaced(cells, _held(cells, below))
    dated = [_dated(str(index), grid.since_1904, options.mapped) for index in times]
    rows = (
        cells.with_columns(dated)
        .with_row_index("_row", offset=1)
        .filter(filled)
        .filter(pl.col("_row") > heading.position + 1)
    )
    return Sheet(heading, rows.lazy(), part)


def _unclear(grid: Grid, texts: Sequence[int], times: Sequence[int]) -> list[int]:
    """Columns with cells that may show something else than their text has: numbers in a format,
    numbers that may have lost digits, dates without a time of day that may be date cells."""
    tests = {
        **{
            column: pl.lit(True) if grid.formatted else pl.col(str(column)).str.contains(_LONG)
            for column in texts
        },
        **{column: pl.col(str(column)).str.contains(_DAY) for column in times},
    }
    found = (
        grid.cells.select(test.any().alias(str(column)) for column, test in tests.items()).row(0)
        if tests
        else ()
    )
    return [column for column, unclear in zip(tests, found, strict=True) if unclear]


def _held(cells: pl.DataFrame, merged: Iterable[Area]) -> Iterable[tuple[int, int, str | None]]:
    """What stands in the first row of each area, for its other rows."""
    for area in merged:
        if area.column < cells.width and area.first < cells.height:
            value = cells[area.first, area.column]
            for row in range(area.first + 1, min(area.last + 1, cells.height)):
                yield row, area.column, value


def _replaced(cells: pl.DataFrame, values: Iterable[tuple[int, int, str | None]]) -> pl.DataFrame:
    """The cells with these values at (row, column)."""
    by_column: dict[int, dict[int, str | None]] = {}
    for row, column, value in values:
        if row < cells.height and column < cells.width:
            by_column.setdefault(column, {})[row] = value
    changed = [
        cells.to_series(column).scatter(
            list(found), pl.Series(list(found.values()), dtype=pl.String)
        )
        for column, found in by_column.items()
    ]
    return cells.with_columns(changed) if changed else cells


def _dated(column: str, since_1904: bool, mapped: bool) -> pl.Expr:
    """Day numbers as Excel shows them when they are formatted, to the millisecond; whatever else,
    as it stands.

    Of a column that may be no time only plausible ones: a mapping may speak of seconds or counts,
    too.
    """
    cell = pl.col(column)
    days = pl.when(cell.str.contains(_SERIAL)).then(cell).cast(pl.Float64, strict=False)
    instant = pl.lit(EPOCHS[since_1904]) + pl.duration(
        milliseconds=(days * _DAY_MS).round(0).cast(pl.Int64)
    )
    instant = instant.cast(pl.Datetime("us"))
    text = instant.dt.to_string("%Y-%m-%d %H:%M:%S")
    exact = (
        pl.when(instant.dt.millisecond() > 0)
        .then(instant.dt.to_string("%Y-%m-%d %H:%M:%S%.3f"))
        .otherwise(text)
    )
    is_date = (
        instant.is_between(*PLAUSIBLE, closed="left") if mapped else days.is_between(1, LAST_DAY)
    )
    nothing = (cell == f"{EPOCHS[True]}") & pl.lit(since_1904)
    return (
        pl.when(is_date).then(exact).when(nothing).then(pl.lit("0")).otherwise(cell).alias(column)
    )
