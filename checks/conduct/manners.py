"""What is expected of a conversation: a greeting, a closing, polite words, an automatic reply that names a time."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.conduct.phrases import Manner, Phrasebook
from checks.timeliness.courtesy import COURTESY
from checks.timeliness.sessions import SESSION_GAP, courtesy, sessions

LACKS: Final = ("greeting", "closing", "polite", "reply-time")


def conversations(chats: pl.LazyFrame, book: Phrasebook) -> pl.LazyFrame:
    """One row per session that an agent or a bot took part in, of messages with `plain` up to the cutoff.

    conversation_id, session (Int64), ended_at (its last message), then for each of LACKS: `<name>_due` and
    `<name>_kept` (Boolean), and `<name>_message`, `<name>_at`, `<name>_by`, `<name>_file`, `<name>_row` of the
    message that it is asked of.
    """
    customer, agent, bot = (pl.col("sender") == who for who in ("customer", "agent", "bot"))
    place = pl.int_range(pl.len())
    first_customer = place.filter(customer).first()
    first_reply = place.filter(agent & (place > first_customer.fill_null(-1))).first()
    last_reply = place.filter(agent).last()
    # A customer who asked again after the last reply waits: nothing was closed.
    waits = (place.filter(customer & ~courtesy(pl.col("text"), COURTESY)).last() > last_reply).fill_null(False)
    asked = {
        "greeting": (first_reply, first_reply.is_not_null(), _said(book, "greeting") & agent & (place <= first_reply)),
        "closing": (last_reply, first_reply.is_not_null() & ~waits, _said(book, "closing") & (place == last_reply)),
        "polite": (first_reply, first_reply.is_not_null(), _said(book, "polite") & agent),
        "reply-time": (place.filter(bot).first(), customer.any() & bot.any(), _said(book, "reply-time") & bot),
    }
    columns = {"message": "message_id", "at": "sent_at", "by": "agent_id", "file": "_file", "row": "_row"}
    return (
        sessions(chats)
        .with_columns(agent_id=pl.when(agent).then("sender_id"))
        .group_by("conversation_id", "session", maintain_order=True)
        .agg(
            ended_at=pl.col("sent_at").last(),
            **{f"{name}_due": due for name, (_, due, _) in asked.items()},
            **{f"{name}_kept": kept.any() for name, (_, _, kept) in asked.items()},
            **{
                f"{name}_{short}": pl.col(column).get(at, null_on_oob=True)
                for name, (at, _, _) in asked.items()
                for short, column in columns.items()
            },
        )
        .filter(pl.any_horizontal(f"{name}_due" for name in LACKS))
    )


def closed(cutoff: pl.Expr) -> pl.Expr:
    """Whether a session has ended: nothing more can be said in it that would belong to it."""
    return pl.col("ended_at") + SESSION_GAP <= cutoff


def _said(book: Phrasebook, name: str) -> pl.Expr:
    """Whether the message holds what the manner asks for."""
    manner: Manner = book.manners[name]
    plain = pl.col("plain")
    if manner.pattern is not None:
        return plain.str.contains(manner.pattern)
    return plain.str.contains_any(list(manner.any_of))
