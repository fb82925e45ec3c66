"""A rule of the rulebook compiled into Polars expressions over the frame of its subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from checks.attribution import acted
from checks.rulebook import Rule
from checks.timeliness.adjust import cancelled, renegotiated, reopened
from checks.timeliness.clocks import Clocks
from checks.timeliness.conditions import applies
from checks.timeliness.decide import decide
from checks.timeliness.exemptions import Exemptions
from checks.timeliness.limits import binds, limit_amount
from checks.timeliness.outcomes import is_one_of, verdict_and_reason
from checks.timeliness.overtime import counts_as_overtime
from checks.timeliness.subjects import Subjects
from checks.timeliness.tickets import LATER_CYCLE_TOPICS

RESULT = (
    "rule", "rule_id", "regulation", "topic", "subject_type", "subject_id", "customer_id", "tier", "department",
    "responsible", "triggered_at", "due_at", "fulfilled_at", "verdict", "reason", "calendar_provisional", "subject",
    "breached_due",
)  # fmt: skip
NEEDS_TIER = frozenset({"core_away"})
SINCE = pl.col("triggered_at")


@dataclass(frozen=True)
class Bench:
    """What every rule is judged with: the cutoff, the clocks, the exemptions, who acted (canonical ticket events), and
    all rules on the same subjects.
    """

    cutoff: datetime
    clocks: Clocks
    exemptions: Exemptions
    events: pl.DataFrame
    rules: Sequence[Rule]


def obligations_of(number: int, rule: Rule, subjects: Subjects, frame: pl.LazyFrame, bench: Bench) -> pl.LazyFrame:
    """The obligations of one rule, columns RESULT, in the order of `frame`.

    frame: the frame of `subjects`, perhaps with what a first stage found; number: the rule's place in governing order.
    """
    existing = _existing(rule, subjects, frame, bench)
    if rule.end == "callback_placed":
        existing = existing.with_columns(tier_when_ringing=subjects.tier_at(pl.col("started_at")))
    decision = decide(rule, [r for r in bench.rules if r.regulation == rule.regulation], bench.cutoff, bench.clocks)
    decided = existing.with_columns(
        fulfilled_at=decision.fulfilled_at,
        outcome=decision.outcome,
        calendar_provisional=bench.clocks.provisional(rule, SINCE, pl.col("due_at")),
    )
    adjusted = _adjusted(decided, rule, subjects.type, bench)
    if subjects.type == "ticket":
        adjusted = acted(adjusted, bench.events, rule)
    names = {"rule_id": rule.id, "regulation": rule.regulation, "topic": rule.topic, "subject_type": subjects.type}
    verdict, reason = verdict_and_reason("outcome")
    return adjusted.with_columns(
        rule=pl.lit(number, pl.UInt16),
        verdict=verdict,
        reason=reason,
        **{column: pl.lit(name) for column, name in names.items()},
    ).select(RESULT)


def _existing(rule: Rule, subjects: Subjects, frame: pl.LazyFrame, bench: Bench) -> pl.LazyFrame:
    """The subjects that the rule binds: its conditions hold or may hold, its clock started, the tier has a limit."""
    # What needs no tier is asked first, so that tiers and limits are worked out for few rows only.
    words = tuple(w for w in rule.when if w.removeprefix("not ") not in NEEDS_TIER)
    chosen = frame.filter(applies(words).fill_null(True))
    if subjects.type == "ticket" and rule.topic not in LATER_CYCLE_TOPICS:
        chosen = chosen.filter(pl.col("cycle") == 1)
    return (
        chosen.with_columns(triggered_at=subjects.start(rule))
        .filter(SINCE.is_not_null())
        .with_columns(tier=subjects.tier_at(SINCE), doubtful=subjects.tiers.doubtful)
        .with_columns(applies=applies(rule.when), limit=limit_amount(rule, SINCE))
        .filter(pl.col("applies").fill_null(True) & binds(rule, SINCE, pl.col("limit")))
        .with_columns(due_at=bench.clocks.due(rule, SINCE, pl.col("limit")))
    )


def _adjusted(decided: pl.LazyFrame, rule: Rule, subject_type: str, bench: Bench) -> pl.LazyFrame:
    """Reopening, renegotiation, exemption and cancellation in turn.

    `breached_due` keeps the deadline of an overtime rule that was broken before anything eased the breach.
    """
    exempted = bench.exemptions.applied(rule.id)
    if subject_type != "ticket":
        return decided.with_columns(outcome=exempted, breached_due=pl.lit(None, pl.Datetime("us")))
    broken = is_one_of("outcome", ["late", "overdue"]) & pl.lit(counts_as_overtime(rule))
    return (
        decided.with_columns(outcome=reopened())
        .with_columns(breached_due=pl.when(broken).then("due_at"))
        .with_columns(renegotiated(rule, bench.cutoff))
        .with_columns(outcome=exempted)
        .with_columns(outcome=cancelled(bench.cutoff))
    )
