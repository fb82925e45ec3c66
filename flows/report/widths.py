"""Column widths of printed tables, from their texts.

WeasyPrint's own way, `table-layout: auto`, lays every cell out twice more to measure it: a fifth of all the time.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from flows.report.view.model import Cell, Table, line

_ACROSS: Final = {"cases": 99.0}
_PORTRAIT: Final = 55.5
"""Ems between the margins, at the size of the table's text: of the landscape annex, and of every other page."""
_PADDING: Final = 1.05
_BAR: Final = 10.1
"""A bar inside a cell (30 mm)."""
_WORDS: Final = re.compile(r"[\s\u2e80-\uffef]+")
"""Where a text may be broken: at spaces, and around every Chinese character."""
_LONGEST_WORD: Final = 12.0
_SHORT: Final = 4.0
"""Chinese that stays on one line where there is room at all: 未能判定."""


def column_widths(table: Table) -> list[float]:
    """Percent of the table's width for each column, together 100; empty where the stylesheet has the widths (heat).

    Every column gets what must stay on one line; the rest goes to short texts before long ones.
    """
    if table.css == "heat":
        return []
    across = _ACROSS.get(table.css, _PORTRAIT)
    cells = [[_heading(column.label), *(row.cells[n] for row in table.rows)] for n, column in enumerate(table.columns)]
    least = [_PADDING + max(map(_least, column)) for column in cells]
    wanted = [_PADDING + max(map(_whole, column)) - width for column, width in zip(cells, least, strict=True)]
    widths, spare = least, max(0.0, across - sum(least))
    for left, n in enumerate(sorted(range(len(cells)), key=wanted.__getitem__)):
        more = min(wanted[n], spare / (len(cells) - left))
        widths[n] += more
        spare -= more
    return [round(100 * width / sum(widths), 2) for width in widths]


def _heading(label: str) -> Cell:
    return Cell(line(label))


def _text(cell: Cell) -> str:
    return "".join(span.text for span in cell.line)


def _whole(cell: Cell) -> float:
    return _BAR if cell.bar else _ems(_text(cell))


def _least(cell: Cell) -> float:
    """What can't be broken: a bar, a number, a code; else the longest word."""
    if cell.bar or {"num", "nowrap"} & set(cell.css.split()):
        return _whole(cell)
    text = _text(cell)
    words = max((_ems(word) for word in _WORDS.split(text)), default=0.0)
    return max(min(words, _LONGEST_WORD), min(_ems(text), _SHORT))


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
        return 0.4
    return 0.7 if character.isupper() else 0.6 if character.isalpha() else 0.56 if character.isdigit() else 0.37
