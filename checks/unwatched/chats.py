"""Chat sessions whose first reply came in time and whose customer waits all the same."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.law.rulebook import Text
from checks.subjects.courtesy_words import COURTESY
from checks.subjects.sessions import courtesy, sessions
from checks.text.filling import filled
from checks.unwatched.model import Seen, Watch, longest_limit, shown

_COLUMNS: Final = ("conversation_id", "sent_at", "sender", "sender_id", "text")
_FIRST_REPLY: Final = "online-first-reply"


def _spoken(seen: Seen) -> pl.LazyFrame:
    """What people wrote by the cutoff, in order of sessions (checks.subjects.sessions), with
    subject, replied_before (an agent wrote earlier in the session), and reply_at and reply_by of
    the next agent's message of the session."""
    closing = seen.closing
    chats = closing.records["chats"].filter(pl.col("sent_at") <= closing.period.cutoff)
    ordered = sessions(chats, closing.rulebooks.parameters.session_gap, _COLUMNS)
    agent, run = pl.col("sender") == "agent", pl.col("run")
    reply = pl.when(agent).then(pl.struct("run", "sent_at", "sender_id")).backward_fill()
    return (
        ordered.filter(pl.col("sender").is_in(["customer", "agent"]))
        .with_columns(
            replied_before=(pl.when(agent).then(run).forward_fill() == run).fill_null(False),
            reply=reply,
            subject=filled("{}#{}", "conversation_id", "session"),
        )
        .with_columns(
            pl.when(pl.col("reply").struct["run"] == run)
            .then(pl.col("reply").struct[field])
            .alias(name)
            for name, field in (("reply_at", "sent_at"), ("reply_by", "sender_id"))
        )
        .drop("reply")
    )


def _unanswered_end(seen: Seen) -> pl.LazyFrame:
    """Sessions of the period in which an agent wrote, and those of them that end with a customer's
    question which has waited longer than a first reply may take."""
    patience = longest_limit(seen.closing, _FIRST_REPLY)
    customer = pl.col("sender") == "customer"
    left = customer & pl.col("replied_before") & pl.col("reply_at").is_null()
    spoken = _spoken(seen)
    replied = (
        spoken.filter(pl.col("sender") == "agent")
        .group_by("run")
        .agg(
            pl.col("subject").first(),
            person=pl.col("sender_id").last(),
            at=pl.col("sent_at").last(),
        )
        .filter(seen.within("at"))
    )
    last = (
        spoken.filter(left)
        .filter(~_says_nothing(seen))
        .group_by("run")
        .agg(asked_at=pl.col("sent_at").first())
    )
    due = pl.lit(seen.closing.period.cutoff) - patience
    return replied.join(last, on="run", how="left").select(
        "subject",
        "person",
        at=pl.coalesce("asked_at", "at"),
        detail=shown(pl.col("asked_at")),
        hit=(pl.col("asked_at") < due).fill_null(False),
    )


def _later_question(seen: Seen) -> pl.LazyFrame:
    """Customers' turns after an agent's first reply that an agent answered, and those of them that
    waited longer than a first reply may take."""
    patience = longest_limit(seen.closing, _FIRST_REPLY)
    turns = _spoken(seen).filter(
        (pl.col("sender") == "customer")
        & pl.col("replied_before")
        & pl.col("reply_at").is_not_null()
        & seen.within("sent_at")
    )
    slow = pl.col("reply_at") - pl.col("sent_at") > patience
    prompt = turns.filter(~slow).select(
        "subject", person="reply_by", at="sent_at", detail=shown(pl.col("reply_at")), hit=False
    )
    waited = (
        turns.filter(slow)
        .with_columns(asks=~_says_nothing(seen))
        .sort("asks", "sent_at", descending=[True, False], maintain_order=True)
        .group_by("run", "reply_at")
        .agg(pl.col("subject", "reply_by", "sent_at", "asks").first())
    )
    late = waited.select(
        "subject", person="reply_by", at="sent_at", detail=shown(pl.col("reply_at")), hit="asks"
    )
    return pl.concat([prompt, late])


def _greeted_only(seen: Seen) -> pl.LazyFrame:
    """First replies, and those of them that only greet while nothing more is said for longer than
    a first reply may take, counted from when greeting and question were both there."""
    patience, cutoff = longest_limit(seen.closing, _FIRST_REPLY), seen.closing.period.cutoff
    first = (pl.col("sender") == "agent") & pl.col("waited")
    spoken = _spoken(seen)
    replies = (
        spoken.filter(first)
        .filter(pl.col("run").ne_missing(pl.col("run").shift(1)))
        .filter(seen.within("sent_at"))
        .select("run", "subject", person="sender_id", at="sent_at", greets=_says_nothing(seen))
    )
    said = (
        spoken.join(replies.filter("greets").select("run", "at"), on="run")
        .filter(~_says_nothing(seen))
        .group_by("run")
        .agg(
            asked_at=pl.col("sent_at").filter(pl.col("sender") == "customer").first(),
            answer_at=pl.col("sent_at")
            .filter((pl.col("sender") == "agent") & (pl.col("sent_at") > pl.col("at")))
            .first(),
        )
    )
    since = pl.max_horizontal("at", "asked_at")
    silent = pl.coalesce("answer_at", pl.lit(cutoff)) - since > patience
    return replies.join(said, on="run", how="left").select(
        "subject",
        "person",
        "at",
        detail=shown(pl.col("answer_at")),
        hit=(pl.col("greets") & pl.col("asked_at").is_not_null() & silent).fill_null(False),
    )


def _says_nothing(seen: Seen) -> pl.Expr:
    """Whether a text is nothing but courtesy or greeting; a picture or an empty text says
    something."""
    words = (*COURTESY, *seen.closing.rulebooks.parameters.mere_greeting)
    return courtesy(pl.col("text").fill_null(""), words)


WATCHES: Final = (
    Watch(
        "unanswered-end",
        "RC 第四条(五)",
        Text(zh="会话以客户未获答复的问题结束", en="Chats that end with an unanswered question"),
        Text(
            zh="客服答复过之后客户又提出问题，直到截止无人答复，且已超过首次响应的最长时限",
            en="after an agent's reply the customer asked again; nobody answered by the cutoff, "
            "longer than any first reply may take",
        ),
        _unanswered_end,
    ),
    Watch(
        "later-question-waits",
        "TC 第六条(一)",
        Text(zh="会话中后续问题久等", en="Later questions that waited"),
        Text(
            zh="首次响应之后，客户的后续问题等待答复超过首次响应的最长时限",
            en="after the first reply a further question waited longer than a first reply may take",
        ),
        _later_question,
    ),
    Watch(
        "greeted-only",
        "TC 第六条(一)",
        Text(zh="只问候后沉默", en="A greeting, then silence"),
        Text(
            zh="首次响应只有问候，此后实质答复超过首次响应的最长时限或者没有",
            en="the first reply only greets; an answer came later than a first reply may, or never",
        ),
        _greeted_only,
    ),
)
