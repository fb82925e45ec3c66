"""A worksheet that takes whole rows: cell by cell, xlsxwriter needs three times as long for a
million cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import polars as pl
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

EPOCH: Final = datetime(1899, 12, 30)
"""Day 0 of spreadsheets."""
SLICE: Final = 50_000
"""Rows of a frame that are in memory as XML at a time."""
LONGEST: Final = 32_767
"""UTF-16 units that a cell holds; the rest of a longer text is in findings.csv."""
STRINGS: Final = 10_000
"""Texts of one column up to which they go through the workbook's table of strings; that is Python's
and would take seconds for a million names of records, which stand in their cells instead."""
_ODD: Final = "[^0-9A-Za-z#.-]|^.{256}"
"""What a name of a record has not: characters that XML or spreadsheets take for something else."""


class RowSheet(Worksheet):  # type: ignore[misc]  # untyped
    """What `write_rows` is given stands below what was written cell by cell. Text is text: strings
    go through the workbook's table of strings, which escapes them, and never become formulas,
    numbers or links.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []
        self._frame = pl.DataFrame()
        self._cells: list[pl.Expr] = []
        self._first = 0

    def write_rows(
        self,
        first: int,
        rows: Iterable[Sequence[str | float | datetime | None]],
        forms: Mapping[int, Format] | None = None,
    ) -> int:
        """Rows from `first` (0 is the top) on, in any number; returns the last one that has cells.

        `forms`: by column, how its numbers are shown. Instants become serial numbers, to the
        second.
        """
        shown = {at: f' s="{form._get_xf_index()}"' for at, form in (forms or {}).items()}
        index = self.str_table._get_shared_string_index
        last, width, names = first - 1, 0, [xl_col_to_name(n) for n in range(64)]
        for last, row in enumerate(rows, start=first):
            at, width = last + 1, max(width, len(row))
            cells = [
                f'<c r="{name}{at}" t="s"><v>{index(_fitting(value))}</v></c>'
                if isinstance(value, str)
                else f'<c r="{name}{at}"{shown.get(n, "")}><v>{_number(value)!r}</v></c>'
                for n, (name, value) in enumerate(zip(names, row, strict=False))
                if value is not None and value != ""
            ]
            self._lines.append(f'<row r="{at}">{"".join(cells)}</row>')
        if width:
            self._check_dimensions(last, width - 1)
        return last

    def write_frame(
        self, first: int, frame: pl.DataFrame, forms: Mapping[int, Format] | None = None
    ) -> int:
        """The same of a frame of strings, numbers and times without zone, column by column: rows
        are made when the file is, a slice after the other."""
        shown = {at: f' s="{form._get_xf_index()}"' for at, form in (forms or {}).items()}
        cells = []
        for at, column in enumerate(frame.iter_columns()):
            before, value, after = self._cell(column, shown.get(at, ""))
            place = (f'<c r="{xl_col_to_name(at)}', pl.col("at"), f'"{before}')
            cells.append(_joined(*place, value, f"{after}</c>").fill_null(""))
        self._frame, self._cells, self._first = frame, cells, first
        last = first + frame.height - 1
        if frame.height:
            self._check_dimensions(last, frame.width - 1)
        return last

    def _cell(self, column: pl.Series, look: str) -> tuple[str, pl.Expr, str]:
        """What stands before a cell's value, the value, and what stands behind it."""
        value = pl.col(column.name)
        if isinstance(column.dtype, pl.Datetime):
            value = (value - EPOCH).dt.total_seconds() / 86_400
        if column.dtype != pl.String:
            return f"{look}><v>", value, "</v>"
        known = column.unique(maintain_order=True).drop_nulls()
        if len(known) > STRINGS and not known.str.contains(_ODD).any():
            return ' t="inlineStr"><is><t>', pl.when(value != "").then(value), "</t></is>"
        index = self.str_table._get_shared_string_index
        texts = [text for text in known if text]
        places = [index(_fitting(text)) for text in texts]
        value = value.replace_strict(texts, places, default=None, return_dtype=pl.Int64)
        return ' t="s"><v>', value, "</v>"

    def _write_rows(self) -> None:
        super()._write_rows()
        self.fh.write("".join(self._lines))
        for part in self._frame.iter_slices(SLICE):
            numbered = part.with_row_index("at", self._first + 1)
            line = _joined('<row r="', pl.col("at"), '">', *self._cells, "</row>")
            self.fh.write(numbered.select(line.str.join("")).item())
            self._first += part.height


def _joined(*parts: str | pl.Expr) -> pl.Expr:
    """Null where any part is."""
    return pl.concat_str(pl.lit(part) if isinstance(part, str) else part for part in parts)


def _number(value: float | datetime) -> float:
    if isinstance(value, datetime):
        span = value.replace(microsecond=0, tzinfo=None) - EPOCH
        return span.days + span.seconds / 86_400
    return value


def _fitting(text: str) -> str:
    if len(text) <= LONGEST // 2:
        return text
    return text.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")
