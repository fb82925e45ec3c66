"""findings.xlsx: a workbook to work in. Text is written as text: nothing in it becomes a formula or
a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import polars as pl
import xlsxwriter.workbook
from xlsxwriter.format import Format

from checks.law.rulebook import Rulebooks
from checks.numbers.whole import Metrics
from flows.report.context.report_context import ReportContext
from flows.report.findings_csv import masked
from flows.report.register_csv import shown as shown_of
from flows.report.sheet import RowSheet
from flows.report.view.pivot import pivot
from flows.report.view.sheets import (
    Cells,
    coverage_rows,
    defect_rows,
    department_rows,
    finding_row,
    indicator_rows,
    own_figure_rows,
    register_rows,
    summary_rows,
)
from flows.report.words.of_rulebooks import texts_of
from flows.report.words.options import ReportOptions
from flows.report.words.printable import Printable
from flows.report.words.profiles import first_in_force
from flows.report.words.wording import Wording
from flows.system.languages import single

WIDTHS: Final = {
    "summary": (34, 22, 14, 14, 60),
    "findings": (16, 8, 26, 22, 26, 18, 12, 10, 14, 12, 20, 20, 20, 60, 12, 12, 8, 12, 18, 24, 20),
    "register": (
        16,
        12,
        8,
        10,
        26,
        40,
        26,
        16,
        16,
        10,
        10,
        40,
        26,
        40,
        14,
        44,
        20,
        16,
        14,
        40,
        24,
        14,
    ),
    "departments": (18, 14, *[12] * 9),
    "indicators": (22, 12, 12, 12, 10, 10, 10, 14, 70, 34),
    "own": (22, 18, 30, 12, 12, 12, 20, 20, 34, 24),
    "defects": (14, 26, 10, 22, 40, 26),
    "coverage": (40, 18, 14, 30, 60, 40),
    "obligations": (18, 26, 22, 10, 18, 12, 10, 14, 12, 20, 20, 20, 12, 22, *[12] * 7),
}
"""Of the columns of each sheet, in characters."""
FORMS: Final[Mapping[str, Mapping[int, str]]] = {
    "summary": {1: "rate"},
    "findings": {10: "time", 11: "time", 12: "time", 15: "span"},
    "departments": dict.fromkeys((2, 5, 9, 10), "rate"),
    "obligations": {**dict.fromkeys((9, 10, 11), "time"), **dict.fromkeys((14, 15, 16), "span")},
    "indicators": {1: "rate", 2: "span", 3: "span"},
}
"""Of columns that are no text, how their cells look (LOOKS)."""
LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "head": {"bold": True, "bg_color": "#E4E5E6", "bottom": 1, "text_wrap": True},
    "rate": {"num_format": "0.00%"},
    "time": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "span": {"num_format": "[h]:mm:ss"},
}
# A million rows are a gigabyte of XML: packing it as tight as it goes takes longer than making it,
# and xlsxwriter has no setting for that.
xlsxwriter.workbook.ZipFile = partial(ZipFile, compresslevel=1)
_SAFE: Final = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_workbook(
    path: Path,
    findings: pl.DataFrame,
    *,
    metrics: Metrics,
    rulebooks: Rulebooks,
    defects: pl.DataFrame,
    lang: str = "zh",
    options: ReportOptions | None = None,
    register: pl.DataFrame | None = None,
    obligations: pl.LazyFrame | None = None,
) -> Path:
    """Sheets: summary, findings (one row per case, why it was judged so), the register of
    everything not in order, departments and people, indicators of the trade, data issues, coverage
    of the clauses, every obligation to pivot on. Times are times, rates numbers, overruns
    durations.

    `defects`: quarantined rows and unreadable cells (table, file, row, column, value, reason).
    Above `options.workbook_rows` the gravest findings stand here and the note names findings.csv.
    Equal input gives equal bytes.
    """
    options = options or ReportOptions()
    texts = texts_of(single(lang), rulebooks)
    printable = Printable(options.show_personal, options.mask_staff)
    context = ReportContext(
        rulebooks=rulebooks,
        texts=texts,
        wording=Wording(texts, options.time_zone),
        printable=printable,
        options=options,
        profile=first_in_force(rulebooks),
        metrics=metrics,
        findings=findings,
        inputs={},
    )
    shown = masked(findings, options).head(options.workbook_rows)
    with xlsxwriter.Workbook(str(path), _SAFE) as book:
        book.set_properties({"title": context.of_document("title"), "created": _dated(metrics)})
        form = {name: book.add_format({"valign": "top", **look}) for name, look in LOOKS.items()}
        for name, rows in _sheets(context, shown, register, defects, obligations).items():
            columns = {at: form[which] for at, which in FORMS.get(name, {}).items()}
            _sheet(book, context, name, rows, WIDTHS[name], form["head"], columns)
    return path


def _sheets(
    context: ReportContext,
    findings: pl.DataFrame,
    register: pl.DataFrame | None,
    defects: pl.DataFrame,
    obligations: pl.LazyFrame | None,
) -> dict[str, Iterable[Cells] | pl.DataFrame]:
    """The rows of each sheet, in their order."""
    entries = None if register is None else shown_of(register, context.options)
    sheets: dict[str, Iterable[Cells] | pl.DataFrame | None] = {
        "summary": summary_rows(context, findings.height),
        "findings": (finding_row(context, row) for row in findings.iter_rows(named=True)),
        "register": None if entries is None else register_rows(context, entries),
        "departments": department_rows(context),
        "indicators": indicator_rows(context),
        "own": own_figure_rows(context) if context.metrics.own_figures else None,
        "defects": defect_rows(context, defects),
        "coverage": coverage_rows(context),
        "obligations": None if obligations is None else pivot(context, obligations),
    }
    return {name: rows for name, rows in sheets.items() if rows is not None}


def _dated(metrics: Metrics) -> datetime:
    return datetime.fromisoformat(metrics.period.cutoff)


def _sheet(
    book: xlsxwriter.Workbook,
    context: ReportContext,
    name: str,
    rows: Iterable[Sequence[Any]] | pl.DataFrame,
    widths: Sequence[int],
    head: Format,
    forms: Mapping[int, Format],
) -> None:
    """One table with a frozen heading and filters; `forms` of columns that hold numbers."""
    sheet: RowSheet = book.add_worksheet(context.texts(f"sheet.{name}.name"), RowSheet)
    headings = context.texts.items(f"sheet.{name}.columns")
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_row(0, 0, headings, head)
    write = sheet.write_frame if isinstance(rows, pl.DataFrame) else sheet.write_rows
    last = write(1, rows, forms)  # type: ignore[arg-type]  # either takes its own
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(headings) - 1)
