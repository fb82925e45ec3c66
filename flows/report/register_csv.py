"""register.csv: everything that is not in order, for people and their spreadsheets."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from checks.text.masking import mask_name
from flows.report.words.options import ReportOptions
from flows.report.words.privacy import REGISTER_WORDS, words_masked
from flows.system.spreadsheet import write_csv


def write_register_csv(path: Path, register: pl.DataFrame, options: ReportOptions) -> Path:
    """The columns of `checks.results.register.REGISTER`, and `due_workdays`, the working days
    proposed for putting it right; personal data are masked as the options say."""
    return write_csv(path, shown(register, options).lazy())


def shown(register: pl.DataFrame, options: ReportOptions) -> pl.DataFrame:
    """The register as it may be passed on."""
    facts = words_masked(register, REGISTER_WORDS, options.show_personal)
    names = facts["responsible"].drop_nulls().unique() if options.mask_staff else ()
    return facts.with_columns(
        pl.col("responsible").replace({name: mask_name(name) for name in names}),
        due_workdays=pl.col("grade").replace_strict(
            dict(options.remedy_days), return_dtype=pl.Int64
        ),
    )
