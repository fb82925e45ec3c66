"""How people write what the parameters name: roles, topics, kinds of documents."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

_BETWEEN = r"[\s_-]"
"""`Monthly report`, `monthly_report` and `monthly-report` are one."""


def bare(text: pl.Expr) -> pl.Expr:
    """The text without case, spaces, hyphens and underscores."""
    return text.str.to_lowercase().str.replace_all(_BETWEEN, "")


def says(text: pl.Expr, words: Sequence[str]) -> pl.Expr:
    """Whether the text holds one of the words; null where there is no text."""
    return bare(text).str.contains_any(_all_bare(words))


def is_one_of(text: pl.Expr, words: Sequence[str]) -> pl.Expr:
    """Whether the text is one of the words and nothing else; null where there is no text."""
    return bare(text).is_in(_all_bare(words))


def _all_bare(words: Sequence[str]) -> list[str]:
    return (
        pl.Series(words, dtype=pl.String)
        .to_frame("word")
        .select(bare(pl.col("word")))["word"]
        .to_list()
    )
