"""A rule of the rulebook compiled into Polars expressions over the frame of its subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from checks.rulebook import Rule
from checks.timeliness.adjust import cancelled, renegotiated, reopened
from checks.timeliness.clocks import Clocks
from checks.timeliness.conditions import applies
from checks.timeliness.decide import decide
from checks.timeliness.limits import binds, limit_amount
from checks.timeliness.outcomes import is_one_of
from checks.timeliness.overtime import counts_as_overtime
from checks.timeliness.tickets import LATER_CYCLE_TOPICS
from checks.timeliness.tiers import Tiers

RESULT = (
    "rule", "subject", "triggered_at", "due_at", "fulfilled_at", "outcome", "tier", "calendar_provisional",
    "breached_due",
)  # fmt: skip
NEEDS_TIER = frozenset({"core_away"})


@dataclass(frozen=True)
class Subject:
    """One kind of subject as of a cutoff: its frame, one row per subject, and who tells its tier."""

    type: str
    frame: pl.DataFrame
    tiers: Tiers

    def tier_at(self, instant: pl.Expr) -> pl.Expr:
        """The tier that the master tells; else what the ticket's form says; an unnamed caller is a potential
        customer.
        """
        master = self.tiers.at(instant)
        if self.type == "ticket":
            return pl.when(~self.tiers.doubtful).then(pl.coalesce(master, "form_tier"))
        return pl.when(pl.col("customer_id").is_null()).then(pl.lit("potential")).otherwise(master)

    def start(self, rule: Rule) -> pl.Expr:
        """When the rule's clock starts; evidence is owed from the request on where its own start is not readable."""
        if rule.end == "callback_placed":
            return pl.col("callback_start")
        start = pl.col(rule.start)
        return pl.coalesce(start, "requested_at") if rule.clock == "presence" else start


def obligations_of(
    number: int,
    rule: Rule,
    subject: Subject,
    frame: pl.LazyFrame,
    rulebook: Sequence[Rule],
    cutoff: datetime,
    clocks: Clocks,
) -> pl.LazyFrame:
    """The obligations of one rule, columns RESULT.

    frame: the subject's frame with its row number `subject`; number: the rule's place in the governing order;
    rulebook: every rule on this kind of subject.
    """
    since = pl.col("triggered_at")
    words = tuple(w for w in rule.when if w.removeprefix("not ") not in NEEDS_TIER)
    chosen = frame.filter(applies(words).fill_null(True))
    if subject.type == "ticket" and rule.topic not in LATER_CYCLE_TOPICS:
        chosen = chosen.filter(pl.col("cycle") == 1)
    existing = (
        chosen.with_columns(triggered_at=subject.start(rule))
        .filter(since.is_not_null())
        .with_columns(tier=subject.tier_at(since), doubtful=subject.tiers.doubtful)
        .with_columns(applies=applies(rule.when), limit=limit_amount(rule, since))
        .filter(pl.col("applies").fill_null(True) & binds(rule, since, pl.col("limit")))
        .with_columns(due_at=clocks.due(rule, since, pl.col("limit")))
    )
    if rule.end == "callback_placed":
        existing = existing.with_columns(tier_when_ringing=subject.tier_at(pl.col("started_at")))
    own = [r for r in rulebook if r.regulation == rule.regulation]
    decision = decide(rule, own, cutoff, clocks)
    decided = existing.with_columns(
        fulfilled_at=decision.fulfilled_at,
        outcome=decision.outcome,
        calendar_provisional=clocks.provisional(rule, since, pl.col("due_at")),
    )
    adjusted = _adjusted(decided, rule, cutoff) if subject.type == "ticket" else decided.with_columns(_NO_BREACH)
    return adjusted.with_columns(rule=pl.lit(number, pl.UInt16)).select(RESULT)


_NO_BREACH = pl.lit(None, pl.Datetime("us")).alias("breached_due")


def _adjusted(decided: pl.LazyFrame, rule: Rule, cutoff: datetime) -> pl.LazyFrame:
    """Reopening, renegotiation and cancellation in turn; `breached_due` keeps the deadline broken before anything
    eased it.
    """
    broken = is_one_of("outcome", ["late", "overdue"])
    breach = pl.when(broken).then("due_at").alias("breached_due") if counts_as_overtime(rule) else _NO_BREACH
    return (
        decided.with_columns(outcome=reopened())
        .with_columns(breach)
        .with_columns(renegotiated(rule, cutoff))
        .with_columns(outcome=cancelled(cutoff))
    )
