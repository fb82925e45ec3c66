"""Findings about what agents wrote: explicit breaches, and advice about style, kept apart."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.concepts import INSTANT, Period
from checks.conduct.manners import LACKS, closed, conversations
from checks.conduct.matching import matches
from checks.conduct.normal import normal
from checks.conduct.phrases import Phrasebook

FINDINGS: Final = pl.Schema(
    {
        "finding_id": pl.String(), "list": pl.String(), "article": pl.String(), "weight": pl.String(),
        "conversation_id": pl.String(), "message_id": pl.String(), "words": pl.String(), "text": pl.String(),
        "sender_id": pl.String(), "sent_at": INSTANT, "file": pl.String(), "row": pl.UInt32(),
    }
)  # fmt: skip
"""`list`: the phrase list, or what the conversation lacks; `words`: those matched, empty where something is lacking;
`weight`: explicit or advice. Sorted by (sent_at, message_id, list)."""


def in_form(chats: pl.LazyFrame, book: Phrasebook, period: Period) -> pl.LazyFrame:
    """The messages of agents, customers and bots up to the cutoff; `plain` is the normal form of what is judged."""
    judged = pl.col("sender").is_in(["agent", "bot"])
    return chats.filter((pl.col("sent_at") <= period.cutoff) & (pl.col("sent_at") < period.end)).with_columns(
        plain=normal(pl.when(judged).then("text"), book.simplified)
    )


def findings(messages: pl.LazyFrame, book: Phrasebook, period: Period) -> pl.DataFrame:
    """Every finding about messages sent in the period, of the schema FINDINGS. `messages` as of `in_form`."""
    said = messages.filter((pl.col("sender") == "agent") & (pl.col("sent_at") >= period.start))
    about = pl.LazyFrame(
        [(entry.id, entry.article, entry.weight) for entry in book.lists],
        schema={"list": pl.String, "article": pl.String, "weight": pl.String},
        orient="row",
    )
    spoken = matches(said, book.lists).join(about, on="list").with_columns(words=pl.col("words").list.join("、"))
    found = pl.concat([spoken.select(_COLUMNS), *_lacking(conversations(messages, book), book, period)])
    return (
        found.sort("sent_at", "message_id", "list")
        .collect(engine="streaming")
        .with_columns(finding_id=pl.format("{}:{}", "list", "message_id"))
        .select(FINDINGS.names())
    )


_COLUMNS: Final = (
    "list", "article", "weight", "conversation_id", "message_id", "words", "text", "sender_id", "sent_at",
    pl.col("_file").alias("file"), pl.col("_row").alias("row"),
)  # fmt: skip


def _lacking(talks: pl.LazyFrame, book: Phrasebook, period: Period) -> list[pl.LazyFrame]:
    """What conversations lack: advice, about the message that it is asked of."""
    out = []
    for name in LACKS:
        lacks = pl.col(f"{name}_due") & ~pl.col(f"{name}_kept") & (pl.col(f"{name}_at") >= period.start)
        if name == "closing":
            lacks &= closed(pl.lit(period.cutoff))
        out.append(
            talks.filter(lacks).select(
                list=pl.lit(name),
                article=pl.lit(book.manners[name].article),
                weight=pl.lit("advice"),
                conversation_id=pl.col("conversation_id"),
                message_id=pl.col(f"{name}_message"),
                words=pl.lit(""),
                text=pl.lit(""),
                sender_id=pl.col(f"{name}_by"),
                sent_at=pl.col(f"{name}_at"),
                file=pl.col(f"{name}_file"),
                row=pl.col(f"{name}_row"),
            )
        )
    return out
