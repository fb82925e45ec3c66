"""Findings about what agents wrote: explicit breaches, and advice about style, kept apart."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.concepts import INSTANT, Period
from checks.conduct.matching import matches
from checks.conduct.phrases import Phrasebook
from checks.text.filling import filled

FINDINGS: Final = pl.Schema(
    {
        "finding_id": pl.String(),
        "list": pl.String(),
        "article": pl.String(),
        "weight": pl.String(),
        "conversation_id": pl.String(),
        "message_id": pl.String(),
        "words": pl.String(),
        "text": pl.String(),
        "sender_id": pl.String(),
        "sent_at": INSTANT,
        "file": pl.String(),
        "row": pl.UInt32(),
    }
)
"""`list`: the phrase list, or what the conversation lacks; `words`: those matched, empty where
something is lacking;
`text`: the message; `weight`: explicit or advice.
Sorted by (sent_at, conversation_id, message_id, list)."""


def spoken(
    messages: pl.LazyFrame, found: pl.DataFrame, book: Phrasebook, period: Period
) -> pl.LazyFrame:
    """What agents said in the period that a list names. `found`: the distinct texts, as of
    `checks.conduct.texts`."""
    broken = matches(found.lazy().filter("by_agent").select("text", "plain"), book.lists)
    about = pl.LazyFrame(
        [(entry.id, entry.article, entry.weight) for entry in book.lists],
        schema={"list": pl.String, "article": pl.String, "weight": pl.String},
        orient="row",
    )
    said = messages.filter((pl.col("sender") == "agent") & (pl.col("sent_at") >= period.start))
    words = (
        broken.join(about, on="list")
        .with_columns(words=pl.col("words").list.join("、"))
        .drop("plain")
    )
    return _in_schema(said.join(words, on="text"))


def lacking(asked: pl.LazyFrame, book: Phrasebook) -> pl.LazyFrame:
    """What conversations lack, as advice. `asked` as of `checks.conduct.manners.expected`."""
    listed = [(m.id, m.article) for m in book.manners.values() if m.listed]
    schema = {"list": pl.String, "article": pl.String}
    about = pl.LazyFrame(listed, schema=schema, orient="row")
    lacks = asked.filter(~pl.col("kept")).join(about, on="list")
    return _in_schema(
        lacks.with_columns(weight=pl.lit("advice"), words=pl.lit(""), text=pl.lit(""))
    )


def _in_schema(found: pl.LazyFrame) -> pl.LazyFrame:
    name = filled("{}:{}:{}", "list", "conversation_id", "message_id")
    named = found.with_columns(finding_id=name)
    return named.rename({"_file": "file", "_row": "row"}).select(FINDINGS.names())
