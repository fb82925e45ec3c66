"""Warnings before a deadline and alerts after it (TC 第八条(一)), as the service system sent
them."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.concepts import STEP_CLOCKS
from checks.duties.item import LISTED, Found
from checks.numbers.duty import Nothing
from checks.numbers.evidence import MissedAlert, Silent, SilentStep
from checks.numbers.rates import Rate

OWN_SOURCE: Final = "kelou"
"""Warnings that Kelou sent prove nothing about the system under audit."""
_CASE: Final = ("rule_id", "subject_id")
_IN_TIME: Final = pl.col("sent_at").is_between(
    pl.col("warn_at").dt.truncate("1m"), pl.col("due_at")
)
_WHILE_OPEN: Final = pl.col("sent_at").is_between(
    pl.col("due_at").dt.truncate("1m"), pl.col("open_until")
)
"""A system that logs by the minute sent its alert within that minute."""


def warnings(closing: Closing) -> Found:
    """Steps still open with 80 % of their limit used, and those of them that were warned of before
    the deadline. Not of a clock that stands at times: a share of its limit is no share of the time
    that has passed."""
    standing = [rule.id for rule in closing.rulebooks.rules if rule.stands]
    cases = _steps(closing).filter(
        pl.col("warn_at") <= closing.period.cutoff,
        pl.col("open_until") > pl.col("warn_at"),
        ~pl.col("rule_id").cast(pl.String).is_in(standing),
    )
    return _told_of(_told(cases, closing, "warning", _IN_TIME)), Nothing()


def overdue_alerts(closing: Closing) -> Found:
    """Steps that ran past their deadline, and those of them for which an alert was sent while they
    were open.

    `silent`: late steps that had neither a warning nor an alert.
    """
    cases = _steps(closing).filter(pl.col("verdict").is_in(("late", "overdue")))
    stated = _told(cases, closing, "overdue", _WHILE_OPEN)
    warned = _told(cases, closing, "warning", _IN_TIME).select(*_CASE, warned="told")
    silent = stated.join(warned, on=_CASE, how="left").filter(~pl.col("told"), ~pl.col("warned"))
    listed = (
        silent.sort("due_at", *_CASE)
        .head(LISTED)
        .select(*_CASE, due_at=pl.col("due_at").dt.to_string("iso:strict"))
    )
    counted = silent.select(pl.len()).collect(engine="streaming").item()
    steps = listed.collect(engine="streaming").to_dicts()
    found = Silent(
        silent=counted,
        silent_steps=tuple(SilentStep(**step) for step in steps),
        missed=_missed(stated),
    )
    return _told_of(stated), found


def _missed(stated: pl.LazyFrame) -> tuple[MissedAlert, ...]:
    due = pl.col("due_at").dt.to_string("iso:strict")
    rows = stated.filter(~pl.col("told")).sort("due_at", *_CASE).head(LISTED)
    words = pl.col("rule_id", "department", "responsible").cast(pl.String)
    listed = rows.select(words, "subject_id", due_at=due).collect(engine="streaming")
    return tuple(MissedAlert(**row) for row in listed.to_dicts())


def _steps(closing: Closing) -> pl.LazyFrame:
    """Decided ticket steps of the regulation of overtime (TC) with `warn_at`, when a warning was
    due, and `open_until`.

    A step known to be met but not when (implied by a later one) tells nothing about warnings.
    """
    limit = (pl.col("due_at") - pl.col("triggered_at")).dt.total_microseconds()
    dated = pl.col("fulfilled_at").is_not_null() | (pl.col("verdict") != "met")
    decided = pl.col("verdict").is_in(("met", "late", "overdue", "pending")) & dated
    used = closing.rulebooks.parameters.warned_from
    can_be_warned_of = closing.rulebooks.topics_that(lambda topic: topic.can_be_warned_of)
    steps = closing.ticket_facts.filter(
        decided & (limit > 0),
        pl.col("regulation") == closing.rulebooks.parameters.overtime_of,
        pl.col("clock").is_in(STEP_CLOCKS),
        pl.col("topic").is_in(can_be_warned_of),
    )
    return steps.select(
        *_CASE,
        "ticket_id",
        "department",
        "responsible",
        "verdict",
        "due_at",
        warn_at=pl.col("triggered_at") + pl.duration(microseconds=limit * used // 100),
        open_until=pl.coalesce("fulfilled_at", pl.lit(closing.period.cutoff)),
    )


def _told(cases: pl.LazyFrame, closing: Closing, kind: str, in_time: pl.Expr) -> pl.LazyFrame:
    """The cases with `told`: whether an alert of the kind was sent for the ticket in time."""
    messages = sent(closing, kind).select("ticket_id", "sent_at")
    stated = cases.join(messages, on="ticket_id").filter(in_time).select(_CASE).unique()
    return cases.join(stated.with_columns(told=True), on=_CASE, how="left").with_columns(
        pl.col("told").fill_null(False)
    )


def sent(closing: Closing, kind: str) -> pl.LazyFrame:
    """The service system's own messages of a kind up to the cutoff."""
    own = pl.col("source").str.strip_chars().str.to_lowercase() == OWN_SOURCE
    alerts = closing.records["alerts"].filter(
        ~own.fill_null(False), pl.col("sent_at") <= closing.period.cutoff
    )
    return alerts.filter(pl.col("kind") == kind)


def _told_of(stated: pl.LazyFrame) -> Rate:
    cases, good = stated.select(pl.len(), pl.col("told").sum()).collect(engine="streaming").row(0)
    return rate(good, cases)
