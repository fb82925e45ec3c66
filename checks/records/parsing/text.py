"""Text as office software and exporters write it: stray blanks, full-width characters, guards,
words for nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

INVISIBLE: Final = (
    r"[\x{00ad}\x{061c}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}"
    r"\x{2066}-\x{206f}\x{feff}]"
)
"""Characters that take no place: zero-width ones and marks of direction."""
_IGNORED: Final = re.compile(
    r"[\s_\-*\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]+"
)


def where(
    series: pl.Series, mask: pl.Series, change: Callable[[pl.Series], pl.Series]
) -> pl.Series:
    """`series` with `change` applied to the masked values only, so that the rare case does not slow
    the common one."""
    if not mask.any():
        return series
    return pl.select(
        pl.when(mask).then(_scattered(change(series.filter(mask)), mask)).otherwise(series)
    ).to_series()


def _scattered(values: pl.Series, mask: pl.Series) -> pl.Series:
    """`values` at the places where `mask` holds, whatever elsewhere."""
    return values.gather(mask.cast(pl.UInt32).cum_sum().cast(pl.Int64) - 1)


def put(series: pl.Series, places: pl.Series, values: pl.Series | bool | None) -> pl.Series:
    """`series` with other values at some places; unlike `scatter` it leaves the original as it
    is."""
    return series.clone().scatter(places, values)


def wide(series: pl.Series) -> pl.Series:
    """Which cells hold characters beyond ASCII (false where empty)."""
    return (series.str.len_bytes() != series.str.len_chars()).fill_null(False)


def half_width(series: pl.Series) -> pl.Series:
    """Unicode NFKC: full-width digits, letters, colons and spaces become the ordinary ones."""
    return where(series, wide(series), lambda s: s.str.normalize("NFKC").str.strip_chars())


def unwrapped(series: pl.Series) -> pl.Series:
    """Without the `="…"` that exporters put around a cell, so that a spreadsheet takes it for
    text."""
    guarded = (series.str.starts_with('="') & series.str.ends_with('"')).fill_null(False)
    return where(series, guarded, lambda s: s.str.slice(2).str.strip_suffix('"').str.strip_chars())


def bare(series: pl.Series) -> pl.Series:
    """What a cell that names, counts or dates something says: half-width, without guards (`'`,
    `="…"`) and without invisible characters; null where nothing is left."""
    plain = where(
        series,
        wide(series),
        lambda s: half_width(s.str.replace_all(INVISIBLE, "")).str.strip_chars(),
    )
    plain = unwrapped(plain)
    guarded = plain.str.starts_with("'").fill_null(False)
    plain = where(plain, guarded, lambda s: unwrapped(s.str.slice(1).str.strip_chars()))
    nothing = (plain.str.len_bytes() == 0).fill_null(False)
    return put(plain, nothing.arg_true(), None) if nothing.any() else plain


def fold(words: Iterable[str]) -> list[str]:
    """The form in which headings and codes are compared: half-width, lower case, without blanks,
    `_`, `-` and `*`."""
    return [_IGNORED.sub("", unicodedata.normalize("NFKC", word).lower()) for word in words]


def spoken(words: Iterable[str]) -> frozenset[str]:
    """Words that stand for an empty cell in the form in which cells are compared with them."""
    return frozenset(unicodedata.normalize("NFKC", word).strip().lower() for word in words)


def emptied(series: pl.Series, words: frozenset[str]) -> pl.Series:
    """`series` with null where one of `words` (see `spoken`) stands."""
    said = bare(series).str.to_lowercase()
    nothing = (said.is_null() | said.is_in(words)).fill_null(True)
    return put(series, nothing.arg_true(), None) if nothing.any() else series


def any_of(words: Iterable[str]) -> str:
    """A regular expression for a cell in which one of `words` stands: in any case, width and
    company of invisible characters. Looking for it is cheap: most cells fail it at their first
    character."""
    spelt = "|".join("".join(map(_in_any_width, word)) for word in sorted(words))
    return rf"(?i)^{INVISIBLE}*(?:{spelt}){INVISIBLE}*$" if spelt else r"[^\s\S]"


def _in_any_width(character: str) -> str:
    plain = re.escape(character)
    return f"[{plain}{chr(ord(character) + 0xFEE0)}]" if "!" <= character <= "~" else plain


def as_text(column: str, dtype: pl.DataType) -> pl.Expr:
    """The cell as text without blanks around it; null when nothing is left."""
    cell = pl.col(column)
    if dtype.is_float():
        return _number_text(cell, dtype)
    if dtype == pl.String:
        text = cell.str.strip_chars()
        return pl.when(text != "").then(text)
    if dtype == pl.Binary:
        return cell.bin.encode("hex")
    if isinstance(dtype, pl.Duration):
        return cell.dt.to_string()
    return cell.cast(pl.String)


def _number_text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Whole numbers by their digits. Of single precision only those below 2**24 are sure to be what
    was meant; larger ones are shown in scientific notation, which says that digits are lost."""
    single = dtype == pl.Float32
    whole = cell.is_finite() & (cell == cell.round(0)) & (cell.abs() < (2**24 if single else 2**53))
    other = (
        cell.map_batches(_rounded, pl.String(), is_elementwise=True)
        if single
        else cell.cast(pl.String)
    )
    return pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(other)


def _rounded(cells: pl.Series) -> pl.Series:
    texts = [None if x is None else f"{x:.6E}" if abs(x) >= 2**24 else str(x) for x in cells]
    return pl.Series(cells.name, texts, dtype=pl.String)
