"""Excel workbooks, through fastexcel (calamine); what it does not tell, their own XML does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from flows.ingest.formats.grid import Grid
from flows.ingest.formats.ooxml import package_of
from flows.system.errors import InputError

ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
UNCALCULATED: Final = (
    "holds formulas without results; open it in Excel or WPS, save it, and try again"
)


def workbook(path: Path, name: str) -> tuple[Grid, ...]:
    """The sheets of an .xlsx, hidden ones without their cells. Raises InputError for a damaged
    file."""
    package = package_of(path, name)
    asked = [sheet for sheet, facts in package.sheets.items() if not facts.hidden]
    read = {grid.name: grid for grid in _grids(path, name, asked)}
    return tuple(
        Grid(sheet, pl.DataFrame(), hidden=True)
        if facts.hidden
        else replace(
            read[sheet],
            merged=facts.merged,
            since_1904=package.since_1904,
            problem=UNCALCULATED if facts.uncalculated else "",
            formatted=bool(package.formats),
            shown=partial(package.shown, sheet),
        )
        for sheet, facts in package.sheets.items()
    )


def old_workbook(path: Path, name: str) -> tuple[Grid, ...]:
    """The sheets of an .xls. Raises InputError: a password, a damaged file."""
    if ENCRYPTED in path.read_bytes():
        raise InputError(f"{name}: protected by a password; save it without one")
    return tuple(_grids(path, name, None))


def _grids(path: Path, name: str, asked: list[str] | None) -> Iterator[Grid]:
    """The asked sheets, by default all."""
    kinds = (".xls",) if asked is None else (".xlsx", ".xlsm")
    try:
        # By a path the library goes by its ending, whatever stands in the file.
        book = fastexcel.read_excel(path if path.suffix.lower() in kinds else path.read_bytes())
        for sheet in book.sheet_names if asked is None else asked:
            loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
            yield Grid(sheet, _cells(loaded), hidden=loaded.visible != "visible")
    except fastexcel.FastExcelError as error:
        raise InputError(f"{name}: {str(error).splitlines()[0]}; save it again as .xlsx") from None


def _cells(sheet: fastexcel.ExcelSheet) -> pl.DataFrame:
    """Every cell as text, dates to the second or millisecond; `#ERROR` where a formula failed, so
    that it is not taken for empty."""
    batch, errors = sheet.to_arrow_with_errors()
    frame = pl.DataFrame(batch)
    for error in errors.errors if errors else ():
        row, column = error.offset_position
        frame[row, column] = "#ERROR"
    return frame.rename(dict(zip(frame.columns, map(str, range(frame.width)), strict=True)))
