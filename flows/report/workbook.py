"""findings.xlsx: a workbook to work in. Text is written as text: nothing in it becomes a formula or
a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format

from checks.law.rulebook import Rulebooks
from checks.numbers.whole import Metrics
from flows.report.context.report_context import ReportContext
from flows.report.findings_csv import masked
from flows.report.sheet import RowSheet
from flows.report.view.sheets import (
    coverage_rows,
    defect_rows,
    department_rows,
    finding_row,
    summary_rows,
)
from flows.report.words.options import ReportOptions
from flows.report.words.printable import Printable
from flows.report.words.profiles import PROFILES
from flows.report.words.texts import load_texts
from flows.report.words.wording import Wording

WIDTHS: Final = (16, 8, 26, 22, 26, 18, 12, 10, 14, 12, 20, 20, 20, 60, 12, 12, 8, 12, 18, 24, 20)
FORMS: Final[dict[str, dict[str, Any]]] = {
    "head": {"bold": True, "bg_color": "#E4E5E6", "bottom": 1, "text_wrap": True},
    "rate": {"num_format": "0.00%"},
    "time": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "span": {"num_format": "[h]:mm:ss"},
}
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
) -> Path:
    """Sheets: summary, findings (one row per case, why it was judged so), departments and people,
    data issues, coverage of the clauses. Times are times, rates numbers, overruns durations.

    `defects`: quarantined rows and unreadable cells (table, file, row, column, value, reason).
    Above `options.workbook_rows` the gravest findings stand here and the note names findings.csv.
    Equal input gives equal bytes.
    """
    options = options or ReportOptions()
    texts = load_texts("en" if lang == "en" else "zh")
    printable = Printable(options.show_personal, options.mask_staff)
    context = ReportContext(
        rulebooks=rulebooks,
        texts=texts,
        wording=Wording(texts),
        printable=printable,
        options=options,
        profile=PROFILES["inspection"],
        metrics=metrics,
        findings=findings,
        inputs={},
    )
    shown = masked(findings, options).head(options.workbook_rows)
    with xlsxwriter.Workbook(str(path), _SAFE) as book:
        book.set_properties(
            {"title": texts("profile.inspection.title"), "created": _dated(metrics)}
        )
        _fill(book, context, shown, defects)
    return path


def _fill(
    book: xlsxwriter.Workbook, context: ReportContext, shown: pl.DataFrame, defects: pl.DataFrame
) -> None:
    """The sheets, each with the forms of its columns that hold numbers."""
    form = {name: book.add_format({"valign": "top", **given}) for name, given in FORMS.items()}
    rows = (finding_row(context, row) for row in shown.iter_rows(named=True))
    rates = dict.fromkeys((2, 5, 9, 10), "rate")
    for name, content, widths, forms in (
        ("summary", summary_rows(context, shown.height), (34, 22, 14, 14, 60), {1: "rate"}),
        ("findings", rows, WIDTHS, {10: "time", 11: "time", 12: "time", 15: "span"}),
        ("departments", department_rows(context), (18, 14, *[12] * 9), rates),
        ("defects", defect_rows(context, defects), (14, 26, 10, 22, 40, 26), {}),
        ("coverage", coverage_rows(context), (40, 18, 14, 30, 60, 40), {}),
    ):
        columns = {at: form[which] for at, which in forms.items()}
        _sheet(book, context, name, content, widths, form["head"], columns)


def _dated(metrics: Metrics) -> datetime:
    return datetime.fromisoformat(metrics.period.cutoff)


def _sheet(
    book: xlsxwriter.Workbook,
    context: ReportContext,
    name: str,
    rows: Iterable[Sequence[Any]],
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
    last = sheet.write_rows(1, rows, forms)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(headings) - 1)
