"""One rule on one kind of subject: which obligations exist, when they fall due, and the verdict as of the cutoff.

The order of the steps is part of what a verdict means: condition, unreadable, tier, before_start, the subject's own
exemptions,
then met / late / overdue / pending with implied fulfilment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from checks.rulebook import Rule
from checks.timeliness.cells import filled, unreadable
from checks.timeliness.clocks import Clocks
from checks.timeliness.ends import (
    End,
    evidence,
    implied_by,
    promise_unreadable,
    ticket_end,
)
from checks.timeliness.limits import limit_amount
from checks.timeliness.outcomes import first_that_applies, outcome

Steps = Sequence[tuple[pl.Expr, pl.Expr]]
SOLVED_REMOTELY_TOPICS = frozenset({"onsite-arrive", "onsite-depart", "onsite-confirm"})
DUE = pl.col("due_at")
SINCE = pl.col("triggered_at")
_BUSY = pl.col("disposition").eq_missing(pl.lit("busy"))


@dataclass(frozen=True)
class Decision:
    """fulfilled_at and outcome of a rule, as expressions over `triggered_at`, `due_at`, `limit`, `tier` and the
    subject's cells.
    """

    fulfilled_at: pl.Expr
    outcome: pl.Expr


def decide(rule: Rule, rulebook: Sequence[Rule], cutoff: datetime, clocks: Clocks) -> Decision:
    """How `rule` is decided; `rulebook` are the rules of its regulation."""
    if rule.clock == "presence":
        return _presence(rule, cutoff)
    if rule.clock == "rings":
        return _rings(rule)
    if rule.end == "callback_placed":
        return _callback(rule, rulebook, cutoff, clocks)
    if rule.subject == "chat_session":
        return _session(rule, cutoff)
    return _ticket_step(rule, cutoff)


def _decided(rule: Rule, end: End, exemptions: Steps, table: pl.Expr) -> Decision:
    """The steps that every subject shares, around its own exemptions and table."""
    tier_open = pl.lit(False) if rule.uniform else pl.col("tier").is_null()
    steps = [
        (pl.col("applies").is_null(), outcome("unknown:condition")),
        (end.unreadable | promise_unreadable(rule) | (tier_open & pl.col("doubtful")), outcome("unknown:unreadable")),
        (tier_open, outcome("unknown:tier")),
        (pl.lit(rule.clock != "presence") & (end.at < SINCE), outcome("unknown:before_start")),
        *exemptions,
    ]
    return Decision(end.at, first_that_applies(steps, table))


def _not_yet(cutoff: datetime) -> pl.Expr:
    """Nothing happened so far: overdue once the deadline has passed."""
    return pl.when(cutoff > DUE).then(outcome("overdue")).otherwise(outcome("pending"))


def _on_time(end: End, otherwise: pl.Expr) -> pl.Expr:
    """Exactly at the deadline is met."""
    return first_that_applies([(end.at <= DUE, outcome("met")), (end.at > DUE, outcome("late"))], otherwise)


def _ticket_step(rule: Rule, cutoff: datetime) -> Decision:
    end, implied = ticket_end(rule), implied_by(rule)
    nothing = _not_yet(cutoff)
    if implied is not None:
        steps = [
            (implied.at < SINCE, outcome("unknown:before_start")),
            (implied.at <= DUE, outcome("met:implied")),
            (implied.at.is_not_null(), outcome("unknown:no_timestamp")),
            (implied.unreadable, outcome("unknown:unreadable")),
        ]
        nothing = first_that_applies(steps, nothing)
    return _decided(rule, end, _solved_remotely(rule), _on_time(end, nothing))


def _solved_remotely(rule: Rule) -> Steps:
    """A fault that was solved remotely needed no visit [TC 第六条(二)]."""
    if rule.topic not in SOLVED_REMOTELY_TOPICS:
        return []
    remote = filled("remote_started_at") & filled("solved_at") & ~filled("departed_at") & ~filled("arrived_at")
    return [(remote, outcome("exempt:solved_remotely"))]


def _presence(rule: Rule, cutoff: datetime) -> Decision:
    there = evidence(rule)
    unread = there.is_null() | (~there & unreadable("completed_at"))
    table = first_that_applies(
        [(there, outcome("met")), (cutoff > DUE, outcome("missing"))],
        outcome("pending"),
    )
    return _decided(rule, End(pl.lit(None, pl.Datetime("us")), unread), _solved_remotely(rule), table)


def _session(rule: Rule, cutoff: datetime) -> Decision:
    end = End(pl.col("first_agent_message"), pl.lit(False))
    courtesy = end.at.is_null() & pl.col("courtesy_only")
    return _decided(rule, end, [(courtesy, outcome("exempt:courtesy_only"))], _on_time(end, _not_yet(cutoff)))


def _rings(rule: Rule) -> Decision:
    heard = pl.col("rings_heard")
    unread = unreadable("answered_at") | unreadable("rings")
    # Without rings in the log the end of the ringing is what would decide an unanswered call, unless the line was busy.
    unread = unread | (heard.is_null() & unreadable("ended_at") & ~_BUSY)
    return _decided(rule, End(pl.col("answered_at"), unread), [], _ring_table(heard, pl.col("limit")))


def _ring_table(heard: pl.Expr, limit: pl.Expr) -> pl.Expr:
    answered = pl.col("answered_at").is_not_null()
    return first_that_applies(
        [
            (answered & (heard <= limit), outcome("met")),
            (answered, outcome("late")),
            (_BUSY, outcome("exempt:line_busy")),
            (pl.col("ends_later"), outcome("pending")),
            (heard.is_null(), outcome("unknown:no_timestamp")),
            (heard > limit, outcome("overdue")),
        ],
        outcome("exempt:abandoned_early"),
    )


def _callback(rule: Rule, rulebook: Sequence[Rule], cutoff: datetime, clocks: Clocks) -> Decision:
    end = End(pl.col("callback_placed"), pl.lit(False))
    exemptions = [
        (_abandoned_early(rulebook), outcome("exempt:abandoned_early")),
        (pl.col("no_number"), outcome("exempt:no_number")),
        (pl.col("same_episode"), outcome("exempt:same_episode")),
    ]
    reached = pl.col("reached_again") <= DUE
    # Nobody knows when a call ended whose end is unreadable, so nobody knows when its call-back was due.
    table = first_that_applies(
        [
            (unreadable("ended_at"), outcome("unknown:unreadable")),
            (end.at <= DUE, outcome("met")),
            (reached, outcome("exempt:customer_reached_again")),
        ],
        _on_time(end, _not_yet(cutoff)),
    )
    return _decided(rule, end, exemptions, table)


def _abandoned_early(rulebook: Sequence[Rule]) -> pl.Expr:
    """Whether the caller hung up within the rings that the same regulation's answering rule allows."""
    rings = next((r for r in rulebook if r.clock == "rings"), None)
    if rings is None:
        return pl.lit(False)
    limit = limit_amount(rings, pl.col("started_at"), tier="tier_when_ringing")
    known = (
        limit.is_not_null() & ~unreadable("rings") & ~unreadable("answered_at") & pl.col("rings_heard").is_not_null()
    )
    return known & (_ring_table(pl.col("rings_heard"), limit) == outcome("exempt:abandoned_early"))
