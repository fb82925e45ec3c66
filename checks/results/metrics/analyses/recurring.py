"""Recurring questions (RC 第十一条(二) 高频咨询问题, CD 六(二)3): what several customers asked in
the same words."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.numbers.analyses import RecurringQuestion

TEXTS: Final = ("customer_name", "contact", "core_demand", "content")
"""What is read of a ticket's text."""
SHOWN: Final = 10
ASKED_BY: Final = 3
"""A wording is shown once so many customers used it: below, it is a case, and might tell who they
are."""
LONGEST: Final = 60
"""Characters of a wording that are shown."""


def recurring_questions(tickets: pl.DataFrame) -> tuple[RecurringQuestion, ...]:
    """The most frequent wordings of the core demand (else the content) of inquiries.

    Wordings are one when they differ only in case, punctuation, symbols and spaces. Long numbers,
    which may be somebody's, are left out.
    """
    asked = tickets.filter(pl.col("kind") == "inquiry").with_columns(
        words=_words(pl.coalesce("core_demand", "content"))
    )
    groups = (
        asked.filter(pl.col("words") != "")
        .group_by(pl.col("words").str.replace_all(" ", "").alias("same"))
        .agg(
            key=pl.col("words").mode().sort().first().str.head(LONGEST),
            category=pl.col("category").drop_nulls().mode().sort().first(),
            n=pl.len().cast(pl.Int64),
            customers=pl.coalesce("customer_id", "customer_name", "contact")
            .drop_nulls()
            .n_unique()
            .cast(pl.Int64),
        )
    )
    known = (
        groups.filter(pl.col("customers") >= ASKED_BY)
        .sort("n", "same", descending=[True, False])
        .head(SHOWN)
    )
    return tuple(RecurringQuestion(**row) for row in known.drop("same").to_dicts())


def _words(text: pl.Expr) -> pl.Expr:
    without_numbers = text.str.replace_all(r"\d[\d\s-]{5,}\d", "")
    return (
        without_numbers.str.to_lowercase()
        .str.replace_all(r"[\p{P}\p{S}\p{Z}\p{C}]+", " ")
        .str.strip_chars(" ")
    )
