"""How a call rang: whether it was answered within the rings, and whether the caller hung up before
anybody could."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from checks.judging.clocks import Clocks
from checks.judging.end_events import End
from checks.judging.limits import limit_amount
from checks.judging.outcomes import OUTCOME, first_that_applies, is_one_of, outcome
from checks.law.rulebook import Rule
from checks.records.as_of_cutoff import latest, uncertainty, unreadable

_BUSY = pl.col("disposition").eq_missing(pl.lit("busy"))
_STARTED = pl.col("started_at")
_NOT_ANSWERED: Final = ("overdue", "pending", "exempt:abandoned_early", "exempt:same_episode")


def ring_end() -> End:
    """When the call was answered. Without rings in the log the end of the ringing is what would
    decide an unanswered call, unless the line was busy."""
    rang = pl.col("rings").is_null() & unreadable("ended_at") & ~pl.col("answered") & ~_BUSY
    # The rings of a call that goes on are not written yet.
    unread = unreadable("answered_at") | ((unreadable("rings") | rang) & ~pl.col("in_progress"))
    return End(pl.col("answered_at"), pl.col("answered_at_precision"), unread)


def ring_table(limit: pl.Expr, due: pl.Expr) -> pl.Expr:
    """The outcome by the rings: `limit` of them, allowed until `due`."""
    answered = pl.col("answered")
    least, most = pl.col("rings_least"), pl.col("rings_most")
    end, exact = pl.col("ended_known"), pl.col("ended_at_precision")
    rings = pl.col("rings")
    known = rings.is_not_null() | end.is_not_null()
    surely = (rings >= limit) | (
        rings.is_null() & (end >= due + uncertainty(pl.col("started_at_precision")))
    )
    surely_not = (rings < limit) | (rings.is_null() & (latest(end, exact) < due))
    return first_that_applies(
        [
            (answered & least.is_null(), outcome("unknown:no_timestamp")),
            (answered & (most <= limit), outcome("met")),
            (answered & (least > limit), outcome("late")),
            (answered, outcome("unknown:precision")),
            (pl.col("in_progress"), outcome("pending")),
            (_BUSY, outcome("exempt:line_busy")),
            (~known, outcome("unknown:no_timestamp")),
            (surely, outcome("overdue")),
            (surely_not, outcome("exempt:abandoned_early")),
        ],
        outcome("unknown:precision"),
    )


def call_not_recorded(recorded: Collection[str]) -> pl.Expr:
    """The outcome, unknown where it would say that nobody answered although the company does not
    record who did."""
    silent = pl.lit("answered_at" not in recorded) & is_one_of("outcome", _NOT_ANSWERED)
    return pl.when(silent).then(outcome("unknown:not_recorded")).otherwise("outcome")


def excused(rule: Rule, rules: Mapping[str, Rule], clocks: Clocks) -> pl.Expr:
    """The outcome of the answering rule that excuses the call-back of a caller who hung up early,
    as the call's own cells tell it; null without one.

    Over the cells of the call, `tier_when_ringing` and `doubtful`. rules: every rule by id.
    """
    answering = rules.get(rule.excused_by or "")
    if answering is None:
        return pl.lit(None, OUTCOME)
    limit = limit_amount(answering, _STARTED, tier="tier_when_ringing")
    end, tier_open = ring_end(), pl.col("tier_when_ringing").is_null() & ~pl.lit(answering.uniform)
    decided = first_that_applies(
        [
            (end.unreadable | (tier_open & pl.col("doubtful")), outcome("unknown:unreadable")),
            (tier_open, outcome("unknown:tier")),
            (latest(end.at, end.precision) < _STARTED, outcome("unknown:before_start")),
        ],
        ring_table(limit, clocks.due(answering, _STARTED, limit)),
    )
    return pl.when(limit.is_not_null() | tier_open).then(decided)
