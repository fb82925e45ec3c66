"""Excel workbooks, through fastexcel (calamine)."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from checks.reading.text import fold
from flows.errors import InputError
from flows.ingest.compressed import archive_chunks
from flows.ingest.headings import SEARCHED, Finder, Sheet

OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""How an old .xls begins, and a workbook with a password."""
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
NEVER_CALCULATED: Final = re.compile(rb"</f>(?:<v\s*/>|<v></v>)?</c>")
"""A formula without the value that office software saves beside it; read as it is, it would pass for an empty cell."""


def read_workbook(path: Path, name: str, find: Finder, named: frozenset[str]) -> tuple[Sheet, ...]:
    """The sheets that hold the table: those `named` after it, else all with its required columns, else the first.

    Raises InputError: a password, a damaged file, no heading.
    """
    _check(path, name)
    try:
        workbook = fastexcel.read_excel(path)
        cells = {sheet: _cells(workbook, sheet) for sheet in _candidates(workbook, named)}
    except fastexcel.FastExcelError as error:
        raise InputError(f"{name}: {str(error).splitlines()[0]}; save it again as .xlsx") from None
    filled = {sheet: frame for sheet, frame in cells.items() if frame.height}
    if not filled:
        raise InputError(f"{name}: an empty workbook")
    sheets, problem = [], None
    for part, frame in filled.items():
        try:
            sheets.append(_sheet(frame, part if len(filled) > 1 else "", name, find))
        except InputError as error:
            problem = problem or error
    complete = [s for s in sheets if not s.heading.missing] or sheets[:1]
    if not complete and problem:
        raise problem
    return _telling(complete, sorted(cells.keys() - {s.part for s in complete}) if len(filled) > 1 else [])


def _telling(sheets: list[Sheet], others: list[str]) -> tuple[Sheet, ...]:
    """The sheets, the first of which names the ones that are not read among what has no meaning."""
    first = sheets[0]
    unknown = (*first.heading.unknown, *(f"sheet {name}" for name in others))
    return replace(first, heading=replace(first.heading, unknown=unknown)), *sheets[1:]


def _candidates(workbook: fastexcel.ExcelReader, named: frozenset[str]) -> list[str]:
    names = workbook.sheet_names
    return [name for name, folded in zip(names, fold(names), strict=True) if folded in named] or names


def _check(path: Path, name: str) -> None:
    with path.open("rb") as file:
        ole = file.read(len(OLE)) == OLE
    if not ole:
        _check_formulas(path, name)
    elif ENCRYPTED in path.read_bytes():
        raise InputError(f"{name}: protected by a password; save it without one")


def _check_formulas(path: Path, name: str) -> None:
    before = b""
    for member, chunk in archive_chunks(path, name):
        if member.startswith("xl/worksheets/") and NEVER_CALCULATED.search(before + chunk):
            raise InputError(f"{name}: holds formulas without results; open it in Excel or WPS, save it, and try again")
        before = chunk[-64:]


def _cells(workbook: fastexcel.ExcelReader, sheet: str) -> pl.DataFrame:
    """Every cell as text, dates in ISO form; `#ERROR` where a formula failed, so that it is not taken for empty."""
    loaded = workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    batch, errors = loaded.to_arrow_with_errors()
    frame = pl.DataFrame(batch)
    for error in errors.errors if errors else ():
        row, column = error.offset_position
        frame[row, column] = "#ERROR"
    return frame


def _sheet(cells: pl.DataFrame, part: str, name: str, find: Finder) -> Sheet:
    records = [["" if cell is None else cell for cell in row] for row in cells.head(SEARCHED).iter_rows()]
    heading = find(records, f"{name}[{part}]" if part else name)
    named = cells.rename(dict(zip(cells.columns, map(str, range(cells.width)), strict=True)))
    rows = named.with_row_index("_row", offset=1).slice(heading.position + 1)
    return Sheet(heading, rows.lazy(), part)
