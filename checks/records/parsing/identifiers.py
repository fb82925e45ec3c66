"""Identifiers and telephone numbers as text: what software puts around them goes, a rounded one is
none."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.records.parsing.text import bare, put

WHOLE: Final = r"^([0-9]+)\.0*$"
"""A number that went through a floating-point column."""
SCIENTIFIC: Final = (
    r"^[+-]?(?P<lead>[0-9]{1,3})(?:[.,](?P<fraction>[0-9]*))?[Ee]\+(?P<exponent>[0-9]{1,3})$",
    r"^[+-]?(?P<lead>[0-9]{1,3})[.,](?P<fraction>[0-9]*)[Ee](?P<exponent>[0-9]{1,3})$",
)
"""`1.39E+10`, `2E+17`, `1.39E10`; a mere `2E17` may be somebody's identifier."""
LARGEST: Final = str(2**53)
"""From here on a floating-point number no longer tells one whole number from the next."""


def identifiers(text: pl.Series) -> pl.DataFrame:
    """What stripped cells (null = empty) name: `value`, and `rounded`: digits of it are lost, so
    that it has no value.

    A number in scientific notation is read only where its mantissa carries every digit.
    """
    value = bare(text)
    rounded = pl.repeat(False, len(text), dtype=pl.Boolean, eager=True)
    # Looking for a character is much cheaper than a regular expression, which only the few then
    # need.
    numeric = value.str.contains(".", literal=True) | value.str.contains_any(["E+", "e+"])
    few = numeric.fill_null(False).arg_true()
    if few.is_empty():
        return pl.DataFrame({"value": value, "rounded": rounded})
    read = pl.DataFrame({"text": value.gather(few)}).select(_spelt_out())
    return pl.DataFrame(
        {"value": put(value, few, read["value"]), "rounded": put(rounded, few, read["rounded"])}
    )


def _spelt_out() -> list[pl.Expr]:
    text = pl.col("text")
    lead, fraction, exponent = (
        pl.coalesce(text.str.extract_groups(form).struct.field(part) for form in SCIENTIFIC)
        for part in ("lead", "fraction", "exponent")
    )
    scientific = exponent.is_not_null()
    places, fraction = exponent.cast(pl.UInt32), fraction.fill_null("")
    whole = text.str.extract(WHOLE)
    beyond = fraction.str.slice(places).str.strip_chars("0") != ""
    digits = pl.coalesce(whole, lead + fraction.str.slice(0, places))
    figures = digits.str.strip_chars_start("0")
    large = (figures.str.len_bytes() > len(LARGEST)) | (
        (figures.str.len_bytes() == len(LARGEST)) & (figures >= LARGEST)
    )
    lost = scientific & ((fraction.str.len_bytes() < places) | beyond)
    rounded = (large | lost).fill_null(False)
    value = pl.when(~rounded).then(pl.coalesce(digits, text))
    return [value.alias("value"), rounded.alias("rounded")]
