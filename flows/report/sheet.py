"""A worksheet that takes whole rows: cell by cell, xlsxwriter needs three times as long for a
million cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

EPOCH: Final = datetime(1899, 12, 30)
"""Day 0 of spreadsheets."""
LONGEST: Final = 32_767
"""UTF-16 units that a cell holds; the rest of a longer text is in findings.csv."""


class RowSheet(Worksheet):  # type: ignore[misc]  # untyped
    """What `write_rows` is given stands below what was written cell by cell. Text is text: strings
    go through the workbook's table of strings, which escapes them, and never become formulas,
    numbers or links.
    """

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
        self._lines: list[str] = []
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

    def _write_rows(self) -> None:
        super()._write_rows()
        self.fh.write("".join(self._lines))


def _number(value: float | datetime) -> float:
    if isinstance(value, datetime):
        span = value.replace(microsecond=0, tzinfo=None) - EPOCH
        return span.days + span.seconds / 86_400
    return value


def _fitting(text: str) -> str:
    if len(text) <= LONGEST // 2:
        return text
    return text.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", "ignore")
