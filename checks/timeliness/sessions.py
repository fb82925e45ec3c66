"""Chat sessions: where one ends and the next begins, and who waits in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import polars as pl

SESSION_GAP = timedelta(hours=6)


def sessions(chats: pl.LazyFrame) -> pl.LazyFrame:
    """Messages in order (conversation_id, sent_at, message_id), with `session` (Int64, from 1 in each conversation).

    A message starts a session when it is the first, or when six hours or more have passed since the previous one
    and the last
    human message before it is an agent's or there is none: a customer who still waits is never cut off.
    """
    first = pl.col("conversation_id").ne_missing(pl.col("conversation_id").shift(1))
    # A conversation's first row resets what is carried forward, so no window per conversation is needed.
    human = pl.when(pl.col("sender").is_in(["customer", "agent"])).then("sender").when(first).then(pl.lit(""))
    gap = pl.col("sent_at") - pl.col("sent_at").shift(1) >= SESSION_GAP
    starts = first | (gap & pl.col("last_human").is_in(["agent", ""]))
    run = pl.col("starts").cum_sum()
    return (
        chats.sort("conversation_id", "sent_at", "message_id")
        .with_columns(last_human=human.forward_fill().shift(1))
        .with_columns(starts=starts, first=first)
        .with_columns(run=run, base=pl.when("first").then(run).forward_fill())
        .with_columns(session=(pl.col("run") - pl.col("base") + 1).cast(pl.Int64))
        .drop("last_human", "starts", "first", "base", "run")
    )


def courtesy(text: pl.Expr, phrases: Iterable[str]) -> pl.Expr:
    """Whether a message is nothing but courtesy; punctuation, symbols, spaces and case are ignored."""
    bare = text.str.to_lowercase().str.replace_all(r"[\p{P}\p{S}\p{Z}\s]", "")
    alternatives = "|".join(sorted(phrases, key=len, reverse=True))
    return bare.str.contains(f"^(?:{alternatives})+$").fill_null(False)


def session_frame(chats: pl.LazyFrame, phrases: Iterable[str]) -> pl.LazyFrame:
    """One row per session with a customer message.

    subject_id (conversation_id#N), customer_id, first_customer_message, first_agent_message (the first agent
    message after it),
    responsible (who sent that), department, courtesy_only.
    """
    customer, agent = pl.col("sender") == "customer", pl.col("sender") == "agent"
    order = pl.col("order")
    replied = agent & (order > order.filter(customer).min())
    return (
        sessions(chats)
        .with_row_index("order")
        .group_by("conversation_id", "session")
        .agg(
            customer_id=pl.col("customer_id").drop_nulls().first(),
            first_customer_message=pl.col("sent_at").filter(customer).first(),
            first_agent_message=pl.col("sent_at").filter(replied).first(),
            responsible=pl.col("sender_id").filter(replied).first(),
            department=pl.col("department").drop_nulls().first(),
            courtesy_only=(courtesy(pl.col("text"), phrases) | ~customer).all(),
        )
        .filter(pl.col("first_customer_message").is_not_null())
        .with_columns(subject_id=pl.format("{}#{}", "conversation_id", "session"))
    )
