"""What is expected of a conversation: a greeting, a closing, polite words, an automatic reply that
names a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from checks.concepts import Period
from checks.subjects.sessions import sessions

ATTRIBUTES: Final = ("conversation_id", "message_id", "sender_id", "sent_at", "_file", "_row")


def expected(messages: pl.LazyFrame, period: Period, gap: timedelta) -> pl.LazyFrame:
    """One row per thing that is expected of a message sent in the period: list (greeting, closing,
    polite, reply-time, auto-reply), kept (Boolean), and ATTRIBUTES of the message. `messages` carry
    the marks of `checks.conduct.texts`.

    The greeting is asked of the first reply and may have come before it; the closing of the last
    reply of a session that has ended, unless the customer asked again after it; polite words of the
    session as a whole; the response time of the automatic replies to a customer; the automatic
    reply itself of the customer's first message, where a system's message counts that names a time.
    A bot's message is put on no person. `gap`: from which on a message may open a new session.
    """
    agent, customer, bot = (pl.col("sender") == who for who in ("agent", "customer", "bot"))
    automatic = bot | ((pl.col("sender") == "system") & pl.col("reply-time"))
    ordered = sessions(messages, gap)
    answering = agent & _before(customer)
    said = {name: agent & pl.col(name) for name in ("greeting", "closing", "polite")}
    first_reply = answering & ~_before(answering, strictly=True)
    last_reply = (
        agent & _before(answering) & ~_after(agent) & ~_after(customer & ~pl.col("courteous"))
    )
    states = {
        "greeting": (first_reply, said["greeting"] | _before(said["greeting"])),
        "closing": (last_reply, said["closing"]),
        "polite": (first_reply, _before(said["polite"]) | _after(said["polite"])),
        "reply-time": (
            bot & ~_before(bot, strictly=True) & (_before(customer) | _after(customer)),
            (pl.col("reply-time") & bot) | _after(pl.col("reply-time") & bot),
        ),
        "auto-reply": (
            customer & ~_before(customer, strictly=True),
            _before(automatic) | _after(automatic),
        ),
    }
    asked = ordered.with_columns(
        ended_at=pl.when(pl.col("run").ne_missing(pl.col("run").shift(-1)))
        .then("sent_at")
        .backward_fill(),
        sender_id=pl.when(agent).then("sender_id"),
        **{f"{name}_asked": asked for name, (asked, _) in states.items()},
        **{f"{name}_kept": kept for name, (_, kept) in states.items()},
    ).filter(
        (pl.col("sent_at") >= period.start) & pl.any_horizontal(f"{name}_asked" for name in states)
    )
    over = pl.col("ended_at") + gap <= period.cutoff
    return pl.concat(
        asked.filter(pl.col(f"{name}_asked") & (over if name == "closing" else True)).select(
            pl.lit(name).alias("list"), pl.col(f"{name}_kept").alias("kept"), *ATTRIBUTES
        )
        for name in states
    )


def _before(flag: pl.Expr, strictly: bool = False) -> pl.Expr:
    """Whether a message of the session up to this one (`strictly`: before it) has the flag."""
    last = pl.when(flag).then("run").forward_fill()
    return ((last.shift(1) if strictly else last) == pl.col("run")).fill_null(False)


def _after(flag: pl.Expr) -> pl.Expr:
    """Whether a later message of the session has the flag."""
    return (pl.when(flag).then("run").backward_fill().shift(-1) == pl.col("run")).fill_null(False)
