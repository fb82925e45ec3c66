"""The numbers of conduct: explicit breaches, which count, and advice, which does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from checks.closing.facts import UNASSIGNED
from checks.closing.rates import rate
from checks.concepts import Period
from checks.conduct.findings import lacking, spoken
from checks.conduct.manners import ATTRIBUTES, expected
from checks.conduct.phrases import Manner, Phrasebook, PhraseList
from checks.conduct.texts import judged, marked, texts
from checks.numbers.base import Title
from checks.numbers.records import (
    Conduct,
    ConductPart,
    MannerKept,
    PersonFindings,
    PhraseCount,
    Said,
)
from checks.subjects.sessions import parts, sessions
from checks.subjects.transcripts import utterances

_NEEDED: Final = (*ATTRIBUTES, "sender", "text")
LISTED: Final = 200
"""Findings listed of each weight; all of them are in the frame."""


def conduct(
    records: Mapping[str, pl.LazyFrame], book: Phrasebook, period: Period, session_gap: timedelta
) -> tuple[pl.DataFrame, Conduct]:
    """(findings of the schema FINDINGS, the "conduct" part of metrics.json)."""
    messages = judged(records["chats"], period)
    found = texts(messages.select("text", "sender"), book)
    kept, lacks = _expected(
        sessions(messages, session_gap, _NEEDED), found, book, period, session_gap
    )
    broken = spoken(messages, found, book, period).collect(engine="streaming")
    on_phone, utterances_of_agents = _on_the_phone(records, book, period)
    every = pl.concat([broken, on_phone, lacks]).sort(
        "sent_at", "conversation_id", "message_id", "list"
    )
    said = messages.filter((pl.col("sender") == "agent") & (pl.col("sent_at") >= period.start))
    said_count = said.select(pl.len()).collect(engine="streaming").item()
    return every, Conduct(
        agent_messages=int(said_count) + utterances_of_agents,
        explicit=_part(every.filter(weight="explicit"), book),
        advice=_part(every.filter(weight="advice"), book),
        kept=_kept(kept, book),
    )


def _on_the_phone(
    records: Mapping[str, pl.LazyFrame], book: Phrasebook, period: Period
) -> tuple[pl.DataFrame, int]:
    """What agents said in calls that a list names, and how much of theirs was written down: the
    call stands for the conversation, the second of its recording for the message."""
    said = utterances(records, period.cutoff).filter(
        (pl.col("sent_at") >= period.start) & (pl.col("sent_at") < period.end)
    )
    heard = said.collect(engine="streaming").lazy()
    found = texts(heard.select("text", "sender"), book)
    by_agents = heard.filter(pl.col("sender") == "agent").select(pl.len()).collect().item()
    return spoken(heard, found, book, period).collect(), int(by_agents)


def _expected(
    messages: pl.LazyFrame, found: pl.DataFrame, book: Phrasebook, period: Period, gap: timedelta
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of what is expected of conversations (`expected`), per list: asked, kept; and what is
    lacking.

    A part of the conversations at a time: it takes all their messages in order, in memory, and
    leaves little.
    """
    counts, lacks = [], []
    for part in parts(messages):
        every = expected(marked(part, found), period, gap)
        asked = every.filter(pl.col("list").is_in(list(book.manners))).collect(engine="streaming")
        counts.append(asked.group_by("list").agg(asked=pl.len(), kept=pl.col("kept").sum()))
        lacks.append(lacking(asked.lazy(), book).collect())
    return pl.concat(counts).group_by("list").agg(pl.col("asked", "kept").sum()), pl.concat(lacks)


def _part(found: pl.DataFrame, book: Phrasebook) -> ConductPart:
    persons = found.group_by(key=pl.col("sender_id").fill_null(UNASSIGNED)).agg(
        findings=pl.len().cast(pl.Int64)
    )
    listed = found.head(LISTED).with_columns(pl.col("sent_at").dt.to_string("%Y-%m-%d %H:%M:%S"))
    by_person = persons.sort(["findings", "key"], descending=[True, False]).to_dicts()
    return ConductPart(
        findings=found.height,
        messages=found.select(pl.struct("conversation_id", "message_id").n_unique()).item(),
        by_list=_by_list(found, book),
        by_person=tuple(PersonFindings(**row) for row in by_person),
        listed=tuple(Said(**row) for row in listed.drop("weight").to_dicts()),
        capped=found.height > LISTED,
    )


def _by_list(found: pl.DataFrame, book: Phrasebook) -> tuple[PhraseCount, ...]:
    counts = dict(found.group_by("list").len().iter_rows())
    titles: dict[str, PhraseList | Manner] = {entry.id: entry for entry in book.lists} | dict(
        book.manners
    )
    return tuple(
        PhraseCount(
            id=name,
            title=Title(zh=about.title.zh, en=about.title.en),
            article=about.article,
            findings=counts[name],
        )
        for name, about in titles.items()
        if name in counts
    )


def _kept(counts: pl.DataFrame, book: Phrasebook) -> tuple[MannerKept, ...]:
    """Of the conversations that something is expected of, how many do it."""
    found = {row["list"]: rate(row["kept"], row["asked"]) for row in counts.iter_rows(named=True)}
    return tuple(
        MannerKept(
            id=name,
            title=Title(zh=manner.title.zh, en=manner.title.en),
            article=manner.article,
            **vars(found.get(name, rate(0, 0))),
        )
        for name, manner in book.manners.items()
    )
