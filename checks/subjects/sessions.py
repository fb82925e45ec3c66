"""Chat sessions: where one ends and the next begins, and who waits in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

import polars as pl

from checks.records.as_of_cutoff import latest, precision_of
from checks.text.filling import filled

MARKS: Final = ("session", "run", "waited")
"""What `sessions` adds: `session` (Int64, from 1 in each conversation); `run` (Int64), which
numbers the sessions through; `waited`: whether the last person to write before was the customer,
who then waits in the same session, for none ends on one who waits."""
APART: Final = 1 << 40
"""Between the runs' numbers of two parts of the chats that were put in order apart: no part has so
many."""
_ORDER: Final = ("conversation_id", "sent_at", "turn", "sent_at_precision", "message_id")
"""Messages of one instant: the customer's first, then agents', then those of machines; what cannot
be told apart is not held against the agent."""
_TURNS: Final = {"customer": 0, "agent": 1}
_SESSION = ("conversation_id", "session")
NEEDED: Final = (
    "conversation_id",
    "sent_at",
    "sent_at_precision",
    "sender",
    "sender_id",
    "customer_id",
    "customer_id_unreadable",
    "department",
    "text",
)


def sessions(chats: pl.LazyFrame, gap: timedelta, columns: Sequence[str] = ()) -> pl.LazyFrame:
    """Messages in order (conversation_id, sent_at, who wrote, message_id) with MARKS, of their
    columns only `columns` (default: all).

    Chats that carry their marks are in order already and are taken as they are; what comes after an
    instant may have been left out of them, for no mark depends on a later message.

    A message starts a session when it is the first, or when `gap` or more has passed since the
    previous one and the last human message before it is an agent's or there is none: a customer who
    still waits is never cut off.
    """
    names = chats.collect_schema().names()
    if set(MARKS) <= set(names):
        return chats.select(*columns, *MARKS) if columns else chats
    first = pl.col("conversation_id").ne_missing(pl.col("conversation_id").shift(1))
    # A conversation's first row resets what is carried forward, so no window per conversation is
    # needed.
    human = (
        pl.when(pl.col("sender").is_in(["customer", "agent"]))
        .then("sender")
        .when(first)
        .then(pl.lit(""))
    )
    apart = pl.col("sent_at") - pl.col("sent_at").shift(1) >= gap
    starts = first | (apart & pl.col("last_human").is_in(["agent", ""]))
    run = pl.col("starts").cum_sum().cast(pl.Int64)
    needed = dict.fromkeys((*(name for name in _ORDER if name != "turn"), "sender", *columns))
    return (
        _sorted(chats.select(list(needed) if columns else names))
        .with_columns(last_human=human.forward_fill().shift(1))
        .with_columns(
            starts=starts,
            first=first,
            waited=(pl.col("last_human") == "customer").fill_null(False) & ~first,
        )
        .with_columns(run=run, base=pl.when("first").then(run).forward_fill())
        .with_columns(session=pl.col("run") - pl.col("base") + 1)
        .select(*(columns or names), *MARKS)
    )


def in_order(chats: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    """These columns of the messages, in the same order as of `sessions`."""
    if set(MARKS) <= set(chats.collect_schema().names()):
        return chats.select(columns)
    needed = dict.fromkeys((*(name for name in _ORDER if name != "turn"), "sender", *columns))
    return _sorted(chats.select(list(needed))).select(columns)


def _sorted(chats: pl.LazyFrame) -> pl.LazyFrame:
    turn = pl.col("sender").replace_strict(_TURNS, default=len(_TURNS), return_dtype=pl.UInt8)
    return chats.with_columns(turn=turn).sort(_ORDER)


def parts(chats: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Chats that carry their marks in the parts in which they were put in order, whole
    conversations; others whole."""
    if "run" not in chats.collect_schema():
        return [chats]
    run = pl.col("run")
    last = chats.select(run.max()).collect(engine="streaming").item() or 0
    return [
        chats.filter(run.is_between(n * APART, (n + 1) * APART, closed="left"))
        for n in range(last // APART + 1)
    ]


def courtesy(text: pl.Expr, phrases: Iterable[str]) -> pl.Expr:
    """Whether a message is nothing but courtesy; punctuation, symbols, spaces and case are
    ignored."""
    bare = text.str.to_lowercase().str.replace_all(r"[\p{P}\p{S}\p{Z}\s]", "")
    alternatives = "|".join(sorted(phrases, key=len, reverse=True))
    return bare.str.contains(f"^(?:{alternatives})+$").fill_null(False)


def session_frame(chats: pl.LazyFrame, phrases: Iterable[str], gap: timedelta) -> pl.LazyFrame:
    """One row per session with a customer message.

    subject_id (conversation_id#N), customer_id, caller_unknown (a customer is named, but
    unreadably), first_customer_message, first_agent_message (the first agent message after it, or
    within its precision perhaps after it), responsible (who sent that), department, courtesy_only
    (false where somebody answered).
    """
    # Ordered once for all that is asked of it; a lazy frame would be sorted again for each
    # question.
    messages = sessions(chats, gap, NEEDED).set_sorted("run").collect().lazy()
    by_customer, by_agent = pl.col("sender") == "customer", pl.col("sender") == "agent"
    asked = messages.filter(by_customer).group_by("run").agg(_first("first_customer_message"))
    after = (
        messages.filter(by_agent & pl.col("waited"))
        .group_by("run")
        .agg(_first("first_agent_message", "responsible"))
    )
    whole = of_sessions(messages)
    replied = _earlier_where_possible(after, messages.filter(by_agent), asked)
    answered = whole.join(asked, on="run").join(replied, on="run", how="left")
    unanswered = answered.filter(pl.col("first_agent_message").is_null())
    texts = messages.filter(by_customer).join(unanswered, on="run", how="semi")
    courteous = texts.group_by("run").agg(courtesy_only=courtesy(pl.col("text"), phrases).all())
    return (
        answered.join(courteous, on="run", how="left")
        .with_columns(
            pl.col("courtesy_only").fill_null(False), filled("{}#{}", *_SESSION).alias("subject_id")
        )
        .drop("run")
    )


def of_sessions(messages: pl.LazyFrame) -> pl.LazyFrame:
    """By `run`, what the messages of a session say of it: conversation_id, session, department,
    customer_id, caller_unknown."""
    named = pl.col("customer_id").is_not_null() | pl.col("customer_id_unreadable")
    return messages.group_by("run").agg(
        pl.col("conversation_id", "session").first(),
        pl.col("department").first(ignore_nulls=True),
        customer_id=pl.col("customer_id").filter(named).first(),
        caller_unknown=pl.col("customer_id_unreadable").filter(named).first().fill_null(False),
    )


def _first(name: str, who: str = "") -> list[pl.Expr]:
    """The first message of a group: its time as `name`, how exact it is, and who sent it."""
    sender = [pl.col("sender_id").first().alias(who)] if who else []
    exact = pl.col("sent_at_precision").first().alias(precision_of(name))
    return [pl.col("sent_at").first().alias(name), exact, *sender]


def _earlier_where_possible(
    after: pl.LazyFrame, agents: pl.LazyFrame, asked: pl.LazyFrame
) -> pl.LazyFrame:
    """The first reply of each run: `after` the question as written, unless a message written as
    before it may, within its precision, have come after it."""
    coarse = agents.filter((pl.col("sent_at_precision") > 0) & ~pl.col("waited")).join(
        asked, on="run"
    )
    question = pl.col("first_customer_message")
    perhaps = (pl.col("sent_at") < question) & (
        latest(pl.col("sent_at"), pl.col("sent_at_precision")) >= question
    )
    before = (
        coarse.filter(perhaps).group_by("run").agg(_first("first_agent_message", "responsible"))
    )
    return pl.concat([before, after.join(before, on="run", how="anti")])
