"""Turns of a conversation: every question of the customer, and the reply that it got."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import polars as pl

from checks.records.as_of_cutoff import latest, precision_of
from checks.subjects.sessions import NEEDED, courtesy, of_sessions, sessions
from checks.text.filling import filled

NUMBERED: Final = "#q"
"""Between a conversation and the number of a turn in its id; `#` alone is a session's."""
MARKS: Final = ("turn", "turn_number")
"""What `turns` adds: `turn` numbers the turns through, `turn_number` those of each conversation,
from 1; both null where a message belongs to no turn."""


def turns(messages: pl.LazyFrame, greetings: Iterable[str]) -> pl.LazyFrame:
    """What people wrote (of `sessions`, in its order) with MARKS and `greets`.

    A turn begins with the first message of a customer in a session, or after an agent's; it goes on
    to the agents' messages that follow. Bots and systems answer nobody, and an agent who merely
    greets (`greets`) has not answered a question either: the turn goes on.
    """
    people = messages.filter(pl.col("sender").is_in(["customer", "agent"]))
    agent = pl.col("sender") == "agent"
    said = people.with_columns(greets=agent & courtesy(pl.col("text"), greetings))
    counted = pl.when(~pl.col("greets")).then(pl.struct("sender", "run"))
    before = said.with_columns(before=counted.forward_fill().shift(1))
    begins = ~agent & (
        pl.col("before").is_null()
        | (pl.col("before").struct["run"] != pl.col("run"))
        | (pl.col("before").struct["sender"] == "agent")
    )
    numbered = before.with_columns(begins=begins.fill_null(True)).with_columns(
        turn=pl.col("begins").cast(pl.Int64).cum_sum(),
        turn_number=pl.col("begins").cast(pl.Int64).cum_sum().over("conversation_id"),
        of_run=pl.when("begins").then("run").forward_fill(),
    )
    mine = pl.col("of_run") == pl.col("run")
    return numbered.with_columns(pl.when(mine).then(name).alias(name) for name in MARKS).drop(
        "before", "begins", "of_run"
    )


def turn_frame(
    chats: pl.LazyFrame, phrases: Iterable[str], greetings: Iterable[str], gap: timedelta
) -> pl.LazyFrame:
    """One row per turn.

    subject_id (conversation_id#qN), customer_id, caller_unknown and department (those of the
    session), asked_at, answered_at, responsible (who answered), courtesy_only, opens (the first
    turn of its session).

    asked_at: the first message that is no mere courtesy (else the first); a greeting that an agent
    greeted back is settled, and what is asked after it counts. answered_at: the first message of an
    agent that is no mere greeting; where the customer only greeted, any of an agent's; or one
    before the question that within its precision may have followed it. courtesy_only: the customer
    wrote nothing but courtesy, which starts no clock.
    """
    messages = sessions(chats, gap, NEEDED).collect().lazy()
    greetings = tuple(greetings)
    said = _with_words(turns(messages, greetings), phrases, greetings)
    cells = said.filter(pl.col("turn").is_not_null()).group_by("turn").agg(_asked_and_answered())
    whole = of_sessions(messages).drop("conversation_id", "session")
    found = cells.join(whole, on="run", how="left").with_columns(_settled())
    perhaps = (
        (pl.col("before_precision") > 0)
        & (latest(pl.col("before_at"), pl.col("before_precision")) >= pl.col("asked_at"))
    ).fill_null(False)
    return found.with_columns(
        pl.when(perhaps).then("before_at").otherwise("answered_at").alias("answered_at"),
        pl.when(perhaps)
        .then("before_precision")
        .otherwise(precision_of("answered_at"))
        .alias(precision_of("answered_at")),
        pl.when(perhaps).then("before_by").otherwise("responsible").alias("responsible"),
        filled("{}#q{}", "conversation_id", "turn_number").alias("subject_id"),
        opens=pl.col("turn") == pl.col("turn").min().over("run"),
    ).drop("turn", "run", "turn_number", "before_at", "before_precision", "before_by")


def _with_words(
    said: pl.LazyFrame, phrases: Iterable[str], greetings: tuple[str, ...]
) -> pl.LazyFrame:
    """Adds `polite` (a customer's mere courtesy), `hollow` (that, or a greeting), and the message
    of an agent just before in the session."""
    phrases, customer = tuple(phrases), pl.col("sender") == "customer"
    agent = pl.when(pl.col("sender") == "agent")
    earlier = agent.then(pl.struct("run", "sent_at", "sent_at_precision", "sender_id"))
    return said.with_columns(
        polite=customer & courtesy(pl.col("text"), phrases),
        hollow=customer & courtesy(pl.col("text"), (*phrases, *greetings)),
        earlier=earlier.shift(1),
    )


def _asked_and_answered() -> list[pl.Expr]:
    """Of each turn the first message of every sort that decides, and how exact its time is."""
    customer, agent = pl.col("sender") == "customer", pl.col("sender") == "agent"
    sorts = {
        "first": customer,
        "spoken": customer & ~pl.col("polite"),
        "question": customer & ~pl.col("hollow"),
        "greeted": pl.col("greets"),
        "replied": agent & ~pl.col("greets"),
        "any_reply": agent,
    }
    times = [
        pl.col(column).filter(which).first().alias(f"{name}{suffix}")
        for name, which in sorts.items()
        for column, suffix in (("sent_at", ""), ("sent_at_precision", "_precision"))
    ]
    earlier = pl.col("earlier").first()
    same = earlier.struct["run"] == pl.col("run").first()
    before = {"sent_at": "before_at", "sent_at_precision": "before_precision"}
    return [
        *times,
        pl.col("sender_id").filter(sorts["replied"]).first().alias("replied_by"),
        pl.col("sender_id").filter(sorts["any_reply"]).first().alias("any_reply_by"),
        pl.col("polite").filter(customer).all().alias("courtesy_only"),
        pl.col("conversation_id", "run", "turn_number").first(),
        *(
            pl.when(same).then(earlier.struct[name]).alias(alias)
            for name, alias in {**before, "sender_id": "before_by"}.items()
        ),
    ]


def _settled() -> list[pl.Expr]:
    """asked_at, answered_at, responsible from the messages that decide."""
    asks = pl.col("question").is_not_null()
    greeted_back = asks & (pl.col("greeted") < pl.col("question")).fill_null(False)
    found = []
    for suffix, of in (("", ""), ("_precision", "_precision")):
        first = pl.coalesce(f"spoken{of}", f"first{of}")
        asked = pl.when(greeted_back).then(f"question{of}").otherwise(first)
        answered = pl.when(asks).then(f"replied{of}").otherwise(f"any_reply{of}")
        found += [asked.alias(f"asked_at{suffix}"), answered.alias(f"answered_at{suffix}")]
    by = pl.when(asks).then("replied_by").otherwise("any_reply_by")
    return [*found, by.alias("responsible")]
