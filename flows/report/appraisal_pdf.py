"""The monthly appraisal on paper: an overview, then a page for each department or person, to be
signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from checks.results.year import Appraisal
from flows.report.appraisal import Cell, overview_of, sheet_of, title_of
from flows.report.context.blocks import Column, Row, Table
from flows.report.context.report_context import ReportWords
from flows.report.context.tables import cell
from flows.report.html import appraisal_html
from flows.report.pdf.render import PdfJob

SHEETS: Final = 120
"""Pages that are drawn of one appraisal; the workbook has a sheet for everybody."""
OVERVIEW: Final = (0, 1, 2, 3, 5, 6, 7, 8, 9, 11, 14, 15, 16, 17)
"""Columns of the workbook's overview that have room across a page."""
RATES: Final = (2, 7, 9)


@dataclass(frozen=True)
class Printed:
    """What the template places. `restricted`: who may read it; empty for departments. `sheets`:
    the names with their tables; below each stands what is `signed`."""

    lang: str
    title: str
    restricted: str
    dated: str
    overview: Table
    sheets: tuple[tuple[str, Table], ...]
    signed: str
    fonts: tuple[str, ...]


def appraisal_job(
    path: Path, found: Sequence[Appraisal], month: str, words: ReportWords, restricted: bool
) -> PdfJob:
    """`found`: all departments, or all persons; `month` as 2026-10."""
    dated = datetime.fromisoformat(f"{month}-01")
    printed = Printed(
        lang=words.texts.lang,
        title=title_of(words, month),
        restricted=words.texts("appraisal.restricted") if restricted else "",
        dated=dated.isoformat(),
        overview=_overview(words, found),
        sheets=tuple(_sheet(words, of, month) for of in found[:SHEETS]),
        signed=words.texts("appraisal.sheet.signed"),
        fonts=words.options.fonts,
    )
    return PdfJob(appraisal_html(printed), path, dated)


def _overview(words: ReportWords, found: Sequence[Appraisal]) -> Table:
    heads = words.texts.items("appraisal.columns")
    rows = []
    for of in found:
        cells = list(overview_of(words, of))
        rows.append(Row(tuple(cell(_shown(words, n, cells[n])) for n in OVERVIEW)))
    left = len(found) - SHEETS
    note = words.texts("appraisal.more", n=left) if left > 0 else ""
    columns = tuple(Column(heads[n]) for n in OVERVIEW)
    return Table(words.texts("appraisal.overview"), columns, tuple(rows), note, "cases")


def _shown(words: ReportWords, column: int, value: Cell) -> str:
    if value is None or value == "":
        return "—"
    if column in RATES and isinstance(value, float | int):
        return words.wording.percent(value)
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _sheet(words: ReportWords, of: Appraisal, month: str) -> tuple[str, Table]:
    name, _, head, *rows, _ = sheet_of(words, of, month)
    department = f" · {name[2]}" if name[2] and name[2] != name[1] else ""
    columns = tuple(Column(str(label)) for label in head)
    made = [Row(tuple(cell("—" if c is None else str(c)) for c in row)) for row in rows[:-1]]
    made.append(Row((cell(str(rows[-1][0])), cell(""), cell(""))))  # to be filled in by hand
    return f"{name[1]}{department}", Table(
        words.texts("appraisal.sheet_of", name=name[1]), columns, tuple(made), "", "tight sheet"
    )
