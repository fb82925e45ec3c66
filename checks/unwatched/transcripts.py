"""How people spoke on the phone, where calls were written down: hints with the second of the
recording."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.law.rulebook import Text
from checks.subjects.transcripts import TABLE, utterances
from checks.text.filling import filled
from checks.unwatched.model import Seen, Watch

_CALL_BACK: Final = "call-back"
_SPOKEN_FOR: Final = 5.0
"""Seconds that an utterance must last before its rate says anything."""


def _said(seen: Seen) -> pl.LazyFrame:
    """Utterances of the period's calls (checks.subjects.transcripts)."""
    closing = seen.closing
    return utterances(closing.records, closing.period.cutoff).filter(seen.within("sent_at"))


def _openings(seen: Seen) -> pl.LazyFrame:
    """The first agent's utterance of every call."""
    return (
        _said(seen)
        .filter(pl.col("sender") == "agent")
        .unique("conversation_id", keep="first", maintain_order=True)
    )


def _names_nobody(seen: Seen) -> pl.LazyFrame:
    """Answered inbound calls, and those of them whose first words do not greet, or name neither
    company nor department."""
    amounts, text = seen.closing.rulebooks.parameters, pl.col("text").fill_null("")
    greets = text.str.contains_any(list(amounts.call_greeting))
    names = text.str.contains_any(list(amounts.call_names))
    inbound = _openings(seen).filter(pl.col("direction") == "inbound")
    return inbound.select(*_place(), detail="message_id", hit=~(greets & names))


def _no_apology(seen: Seen) -> pl.LazyFrame:
    """Calls that return a missed one, and those of them in which the agent does not apologise."""
    closing, words = seen.closing, list(seen.closing.rulebooks.parameters.apology)
    returned = (
        closing.facts.filter(
            (pl.col("topic").cast(pl.String) == _CALL_BACK) & pl.col("fulfilled_at").is_not_null()
        )
        .select("customer_id", started_at="fulfilled_at")
        .unique()
    )
    outbound = closing.records["calls"].filter(pl.col("direction") == "outbound")
    backs = outbound.join(returned, on=["started_at", "customer_id"], nulls_equal=True).select(
        conversation_id="call_id"
    )
    sorry = pl.col("text").fill_null("").str.contains_any(words)
    said = _said(seen).filter(pl.col("sender") == "agent")
    per_call = said.join(backs, on="conversation_id").group_by(
        "conversation_id", maintain_order=True
    )
    return per_call.agg(
        pl.col("message_id", "sender_id", "sent_at", "text").first(), sorry=sorry.any()
    ).select(*_place(), detail="message_id", hit=~pl.col("sorry"))


def _too_fast(seen: Seen) -> pl.LazyFrame:
    """Long utterances of agents, and those of them spoken faster than is moderate."""
    most = seen.closing.rulebooks.parameters.speech_rate
    lasted = pl.col("end") - pl.col("start")
    spoken = pl.col("text").fill_null("").str.replace_all(r"[\p{P}\p{S}\p{Z}\s]", "")
    rate = spoken.str.len_chars() * 60 / lasted
    long = _said(seen).filter((pl.col("sender") == "agent") & (lasted >= _SPOKEN_FOR))
    told = filled("{}/min", rate.round(0).cast(pl.Int64))
    return long.select(*_place(), detail=_at(told), hit=rate > most)


def _interrupts(seen: Seen) -> pl.LazyFrame:
    """Utterances of agents that follow a customer's, and those of them that begin before it
    ended."""
    by = seen.closing.rulebooks.parameters.interrupted_by.total_seconds()
    before = pl.col("end").shift(1)
    follows = _follows("customer") & before.is_not_null()
    early = before - pl.col("start")
    turns = _said(seen).with_columns(early=early, follows=follows & (pl.col("sender") == "agent"))
    return turns.filter("follows").select(
        *_place(), detail=_at(filled("-{}s", pl.col("early").round(1))), hit=pl.col("early") > by
    )


def _silent(seen: Seen) -> pl.LazyFrame:
    """Utterances of customers to which somebody answered, and those of them after which it was
    silent for long."""
    longest = seen.closing.rulebooks.parameters.silence_from.total_seconds()
    gap = pl.col("start") - pl.col("end").shift(1)
    turns = _said(seen).with_columns(gap=gap, follows=_follows("customer", "agent"))
    answers = turns.filter(pl.col("follows") & (pl.col("sender") == "agent") & gap.is_not_null())
    told = filled("{}s", pl.col("gap").round(0).cast(pl.Int64))
    return answers.select(*_place(), detail=_at(told), hit=pl.col("gap") >= longest)


def _follows(*speakers: str) -> pl.Expr:
    """Whether the utterance before is of the same call and of one of them."""
    same = pl.col("conversation_id") == pl.col("conversation_id").shift(1)
    return (same & pl.col("sender").shift(1).is_in(speakers)).fill_null(False)


def _place() -> list[pl.Expr]:
    return [
        pl.col("conversation_id").alias("subject"),
        pl.col("sender_id").alias("person"),
        pl.col("sent_at").alias("at"),
    ]


def _at(measured: pl.Expr) -> pl.Expr:
    """The second of the recording, and what was measured there."""
    return filled("{} {}", "message_id", measured.fill_null("—"))


WATCHES: Final = (
    Watch(
        "call-opening",
        "CD 三(一)1",
        Text(zh="接听时未问候或未自报公司部门", en="Calls opened without greeting or name"),
        Text(
            zh="接听后客服的第一句话没有问候语，或者没有自报公司、部门"
            "（参数 call_greeting、call_names）",
            en="the agent's first words do not greet, or name neither company nor department "
            "(parameters call_greeting, call_names)",
        ),
        _names_nobody,
        TABLE,
    ),
    Watch(
        "call-back-apology",
        "RC 第八条(二)1",
        Text(zh="回拨未致歉", en="Call-backs without an apology"),
        Text(
            zh="回拨未接来电的通话中，客服没有致歉（参数 apology）",
            en="in a call that returns a missed one the agent does not apologise "
            "(parameter apology)",
        ),
        _no_apology,
        TABLE,
    ),
    Watch(
        "speech-rate",
        "CD 四(一)2",
        Text(zh="语速过快", en="Speech too fast"),
        Text(
            zh="五秒以上的话语，每分钟字数超过参数 speech_rate",
            en="utterances of five seconds or more with more characters a minute than the "
            "parameter speech_rate",
        ),
        _too_fast,
        TABLE,
    ),
    Watch(
        "interruption",
        "CD 四(二)2",
        Text(zh="打断客户", en="Customers interrupted"),
        Text(
            zh="客户的话还没有说完，客服已经开口（参数 interrupted_by）",
            en="the agent begins before the customer has ended (parameter interrupted_by)",
        ),
        _interrupts,
        TABLE,
    ),
    Watch(
        "silence",
        "CD 四(二)1",
        Text(zh="通话中长时间沉默", en="Long silences in calls"),
        Text(
            zh="两句话之间的沉默达到参数 silence_from，此后由客服开口",
            en="a pause as long as the parameter silence_from, ended by the agent",
        ),
        _silent,
        TABLE,
    ),
)
