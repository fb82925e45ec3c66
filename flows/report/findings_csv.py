"""findings.csv: every finding, for people and their spreadsheets. The machine's copy is obligations.parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl
import polars.selectors as cs

from flows.report.masking import mask_column, mask_name
from flows.report.options import ReportOptions

FORMULA: Final = r"^[=+\-@\t\r\n＝＋－＠]"
"""What makes a spreadsheet take text for a formula, full-width forms included."""
_FREE: Final = ("response",)
"""Columns that hold words which a person wrote."""


def write_findings_csv(path: Path, findings: pl.DataFrame, options: ReportOptions | None = None) -> Path:
    """UTF-8 with BOM, CRLF, the columns of `checks.findings.FINDINGS`; instants as 2026-10-14 09:05:30.

    Text that a spreadsheet would take for a formula gets a leading apostrophe; personal data are masked as the
    options say.
    """
    options = options or ReportOptions()
    told = masked(findings, options).lazy().with_columns(_as_text())
    told.sink_csv(path, include_bom=True, line_terminator="\r\n")  # without a second copy of a long month's findings
    return path


def masked(findings: pl.DataFrame, options: ReportOptions) -> pl.DataFrame:
    """The findings as they may be passed on."""
    free = [] if options.show_personal else [mask_column(name) for name in _FREE]
    names = findings["responsible"].drop_nulls().unique() if options.mask_staff else ()
    return findings.with_columns(*free, pl.col("responsible").replace({name: mask_name(name) for name in names}))


def _as_text() -> list[pl.Expr]:
    strings = cs.string()
    quoted = strings.str.replace(FORMULA, "'$0")
    return [quoted, cs.datetime().dt.to_string("%Y-%m-%d %H:%M:%S")]
