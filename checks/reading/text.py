"""Text as Chinese office software writes it: stray spaces, full-width characters, empty strings for nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

_IGNORED: Final = re.compile(r"[\s_\-*\ufeff\u200b]+")
_NUMERIC: Final = (pl.Float32, pl.Float64)


def where(series: pl.Series, mask: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """`series` with `change` applied to the masked values only, so that the rare case does not slow the common one."""
    if not mask.any():
        return series
    return pl.select(pl.when(mask).then(_scattered(change(series.filter(mask)), mask)).otherwise(series)).to_series()


def _scattered(values: pl.Series, mask: pl.Series) -> pl.Series:
    """`values` at the places where `mask` holds, whatever elsewhere."""
    return values.gather(mask.cast(pl.UInt32).cum_sum().cast(pl.Int64) - 1)


def half_width(series: pl.Series) -> pl.Series:
    """Unicode NFKC: full-width digits, letters, colons and spaces become the ordinary ones."""
    other = (series.str.len_bytes() != series.str.len_chars()).fill_null(False)
    return where(series, other, lambda s: s.str.normalize("NFKC").str.strip_chars())


def fold(words: Iterable[str]) -> list[str]:
    """The form in which headings and codes are compared: half-width, lower case, without blanks, `_`, `-` and `*`."""
    return [_IGNORED.sub("", unicodedata.normalize("NFKC", word).lower()) for word in words]


def as_text(column: str, dtype: pl.DataType, empty: tuple[str, ...] = ()) -> pl.Expr:
    """The cell as text without blanks around it; null when nothing is left (or one of the `empty` words)."""
    cell = pl.col(column)
    if dtype in _NUMERIC:
        whole = cell.is_finite() & (cell == cell.round(0)) & (cell.abs() < 2**53)
        text = pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(cell.cast(pl.String))
    elif dtype == pl.String:
        text = cell.str.strip_chars()
    else:
        text = cell.cast(pl.String)
    return pl.when(text.is_in(["", *empty], nulls_equal=False)).then(None).otherwise(text) if empty else _filled(text)


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)
