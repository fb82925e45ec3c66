"""The numbers of conduct: explicit breaches, which count, and advice, which does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from checks.closing.facts import UNASSIGNED
from checks.closing.rates import rate
from checks.concepts import Period
from checks.conduct.findings import findings, in_form
from checks.conduct.manners import LACKS, closed, conversations
from checks.conduct.phrases import Manner, Phrasebook, PhraseList

LISTED: Final = 200
"""Findings listed of each weight; all of them are in the frame."""


def conduct(
    records: Mapping[str, pl.LazyFrame], book: Phrasebook, period: Period
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """(findings of the schema FINDINGS, the "conduct" part of metrics.json).

    `explicit` and `advice`: findings of each weight, by list and by person, the first LISTED of them in full;
    `kept`: how many conversations do what is expected, of those that it is expected of.
    """
    messages = in_form(records["chats"], book, period)
    found = findings(messages, book, period)
    said = messages.filter((pl.col("sender") == "agent") & (pl.col("sent_at") >= period.start))
    parts = {weight: _part(found.filter(weight=weight), book) for weight in ("explicit", "advice")}
    return found, {
        "agent_messages": int(said.select(pl.len()).collect(engine="streaming").item()),
        **parts,
        "kept": _kept(conversations(messages, book), book, period),
    }


def _part(found: pl.DataFrame, book: Phrasebook) -> dict[str, Any]:
    persons = found.group_by(key=pl.col("sender_id").fill_null(UNASSIGNED)).agg(findings=pl.len().cast(pl.Int64))
    listed = found.head(LISTED).with_columns(pl.col("sent_at").dt.to_string("%Y-%m-%d %H:%M:%S"))
    return {
        "findings": found.height,
        "messages": found["message_id"].n_unique(),
        "by_list": _by_list(found, book),
        "by_person": persons.sort(["findings", "key"], descending=[True, False]).to_dicts(),
        "listed": listed.drop("weight").to_dicts(),
        "capped": found.height > LISTED,
    }


def _by_list(found: pl.DataFrame, book: Phrasebook) -> list[dict[str, Any]]:
    counts = dict(found.group_by("list").len().iter_rows())
    titles: dict[str, PhraseList | Manner] = {entry.id: entry for entry in book.lists} | dict(book.manners)
    return [
        {"id": name, "title": about.title.model_dump(), "article": about.article, "findings": counts[name]}
        for name, about in titles.items()
        if name in counts
    ]


def _kept(talks: pl.LazyFrame, book: Phrasebook, period: Period) -> list[dict[str, Any]]:
    """Of the conversations that something is expected of in the period, how many do it; open ones can still close."""
    sums: dict[str, pl.Expr] = {}
    for name in LACKS:
        due = pl.col(f"{name}_due") & (pl.col(f"{name}_at") >= period.start)
        if name == "closing":
            due &= closed(pl.lit(period.cutoff))
        sums |= {f"{name}_asked": due.sum(), f"{name}_done": (due & pl.col(f"{name}_kept")).sum()}
    row = talks.select(**sums).collect(engine="streaming").row(0, named=True)
    return [
        {
            "id": name,
            "title": book.manners[name].title.model_dump(),
            "article": book.manners[name].article,
            **rate(row[f"{name}_done"], row[f"{name}_asked"]),
        }
        for name in LACKS
    ]
