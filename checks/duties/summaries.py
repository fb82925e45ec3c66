"""The weekly summary that everyone who receives inquiries writes (RC 第十一条(二))."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.duties.document_periods import week_of
from checks.duties.documents import counted
from checks.duties.item import LISTED, Found
from checks.duties.months import ends_within
from checks.duties.people import with_person
from checks.duties.wording import says
from checks.local_time import midnight
from checks.numbers.evidence import Documents, DueDocument

_WEEK: Final = timedelta(days=7)


def weekly_summaries(closing: Closing) -> Found | None:
    """Weeks whose summary fell due in the period, by the end of the following week, and those of
    them for which everyone who answered calls or chats in the week filed one in time.

    A summary whose owner is empty, says everybody, or is a department stands for all of its people
    [reading]. Where
    nobody is known to have received anything, any summary will do. `owners`: who filed; `missing`:
    who did not.
    """
    documents = _documents(closing)
    if documents.is_empty():
        return None
    received = _received(closing)
    first = closing.period.start.date() - timedelta(days=closing.period.start.weekday())
    mondays = [first + _WEEK * n for n in range((closing.period.end.date() - first) // _WEEK + 1)]
    rows = tuple(
        _due(documents.filter(about=monday - 2 * _WEEK), monday, received, closing.period.zone)
        for monday in mondays
        if ends_within(monday, closing.period)
    )
    return counted(rows), Documents(due=rows, unread_periods=documents["about"].null_count())


def _due(of: pl.DataFrame, due: date, received: pl.DataFrame, zone: str | None) -> DueDocument:
    """The summaries of the week that ended a week before the day `due`."""
    week = due - 2 * _WEEK
    people = received.filter(week=week)
    in_time = of.filter(pl.col("filed_at") < midnight(due, zone))
    undated = of.filter(pl.col("filed_at").is_null())
    missing, unclear = _without(people, in_time), _without(people, pl.concat([in_time, undated]))
    filed: bool | None = bool(in_time.height) and not missing
    if not filed and not unclear and undated.height:
        filed = None
    owners = tuple(sorted(in_time["owner"].drop_nulls().unique()))
    return DueDocument(
        key=week.strftime("%G-W%V"), filed=filed, owners=owners, missing=tuple(missing)[:LISTED]
    )


def _without(people: pl.DataFrame, documents: pl.DataFrame) -> list[str]:
    """Who wrote none of the documents, and in whose name none was written."""
    by_all = documents.filter(pl.col("owner").is_null() | pl.col("by_all")).height
    names = set(documents["person"].drop_nulls()) | set(documents["owner"].drop_nulls())
    return (
        []
        if by_all
        else sorted(
            row["person"]
            for row in people.to_dicts()
            if not names & {row["person"], row["department"]}
        )
    )


def _documents(closing: Closing) -> pl.DataFrame:
    """The weekly summaries: about (a Monday), owner, person (of the staff list), filed_at, by_all
    (null without an owner)."""
    kinds = closing.rulebooks.parameters.weekly_summary
    of = (
        closing.records["documents"]
        .filter(says(pl.col("kind"), kinds))
        .with_columns(about=week_of(), at=pl.lit(closing.period.cutoff))
    )
    found = with_person(of, closing, "owner", "at")
    by_all = says(pl.col("owner"), closing.rulebooks.parameters.everybody)
    return found.select("about", "owner", "person", "filed_at", by_all=by_all).collect()


def _received(closing: Closing) -> pl.DataFrame:
    """Who answered calls or chats: week (its Monday), person, department."""
    topics = closing.rulebooks.topics_that(lambda topic: topic.by_duty_staff)
    return (
        closing.facts.filter(pl.col("topic").is_in(topics), pl.col("responsible").is_not_null())
        .group_by(
            week=pl.col("triggered_at").dt.date().dt.truncate("1w"),
            person=pl.col("responsible").cast(pl.String),
        )
        .agg(department=pl.col("department").cast(pl.String).drop_nulls().first())
        .collect(engine="streaming")
    )
