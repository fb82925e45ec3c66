"""The check sheet that an inspector fills in: a workbook that the next ingest reads as
`spot_checks`, and its print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Final

import polars as pl
from jinja2 import Environment, StrictUndefined

from flows.report.words.texts import Texts

COLUMNS: Final = (
    "checked_on",
    "ticket_id",
    "inspector",
    "result",
    "note",
    "department",
    "tier",
    "handler_id",
    "kind",
    "requested_at",
    "verdicts",
)
FILLED_BY_HAND: Final = ("checked_on", "inspector", "result", "note")
"""`checked_on` too stays empty: a row that nobody filled in must not be read back as a check that
was made."""
WIDTHS: Final = {"ticket_id": 18, "requested_at": 17, "note": 24, "verdicts": 60}
ROWS_PER_PAGE: Final = 8


@dataclass(frozen=True)
class Sheet:
    """`rows`: the drawn tickets, all text, the COLUMNS that are not filled by hand; `drawn_of`:
    tickets of the day."""

    rows: pl.DataFrame
    day: date
    drawn_of: int
    seed: int
    texts: Texts

    @property
    def caption(self) -> str:
        return self.texts(
            "sheet.caption",
            day=self.day,
            drawn=len(self.rows),
            drawn_of=self.drawn_of,
            seed=self.seed,
        )

    @property
    def headings(self) -> list[str]:
        return [self.texts(f"sheet.headings.{name}") for name in COLUMNS]

    @property
    def cells(self) -> list[tuple[str, ...]]:
        """One tuple per ticket in the order of COLUMNS; empty text where the inspector writes."""
        empty = [pl.lit("").alias(name) for name in FILLED_BY_HAND]
        return self.rows.with_columns(*empty).select(COLUMNS).fill_null("").rows()


def write_workbook(sheet: Sheet, path: Path) -> None:
    """The sheet as XLSX, the same bytes for the same sample."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties(
            {"title": sheet.caption, "created": datetime.combine(sheet.day, time.min)}
        )
        page = book.add_worksheet("spot_checks")
        page.write_row(
            0,
            0,
            sheet.headings,
            book.add_format({"bold": True, "bg_color": "#E8EEF4", "bottom": 1}),
        )
        to_fill = book.add_format({"bg_color": "#FFF8DC"})
        for column, name in enumerate(COLUMNS):
            page.set_column(column, column, WIDTHS.get(name, 12))
            for row, cells in enumerate(sheet.cells, start=1):
                page.write(
                    row, column, cells[column] or None, to_fill if name in FILLED_BY_HAND else None
                )
        last, result = max(len(sheet.rows), 1), COLUMNS.index("result")
        page.data_validation(
            1,
            result,
            last,
            result,
            {"validate": "list", "source": sheet.texts.items("sheet.results")},
        )
        page.freeze_panes(1, 2)
        page.autofilter(0, 0, last, len(COLUMNS) - 1)


def write_print(sheet: Sheet, path: Path) -> None:
    """The sheet as PDF, in tables of a page each."""
    from flows.report.pdf.render import PdfJob, render_all

    root = files("report_templates")
    environment = Environment(
        undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((root / "check_sheet.html.j2").read_text("utf-8"))
    cells = sheet.cells
    pages = [cells[i : i + ROWS_PER_PAGE] for i in range(0, len(cells), ROWS_PER_PAGE)]
    html = template.render(
        style=(root / "print.css").read_text("utf-8"), sheet=sheet, pages=pages or [[]]
    )
    render_all([PdfJob(html, path, datetime.combine(sheet.day, time.min))])
