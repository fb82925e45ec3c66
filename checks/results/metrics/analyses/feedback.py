"""What customers say of each person and department (TC 第十五条, 第十六条; RC 第二十一条)."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.closing.facts import UNASSIGNED, Closing
from checks.closing.rates import rate
from checks.numbers.analyses import Feedback, FeedbackRow

LOW_SCORE: Final = 2
"""The highest score that says that a customer was not content: as far from the middle as 4, the
lowest that says that one was."""
_OVERTIME: Final = ("late", "overdue")


def feedback(tickets: pl.DataFrame, closing: Closing) -> Feedback:
    """Scores of the tickets asked for, completed and not cancelled, by first receiver and by
    department; a score that is unreadable or not 1 to 5 is no answer.

    `tickets`: as `checks.closing.tickets.tickets_asked` gives them.
    """
    score = pl.col("satisfaction")
    answered = tickets.filter(
        ~pl.col("cancelled") & pl.col("completed_at").is_not_null() & score.is_between(1, 5)
    )
    low = answered.filter(score <= LOW_SCORE).select("ticket_id")
    return Feedback(
        by_department=_rows(answered, "department", _displeased(low, closing, "department")),
        by_person=_rows(answered, "handler_id", _displeased(low, closing, "responsible")),
    )


def _displeased(low: pl.DataFrame, closing: Closing, by: str) -> dict[str, int]:
    """Of the tickets with a low score, those on which each ran over time by the regulation whose
    term that is."""
    late = closing.ticket_facts.filter(
        pl.col("timed")
        & pl.col("verdict").is_in(_OVERTIME)
        & (pl.col("regulation") == closing.rulebooks.parameters.overtime_of)
    )
    found = late.join(low.lazy(), on="ticket_id", how="semi").select(
        "ticket_id", key=pl.col(by).cast(pl.String).fill_null(UNASSIGNED)
    )
    counts = found.unique().group_by("key").agg(n=pl.len().cast(pl.Int64))
    return dict(counts.collect(engine="streaming").iter_rows())


def _rows(answered: pl.DataFrame, by: str, displeased: dict[str, int]) -> tuple[FeedbackRow, ...]:
    score = pl.col("satisfaction")
    counts = answered.group_by(key=pl.col(by).fill_null(UNASSIGNED)).agg(
        answers=pl.len().cast(pl.Int64),
        sum=score.sum().cast(pl.Int64),
        content=(score >= 4).sum().cast(pl.Int64),
        low=(score <= LOW_SCORE).sum().cast(pl.Int64),
    )
    found = {row["key"]: row for row in counts.to_dicts()}
    none = {"answers": 0, "sum": 0, "content": 0, "low": 0}
    return tuple(
        _row(key, found.get(key, none), displeased.get(key, 0))
        for key in sorted(found.keys() | displeased.keys())
    )


def _row(key: str, counts: dict[str, int], displeased: int) -> FeedbackRow:
    answers = counts["answers"]
    return FeedbackRow(
        key=key,
        answers=answers,
        mean=counts["sum"] / answers if answers else None,
        content=rate(counts["content"], answers),
        low=counts["low"],
        displeased=displeased,
    )
