"""A rule of the rulebook compiled into Polars expressions over the frame of its subjects."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from checks.concepts import OBLIGATIONS
from checks.judging.adjustments import cancelled, renegotiated, reopened
from checks.judging.attribution import Doers
from checks.judging.clocks import Clocks
from checks.judging.decide import Deciding, decide
from checks.judging.exemptions import Exemptions
from checks.judging.frames import Subjects
from checks.judging.limits import binds, limit_amount
from checks.judging.outcomes import is_one_of, verdict_and_reason
from checks.judging.overtime import counts_as_overtime
from checks.judging.pauses import with_pauses
from checks.law.rulebook import Rule, Topic, Travel
from checks.records.as_of_cutoff import filled, unreadable
from checks.subjects.conditions import Meanings, applies, cells_fit
from checks.subjects.kind import SubjectKind

FOUND = (
    "subject",
    "tier",
    "triggered_at",
    "due_at",
    "fulfilled_at",
    "outcome",
    "calendar_provisional",
)
OF_MILESTONES = ("responsible", "breached_due")
WHOSE = ("subject_id", "customer_id", "department", "responsible")
SINCE = pl.col("triggered_at")
DUE = pl.col("due_at")


@dataclass(frozen=True)
class JudgingContext:
    """What every rule is judged with: the cutoff, the clocks, the exemptions, the pauses (schema
    checks.judging.pauses.PAUSES), who acted, all rules by id, the topics, and the columns that the
    company records (checks.records.records).
    """

    cutoff: datetime
    clocks: Clocks
    exemptions: Exemptions
    pauses: pl.DataFrame
    doers: Doers
    rules: Mapping[str, Rule]
    topics: Mapping[str, Topic]
    overtime_of: str
    recorded: Mapping[str, Collection[str]]


def may_bind(rule: Rule, kind: SubjectKind, topics: Mapping[str, Topic]) -> pl.Expr:
    """Boolean, never null: whether the rule's conditions hold or may hold of a subject, so far as
    they ask neither for its tier nor for the rule's clock."""
    meanings = kind.conditions
    words = tuple(w for w in rule.when if not meanings[w.removeprefix("not ")].of_tier)
    cells = cells_fit(kind.table.by_name, rule.where)
    may = (applies(meanings, words, rule.undecided_when) & cells).fill_null(True)
    if kind.milestones and not topics[rule.topic].again_after_reopening:
        return may & (pl.col("cycle") == 1)
    return may


def obligations_of(
    rule: Rule, subjects: Subjects, frame: pl.LazyFrame, context: JudgingContext
) -> pl.LazyFrame:
    """The obligations of one rule in the order of `frame`: FOUND, and OF_MILESTONES where the
    kind of subject goes through milestones.

    frame: those of the frame of `subjects` that the rule may bind (`may_bind`), perhaps with what a
    first stage found. What the subject says of itself stays there: `presented` adds it to what is
    left in the end.
    """
    existing = _existing(rule, subjects, frame, context)
    if rule.excused_by:
        existing = existing.with_columns(tier_when_ringing=subjects.tier_at(pl.col("started_at")))
    topic = context.topics[rule.topic]
    by = Deciding(context.cutoff, context.clocks, context.rules, topic, context.recorded)
    decision = decide(rule, by)
    decided = existing.with_columns(
        fulfilled_at=decision.fulfilled_at,
        outcome=decision.outcome,
        calendar_provisional=context.clocks.provisional(rule, SINCE, DUE),
    )
    for correction in decision.corrections:
        decided = decided.with_columns(outcome=correction)
    adjusted = _adjusted(decided, rule, subjects.kind, context)
    if not subjects.kind.milestones:
        return adjusted.select(FOUND)
    return context.doers.acted(adjusted, rule).select(*FOUND, *OF_MILESTONES)


def presented(rule: Rule, found: pl.DataFrame, subjects: Subjects) -> pl.DataFrame:
    """Obligations of a rule (FOUND and more) in the words that people read: those columns of
    checks.concepts.OBLIGATIONS that are known of them.
    """
    whose = subjects.frame.select(name for name in WHOSE if name not in found.columns)
    names = {
        "rule_id": rule.id,
        "regulation": rule.regulation,
        "topic": rule.topic,
        "subject_type": subjects.kind.name,
    }
    verdict, reason = verdict_and_reason("outcome")
    facts = pl.concat([found, whose[found["subject"]]], how="horizontal").with_columns(
        verdict=verdict,
        reason=reason,
        **{column: pl.lit(name) for column, name in names.items()},
    )
    return facts.select(name for name in OBLIGATIONS.names() if name in facts.columns)


def _existing(
    rule: Rule, subjects: Subjects, frame: pl.LazyFrame, context: JudgingContext
) -> pl.LazyFrame:
    """The subjects that the rule binds: its conditions hold or may hold, its clock started, the
    tier has a limit."""
    meanings = subjects.kind.conditions
    cells = cells_fit(subjects.kind.table.by_name, rule.where)
    since, exact = subjects.start(rule)
    found = (
        frame.with_columns(triggered_at=since, triggered_at_precision=exact)
        .filter(SINCE.is_not_null())
        .with_columns(tier=subjects.tier_at(SINCE), doubtful=subjects.tiers.doubtful)
        .with_columns(
            applies=applies(meanings, rule.when, rule.undecided_when) & cells,
            limit=limit_amount(rule, SINCE),
        )
        .filter(pl.col("applies").fill_null(True) & binds(rule, SINCE, pl.col("limit")))
        .with_columns(due_at=context.clocks.due(rule, SINCE, pl.col("limit")))
    )
    if rule.stands:
        return with_pauses(rule, found, context.pauses, context.clocks)
    return found.with_columns(_travelled(rule.travel, meanings, context)) if rule.travel else found


def _travelled(travel: Travel, meanings: Meanings, context: JudgingContext) -> list[pl.Expr]:
    """`due_at` with the time that a technician may take to arrive, and whether the agreed time that
    decides it is unreadable.
    """
    goes = applies(meanings, (travel.when,))
    agrees = applies(meanings, (travel.agreed_when,)) & filled(travel.agreed)
    journey = limit_amount(context.rules[travel.limit_of], SINCE)
    allowance = DUE - SINCE
    from_agreed = pl.max_horizontal(SINCE, travel.agreed) + allowance
    due = (
        pl.when(goes & agrees)
        .then(pl.when(~unreadable(travel.agreed)).then(from_agreed))
        .when(goes)
        .then(DUE + pl.duration(seconds=journey))
        .otherwise(DUE)
    )
    return [
        due.alias("due_at"),
        (goes & agrees & unreadable(travel.agreed)).alias("travel_unreadable"),
    ]


def _adjusted(
    decided: pl.LazyFrame, rule: Rule, kind: SubjectKind, context: JudgingContext
) -> pl.LazyFrame:
    """Reopening, renegotiation, exemption and cancellation in turn.

    `breached_due` keeps the deadline of an overtime rule that was broken before anything eased the
    breach.
    """
    exempted = context.exemptions.applied(rule.id)
    if not kind.milestones:
        return decided.with_columns(outcome=exempted)
    counts = counts_as_overtime(rule, context.topics[rule.topic], context.overtime_of)
    broken = is_one_of("outcome", ["late", "overdue"]) & pl.lit(counts)
    return (
        decided.with_columns(outcome=reopened())
        .with_columns(breached_due=pl.when(broken).then("due_at"))
        .with_columns(renegotiated(rule, context.cutoff))
        .with_columns(outcome=exempted)
        .with_columns(outcome=cancelled(context.cutoff))
    )
