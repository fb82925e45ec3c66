"""The numbers of conduct: explicit breaches, which count, and advice, which does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import polars as pl

from checks.closing.facts import UNASSIGNED
from checks.closing.rates import rate
from checks.concepts import Period
from checks.conduct.findings import lacking, spoken
from checks.conduct.manners import ATTRIBUTES, expected
from checks.conduct.phrases import Manner, Phrasebook, PhraseList
from checks.conduct.texts import judged, marked, texts
from checks.judging.subjects.sessions import parts, sessions

_NEEDED: Final = (*ATTRIBUTES, "sender", "text")
LISTED: Final = 200
"""Findings listed of each weight; all of them are in the frame."""


def conduct(
    records: Mapping[str, pl.LazyFrame], book: Phrasebook, period: Period, session_gap: timedelta
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """(findings of the schema FINDINGS, the "conduct" part of metrics.json).

    `explicit` and `advice`: findings of each weight, by list and by person, the first LISTED of
    them in full;
    `kept`: how many conversations do what is expected, of those that it is expected of.
    """
    messages = judged(records["chats"], period)
    found = texts(messages.select("text", "sender"), book)
    kept, lacks = _expected(
        sessions(messages, session_gap, _NEEDED), found, book, period, session_gap
    )
    broken = spoken(messages, found, book, period).collect(engine="streaming")
    every = pl.concat([broken, lacks]).sort("sent_at", "conversation_id", "message_id", "list")
    said = messages.filter((pl.col("sender") == "agent") & (pl.col("sent_at") >= period.start))
    said_count = said.select(pl.len()).collect(engine="streaming").item()
    parts = {weight: _part(every.filter(weight=weight), book) for weight in ("explicit", "advice")}
    return every, {"agent_messages": int(said_count), **parts, "kept": _kept(kept, book)}


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
        asked = expected(marked(part, found), period, gap).collect(engine="streaming")
        counts.append(asked.group_by("list").agg(asked=pl.len(), kept=pl.col("kept").sum()))
        lacks.append(lacking(asked.lazy(), book).collect())
    return pl.concat(counts).group_by("list").agg(pl.col("asked", "kept").sum()), pl.concat(lacks)


def _part(found: pl.DataFrame, book: Phrasebook) -> dict[str, Any]:
    persons = found.group_by(key=pl.col("sender_id").fill_null(UNASSIGNED)).agg(
        findings=pl.len().cast(pl.Int64)
    )
    listed = found.head(LISTED).with_columns(pl.col("sent_at").dt.to_string("%Y-%m-%d %H:%M:%S"))
    return {
        "findings": found.height,
        "messages": found.select(pl.struct("conversation_id", "message_id").n_unique()).item(),
        "by_list": _by_list(found, book),
        "by_person": persons.sort(["findings", "key"], descending=[True, False]).to_dicts(),
        "listed": listed.drop("weight").to_dicts(),
        "capped": found.height > LISTED,
    }


def _by_list(found: pl.DataFrame, book: Phrasebook) -> list[dict[str, Any]]:
    counts = dict(found.group_by("list").len().iter_rows())
    titles: dict[str, PhraseList | Manner] = {entry.id: entry for entry in book.lists} | dict(
        book.manners
    )
    return [
        {
            "id": name,
            "title": about.title.model_dump(),
            "article": about.article,
            "findings": counts[name],
        }
        for name, about in titles.items()
        if name in counts
    ]


def _kept(counts: pl.DataFrame, book: Phrasebook) -> list[dict[str, Any]]:
    """Of the conversations that something is expected of, how many do it."""
    found = {row["list"]: row for row in counts.iter_rows(named=True)}
    return [
        {
            "id": name,
            "title": manner.title.model_dump(),
            "article": manner.article,
            **rate(*((found[name]["kept"], found[name]["asked"]) if name in found else (0, 0))),
        }
        for name, manner in book.manners.items()
    ]
