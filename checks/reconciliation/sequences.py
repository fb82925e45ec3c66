"""Ticket numbers that are missing from their sequence: a deleted ticket vanishes from every
rate."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.law.rulebook import Text
from checks.numbers.records import Disagreement
from checks.reconciliation.model import MOST_EXAMPLES, finding

FEWEST: Final = 5
"""Tickets that a prefix needs before its numbers are taken for a sequence."""
DENSEST_GAPS: Final = 0.5
"""Share of a sequence's span that may be missing; above it the numbers are no sequence but, say,
dates."""

_TITLE: Final = Text(zh="工单编号不连续", en="Ticket numbers missing from their sequence")


def numbered(tickets: pl.LazyFrame) -> pl.LazyFrame:
    """One row per sequence: prefix, width, first, last, present (distinct numbers), numbers (sorted
    list)."""
    parts = pl.col("ticket_id").str.extract_groups(r"^(.*?)(\d{1,18})$")
    return (
        tickets.select(prefix=parts.struct[0], digits=parts.struct[1])
        .drop_nulls()
        .with_columns(
            number=pl.col("digits").cast(pl.Int64), width=pl.col("digits").str.len_bytes()
        )
        .group_by("prefix", "width")
        .agg(numbers=pl.col("number").unique().sort())
        .with_columns(
            first=pl.col("numbers").list.first(),
            last=pl.col("numbers").list.last(),
            present=pl.col("numbers").list.len().cast(pl.Int64),
        )
        .with_columns(span=pl.col("last") - pl.col("first") + 1)
        .filter(
            (pl.col("present") >= FEWEST)
            & (pl.col("span") - pl.col("present") <= DENSEST_GAPS * pl.col("span"))
        )
        .sort("prefix", "width")
    )


def missing_numbers(sequences: pl.DataFrame) -> Disagreement:
    """The finding on the sequences that `numbered` found."""
    gaps = (
        sequences.explode("numbers")
        .with_columns(before=pl.col("numbers").shift(1).over("prefix", "width"))
        .filter(pl.col("numbers") - pl.col("before") > 1)
        .select(
            "prefix",
            "width",
            number=pl.int_ranges(pl.col("before") + 1, "numbers").list.head(MOST_EXAMPLES),
        )
        .head(MOST_EXAMPLES)
        .explode("number")
    )
    named = [f"{prefix}{number:0{width}}" for prefix, width, number in gaps.rows()]
    span, present = int(sequences["span"].sum()), int(sequences["present"].sum())
    return finding(
        "ticket-numbers-missing", _TITLE, span - present, span, named, ("timeliness", "resolution")
    )
