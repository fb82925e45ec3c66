"""Column widths of printed tables, from their texts.

WeasyPrint's own way, `table-layout: auto`, lays every cell out twice more to measure it: a fifth of
all the time.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from math import sqrt
from typing import Final

from flows.report.context.blocks import Cell, Table, line

_ACROSS: Final = {"cases": 100.0, "tight": 57.0, "front": 57.0, "front decide": 57.0}
_PORTRAIT: Final = 53.0
"""Ems between the margins, at the size of the table's text: of the landscape annex, and of every
other page."""
_PADDING: Final = 1.0
_BAR: Final = 10.1
"""A bar inside a cell (30 mm)."""
_WORDS: Final = re.compile(r"[\s\u2e80-\uffef]+")
"""Where a text may be broken: at spaces, and around every Chinese character."""
_LONGEST_WORD: Final = 12.0
_SHORT: Final = 5.5
"""Chinese that stays on one line where there is room at all: 用时中位数."""


def column_widths(table: Table) -> list[float]:
    """Percent of the table's width for each column, together 100; empty where the stylesheet has
    the widths (heat).

    Every column gets what must stay on one line; the rest is shared out by the root of how much
    text a column holds, and none gets more than it can use. Headings may be broken.
    """
    if table.css == "heat":
        return []
    across = _ACROSS.get(table.css, _PORTRAIT)
    columns = [[row.cells[n] for row in table.rows] for n in range(len(table.columns))]
    heads = [Cell(line(column.label)) for column in table.columns]
    widths = [
        _PADDING + max(map(_least, [head, *cells]))
        for head, cells in zip(heads, columns, strict=True)
    ]
    wanted = [
        _PADDING + max(map(_whole, cells), default=0.0) - width
        for cells, width in zip(columns, widths, strict=True)
    ]
    waiting = [sqrt(sum(map(_whole, cells)) + 1) for cells in columns]
    spare = max(0.0, across - sum(widths))
    for n in sorted(range(len(columns)), key=lambda n: wanted[n] / waiting[n]):
        more = min(max(0.0, wanted[n]), spare * waiting[n] / sum(waiting))
        widths[n], spare, waiting[n] = widths[n] + more, spare - more, 0.0
    return [round(100 * width / sum(widths), 2) for width in widths]


def _whole(cell: Cell) -> float:
    return _BAR if cell.bar else _ems(_text(cell))


def _least(cell: Cell) -> float:
    """What can't be broken: a bar, a number, a code; else the longest word."""
    if cell.bar or {"num", "nowrap"} & set(cell.css.split()):
        return _whole(cell)
    text = _text(cell)
    word = max(map(_ems, _WORDS.split(text)))
    return max(min(word, _LONGEST_WORD), min(_ems(text), _SHORT))


def _text(cell: Cell) -> str:
    return "".join(span.text for span in cell.line)


def _ems(text: str) -> float:
    return sum(map(_em, text))


@cache
def _em(character: str) -> float:
    """The advance of a glyph of Noto Sans CJK, slightly above it."""
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if character in "mwMW%@":
        return 0.93
    if character in "fijlrtI":
        return 0.33
    return (
        0.68
        if character.isupper()
        else 0.57
        if character.isalnum()
        else 0.23
        if character == " "
        else 0.36
    )
