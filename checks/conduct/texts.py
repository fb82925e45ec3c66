"""What was said, looked at once per distinct text: people repeat themselves, and a text is the
costly part."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.concepts import Period
from checks.conduct.normal import normal
from checks.conduct.phrases import Phrasebook
from checks.subjects.courtesy_words import COURTESY
from checks.subjects.sessions import courtesy

MARKS: Final = ("greeting", "closing", "polite", "reply-time", "courteous")
"""Boolean columns of a text: what it holds, and whether it is nothing but courtesy."""


def judged(chats: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """The messages that a closing can know of."""
    return chats.filter((pl.col("sent_at") <= period.cutoff) & (pl.col("sent_at") < period.end))


def texts(messages: pl.LazyFrame, book: Phrasebook) -> pl.DataFrame:
    """One row per distinct text: text, plain (its normal form), by_agent (Boolean), and MARKS."""
    plain = pl.col("plain")
    marks = {
        name: plain.str.contains(manner.pattern)
        if manner.pattern
        else plain.str.contains_any(list(manner.any_of))
        for name, manner in book.manners.items()
        if manner.pattern or manner.any_of
    }
    absent = {name: pl.lit(False) for name in MARKS if name not in (*marks, "courteous")}
    return (
        messages.filter(pl.col("text").is_not_null())
        .group_by("text")
        .agg(by_agent=(pl.col("sender") == "agent").any())
        .with_columns(plain=normal(pl.col("text"), book.simplified))
        .with_columns(courteous=courtesy(pl.col("text"), COURTESY), **marks, **absent)
        .collect(engine="streaming")
    )


def marked(messages: pl.LazyFrame, found: pl.DataFrame) -> pl.LazyFrame:
    """The messages without their text, with MARKS instead; false where there is no text."""
    marks = found.lazy().select("text", *MARKS)
    joined = messages.join(marks, on="text", how="left", maintain_order="left").drop("text")
    return joined.with_columns(pl.col(MARKS).fill_null(False))
