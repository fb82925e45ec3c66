"""The period that a document is about, as people write it."""

from __future__ import annotations

import polars as pl

from checks.text.filling import filled


def month_of() -> pl.Expr:
    """First day of the month that `period` writes: 2026-10, 202610, 2026年10月."""
    text = pl.col("period").str.extract_groups(r"^(\d{4})\D?(\d{1,2})月?$")
    return filled("{}-{}-01", text.struct[0], text.struct[1].str.zfill(2)).str.to_date(strict=False)


def week_of() -> pl.Expr:
    """Monday of the week that `period` writes: 2026-W41, 2026年第41周, a day of it, or 2026-10-W1,
    2026年10月第1周.

    The n-th week of a month is its n-th seven days, and stands for the week that holds most of
    them.
    """
    of_year = pl.col("period").str.extract_groups(r"^(\d{4})[-年]?[Ww第](\d{1,2})周?$")
    numbered = filled("{}-W{}-4", of_year.struct[0], of_year.struct[1].str.zfill(2)).str.to_date(
        "%G-W%V-%u", strict=False
    )
    of_month = pl.col("period").str.extract_groups(r"^(\d{4})[-年](\d{1,2})[-月]?[Ww第](\d)周?$")
    month = filled("{}-{}-01", of_month.struct[0], of_month.struct[1].str.zfill(2)).str.to_date(
        strict=False
    )
    middle = month + pl.duration(days=of_month.struct[2].cast(pl.Int64) * 7 - 4)
    dated = pl.col("period").str.to_date("%Y-%m-%d", strict=False)
    return pl.coalesce(numbered, middle, dated).dt.truncate("1w")
