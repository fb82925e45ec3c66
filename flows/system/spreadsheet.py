"""CSV for people, who open it in a spreadsheet: no cell of it is a formula, none commands a
terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl
import polars.selectors as cs

from flows.system.visible import CODES

FORMULA: Final = r"^[=+\-@\t\n＝＋－＠]"
"""What makes a spreadsheet take text for a formula, full-width forms included."""
NUMBER: Final = r"^[+-]?[0-9]+(\.[0-9]+)?$"
"""What begins like a formula and is none."""


def write_csv(path: Path, frame: pl.LazyFrame) -> Path:
    """UTF-8 with BOM, CRLF, text as of `safe`, instants as 2026-10-14 09:05:30; without a second
    copy of the frame."""
    facts = frame.with_columns(safe(cs.string()), cs.datetime().dt.to_string("%Y-%m-%d %H:%M:%S"))
    facts.sink_csv(path, include_bom=True, line_terminator="\r\n")
    return path


def safe(text: pl.Expr) -> pl.Expr:
    """Text as it may stand in a CSV: control characters as codes, an apostrophe before what would
    be a formula."""
    shown = text.str.replace_all("\r\n", "\n", literal=True)
    shown = shown.str.replace_many({chr(number): code for number, code in CODES.items()})
    return (
        pl.when(shown.str.contains(NUMBER)).then(shown).otherwise(shown.str.replace(FORMULA, "'$0"))
    )
