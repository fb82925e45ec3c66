"""findings.csv: every finding, for people and their spreadsheets. The machine's copy is
obligations.parquet."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from checks.text.masking import mask_name
from flows.report.words.options import ReportOptions
from flows.report.words.privacy import FINDING_WORDS, words_masked
from flows.system.spreadsheet import write_csv


def write_findings_csv(
    path: Path, findings: pl.DataFrame, options: ReportOptions | None = None
) -> Path:
    """The columns of `checks.results.findings.FINDINGS` as flows.system.spreadsheet writes them;
    personal data are masked as the options say.
    """
    options = options or ReportOptions()
    return write_csv(path, masked(findings, options).lazy())


def masked(findings: pl.DataFrame, options: ReportOptions) -> pl.DataFrame:
    """The findings as they may be passed on."""
    facts = words_masked(findings, FINDING_WORDS, options.show_personal)
    names = facts["responsible"].drop_nulls().unique() if options.mask_staff else ()
    return facts.with_columns(
        pl.col("responsible").replace({name: mask_name(name) for name in names})
    )
