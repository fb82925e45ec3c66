"""Stripped text (null = empty) -> the cells of one kind.

A reader reads the commonest form of its kind natively and the cells that are left, mostly none, in
Python: for those it gives `value` and `raw` (what stood in a cell that is unreadable). `words` are
those that stand for an empty cell, as checks.records.parsing.text.spoken gives them. Times are read
by checks.records.parsing.times.columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import polars as pl

from checks.records.parsing.identifiers import identifiers
from checks.records.parsing.text import any_of, bare, emptied, fold, half_width, unwrapped
from checks.records.tables import DTYPES, PRECISION, Column

INTEGER: Final = r"^\+?([0-9]{1,18})(?:\.0*)?$"
GUARDED: Final = '^="'
PLAIN_ID: Final = "[^0-9A-Za-z_-]"
"""An identifier without such a character is what it says, unless it is a word for nothing."""


@dataclass(frozen=True)
class Reader:
    """`fast`: text -> value, null where it is empty or takes more than a glance. `slow`: a Series
    of the latter (null elsewhere) -> a struct (`struct_of`); of text that can't be unreadable, the
    value itself."""

    fast: Callable[[pl.Expr], pl.Expr]
    slow: Callable[[pl.Series], pl.Series]


def struct_of(column: Column) -> pl.Struct:
    """What a parsed column's cells are read as."""
    exact = {"precision": PRECISION} if column.timed else {}
    return pl.Struct({"value": DTYPES[column.kind], "raw": pl.String(), **exact})


def texts(words: frozenset[str]) -> Reader:
    """Free text, as it stands but without guards."""
    return Reader(
        _unless(f"{GUARDED}|{any_of(words)}"), lambda text: emptied(unwrapped(text), words)
    )


def proofs(words: frozenset[str]) -> Reader:
    """Text that proves something by being there."""
    return Reader(_unless(f"^'|{GUARDED}|{any_of(words)}"), lambda text: emptied(bare(text), words))


def compared(words: frozenset[str]) -> Reader:
    """Text that is compared with other text: in ordinary characters."""
    return Reader(
        _unless(rf"[^\x00-\x7f]|{GUARDED}|{any_of(words)}"),
        lambda t: emptied(unwrapped(half_width(t)), words),
    )


def named(words: frozenset[str]) -> Reader:
    """Identifiers and numbers; a rounded one is unreadable."""
    return Reader(_unless(f"{PLAIN_ID}|{any_of(words)}"), partial(_named, words=words))


def _unless(doubtful: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda text: pl.when(~text.str.contains(doubtful)).then(text)


def _named(text: pl.Series, words: frozenset[str]) -> pl.Series:
    read = identifiers(text)
    raw = text.zip_with(read["rounded"], _nothing(len(text)))
    return pl.DataFrame({"value": emptied(read["value"], words), "raw": raw}).to_struct(text.name)


def coded(
    known: Mapping[str, str | bool],
    words: frozenset[str],
    canonical: Mapping[str, str | bool],
    otherwise: str | None,
) -> Reader:
    """Each word's canonical value; an unknown one is `otherwise`. `known` are folded words,
    `canonical` is as it is."""
    written = {**known, **canonical}
    dtype = pl.Boolean() if True in known.values() else pl.String()
    values = pl.Series(list(written.values()), dtype=dtype)

    def fast(text: pl.Expr) -> pl.Expr:
        return text.replace_strict(list(written), values, default=None, return_dtype=dtype)

    return Reader(fast, partial(_coded, known=known, words=words, otherwise=otherwise, dtype=dtype))


def _coded(
    text: pl.Series,
    known: Mapping[str, str | bool],
    words: frozenset[str],
    otherwise: str | None,
    dtype: pl.DataType,
) -> pl.Series:
    """Folds distinct values only, they are few."""
    distinct = text.drop_nulls().unique()
    said = emptied(bare(distinct), words)
    values = [None if word is None else known.get(fold([word])[0], otherwise) for word in said]
    lost = [word is not None and value is None for word, value in zip(said, values, strict=True)]
    value = text.replace_strict(
        distinct, pl.Series(values, dtype=dtype), default=None, return_dtype=dtype
    )
    unknown = distinct.filter(pl.Series(lost, dtype=pl.Boolean))
    raw = text.zip_with(text.is_in(unknown.implode()), _nothing(len(text)))
    return pl.DataFrame({"value": value, "raw": raw}).to_struct(text.name)


def counted(words: frozenset[str]) -> Reader:
    """Whole numbers from 0; `3.0` is 3. Anything else is unreadable."""

    def fast(text: pl.Expr) -> pl.Expr:
        number = text.cast(pl.Int64, strict=False)
        return pl.when(number >= 0).then(number)

    return Reader(fast, partial(_counted, words=words))


def _counted(text: pl.Series, words: frozenset[str]) -> pl.Series:
    said = emptied(bare(text), words)
    value = said.str.extract(INTEGER).cast(pl.Int64)
    raw = text.zip_with(value.is_null() & said.is_not_null(), _nothing(len(text)))
    return pl.DataFrame({"value": value, "raw": raw}).to_struct(text.name)


def _nothing(length: int) -> pl.Series:
    return pl.repeat(None, length, dtype=pl.String, eager=True)
