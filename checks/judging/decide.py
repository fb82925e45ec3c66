"""One rule on one kind of subject: when its obligations were fulfilled, and the verdict as of the
cutoff.

The order of the steps is part of what a verdict means: condition, unreadable, tier, before_start,
the subject's own exemptions, then met / late / overdue / pending with implied fulfilment and
precision, then what was not recorded, what is quarantined, and what waits for a calendar.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from checks.judging.clocks import Clocks
from checks.judging.end_events import (
    EXACT,
    End,
    evidence,
    implied_by,
    not_recorded,
    promise_unreadable,
    recorded_end,
)
from checks.judging.outcomes import first_that_applies, is_one_of, outcome
from checks.judging.ringing import call_not_recorded, excused, ring_end, ring_table
from checks.law.rulebook import Rule, Topic
from checks.local_time import dtype_in, zone_of
from checks.records.as_of_cutoff import latest, span, uncertainty, unreadable
from checks.subjects.kind import SubjectKind

Steps = Sequence[tuple[pl.Expr, pl.Expr]]
DUE = pl.col("due_at")
SINCE = pl.col("triggered_at")
SINCE_PRECISION = pl.col("triggered_at_precision")
_OUTCOME = pl.col("outcome")
_VIOLATED: Final = ("late", "overdue", "missing")


@dataclass(frozen=True)
class Decision:
    """fulfilled_at and outcome of a rule, as expressions over `triggered_at`, `due_at`, `limit`,
    `tier` and the subject's cells; then what corrects the outcome in turn, as expressions over
    `outcome` and the same.
    """

    fulfilled_at: pl.Expr
    outcome: pl.Expr
    corrections: tuple[pl.Expr, ...]


@dataclass(frozen=True)
class Deciding:
    """What a rule is decided with: the cutoff, the clocks, every rule by id, its topic, and the
    columns that the company records, by table (checks.records.records).
    """

    cutoff: datetime
    clocks: Clocks
    rules: Mapping[str, Rule]
    topic: Topic
    recorded: Mapping[str, Collection[str]]


def decide(rule: Rule, by: Deciding) -> Decision:
    """How `rule` is decided."""
    if rule.clock == "presence":
        return _presence(rule, by)
    if rule.clock == "rings":
        not_told = call_not_recorded(by.recorded["calls"])
        return _decided(rule, ring_end(), [], ring_table(pl.col("limit"), DUE), [not_told])
    if rule.end == "callback_placed":
        return _callback(rule, by)
    return _step(rule, by)


def _decided(
    rule: Rule, end: End, exemptions: Steps, table: pl.Expr, corrections: Sequence[pl.Expr]
) -> Decision:
    """The steps that every subject shares, around its own exemptions, table and corrections."""
    tier_open = pl.col("tier").is_null() if rule.needs_tier else pl.lit(False)
    timed = pl.lit(rule.clock != "presence")
    steps = [
        (pl.col("applies").is_null(), outcome("unknown:condition")),
        (
            end.unreadable | promise_unreadable(rule) | (tier_open & pl.col("doubtful")),
            outcome("unknown:unreadable"),
        ),
        (tier_open, outcome("unknown:tier")),
        (timed & (latest(end.at, end.precision) < SINCE), outcome("unknown:before_start")),
        *exemptions,
    ]
    awaited = corrected(
        is_one_of("outcome", _VIOLATED) & pl.col("calendar_provisional"), "unknown:calendar"
    )
    return Decision(end.at, first_that_applies(steps, table), (*corrections, awaited))


def corrected(condition: pl.Expr, word: str) -> pl.Expr:
    """The outcome, replaced where the condition holds."""
    return pl.when(condition).then(outcome(word)).otherwise(_OUTCOME)


def _not_yet(rule: Rule, cutoff: datetime) -> pl.Expr:
    """Nothing happened so far: overdue once the deadline has surely passed. A clock that stands has
    no deadline yet."""
    if rule.stands:
        past = pl.lit(cutoff) > pl.col("due_last")
        return pl.when(past).then(outcome("overdue")).otherwise(outcome("pending"))
    slack = span(SINCE_PRECISION) if rule.clock == "wall" else pl.duration()
    return (
        pl.when(pl.lit(cutoff) > DUE + slack).then(outcome("overdue")).otherwise(outcome("pending"))
    )


def _on_time(rule: Rule, end: End, otherwise: pl.Expr) -> pl.Expr:
    """Exactly at the deadline is met; between surely in time and surely late nobody knows.

    A wall clock counts from the start, so that a start known to the minute moves the deadline by as
    much. What is done while the clock stands is done before the deadline.
    """
    if rule.stands:
        steps = [
            (_surely_in_time(rule, latest(end.at, end.precision)), outcome("met")),
            (end.at > pl.col("due_last"), outcome("late")),
            (end.at.is_not_null(), outcome("unknown:precision")),
        ]
        return first_that_applies(steps, otherwise)
    slack = uncertainty(SINCE_PRECISION) if rule.clock == "wall" else pl.duration()
    return first_that_applies(
        [
            (latest(end.at, end.precision) <= DUE, outcome("met")),
            (end.at > DUE + slack, outcome("late")),
            (end.at.is_not_null() & DUE.is_not_null(), outcome("unknown:precision")),
        ],
        otherwise,
    )


def _surely_in_time(rule: Rule, last: pl.Expr) -> pl.Expr:
    """Whether what happened by `last` was in time: by the earliest that the deadline may be, or
    before a clock that stands has come to one."""
    if not rule.stands:
        return last <= DUE
    return (last <= pl.col("due_first")) | (pl.col("clock_stands") & last.is_not_null())


def _step(rule: Rule, by: Deciding) -> Decision:
    kind = rule.kind
    end = recorded_end(rule)
    implied = implied_by(rule, zone_of(by.cutoff)) if kind.milestones else None
    nothing = _not_yet(rule, by.cutoff)
    if implied is not None:
        last = latest(implied.at, implied.precision)
        steps = [
            (last < SINCE, outcome("unknown:before_start")),
            (_surely_in_time(rule, last), outcome("met:implied")),
            (implied.at.is_not_null(), outcome("unknown:no_timestamp")),
            (implied.unreadable, outcome("unknown:unreadable")),
        ]
        nothing = first_that_applies(steps, nothing)
    lost = pl.col("travel_unreadable") if rule.travel else pl.lit(False)
    readable = End(end.at, end.precision, end.unreadable | lost)
    excuses = [*_excuses(kind), *_needless(kind, by.topic)]
    return _decided(
        rule, readable, excuses, _on_time(rule, end, nothing), _step_corrections(rule, kind, by)
    )


def _excuses(kind: SubjectKind) -> Steps:
    return [(lets_go, outcome(word)) for lets_go, word in kind.excuses]


def _step_corrections(rule: Rule, kind: SubjectKind, by: Deciding) -> list[pl.Expr]:
    """What the company does not record can't be missed; nor what a lost row of the subject may have
    told."""
    still_open = is_one_of("outcome", ["overdue", "missing", "pending"])
    lost = is_one_of("outcome", kind.unsettled) & pl.col("quarantined")
    quarantined = [*_doubtful_pauses(rule), corrected(lost, "unknown:quarantined")]
    if kind.shown_by is not None:
        return quarantined
    recorded = by.recorded.get(kind.table.name, frozenset())
    untold = still_open & not_recorded(rule, recorded)
    return [corrected(untold, "unknown:not_recorded"), *quarantined]


def _doubtful_pauses(rule: Rule) -> list[pl.Expr]:
    """Nobody may be accused while a pause of which nobody knows the length may have moved the
    deadline."""
    if not rule.stands:
        return []
    violated = is_one_of("outcome", _VIOLATED)
    return [
        corrected(violated & pl.col("pause_doubtful"), "unknown:unreadable"),
        corrected(violated & pl.col("pause_lost"), "unknown:quarantined"),
    ]


def _needless(kind: SubjectKind, topic: Topic) -> Steps:
    """What spares the act, where the kind of subject knows it."""
    word = topic.needless_when
    spares = kind.needless.get(word) if word else None
    return [(spares, outcome(f"exempt:{word}"))] if spares is not None else []


def _presence(rule: Rule, by: Deciding) -> Decision:
    kind, there = rule.kind, evidence(rule)
    unread = there.is_null() | (~there & unreadable(kind.completed))
    table = first_that_applies(
        [(there, outcome("met")), (pl.lit(by.cutoff) > DUE, outcome("missing"))],
        outcome("pending"),
    )
    return _decided(
        rule,
        End(pl.lit(None, dtype_in(zone_of(by.cutoff))), EXACT, unread),
        [*_excuses(kind), *_needless(kind, by.topic)],
        table,
        _step_corrections(rule, kind, by),
    )


def _callback(rule: Rule, by: Deciding) -> Decision:
    end = End(
        pl.col("callback_placed"), pl.col("callback_placed_precision"), pl.col("party_unreadable")
    )
    phone = excused(rule, by.rules, by.clocks)
    exemptions = [
        (phone.eq_missing(outcome("exempt:abandoned_early")), outcome("exempt:abandoned_early")),
        (pl.col("no_number"), outcome("exempt:no_number")),
        (pl.col("same_episode"), outcome("exempt:same_episode")),
    ]
    in_time = latest(end.at, end.precision) <= DUE
    # Nobody knows when a call ended whose end is unreadable, so nobody knows when its call-back was
    # due.
    table = first_that_applies(
        [
            (unreadable("ended_at"), outcome("unknown:unreadable")),
            (in_time, outcome("met")),
            (pl.col("reached_again") <= DUE, outcome("exempt:customer_reached_again")),
        ],
        _on_time(rule, end, _not_yet(rule, by.cutoff)),
    )
    violated, unknown = (
        is_one_of("outcome", _VIOLATED),
        phone.cast(pl.String).str.starts_with("unknown:"),
    )
    corrections = [
        pl.when(violated & unknown.fill_null(False)).then(phone).otherwise(_OUTCOME),
        call_not_recorded(by.recorded["calls"]),
        *_doubtful_pauses(rule),
        corrected(violated & pl.col("quarantined"), "unknown:quarantined"),
    ]
    return _decided(rule, end, exemptions, table, corrections)
