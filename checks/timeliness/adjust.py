"""What changes a ticket's decided step, in turn: reopening, renegotiation, approved exemption, cancellation.

Each works on the outcome and the `due_at` that the one before left.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from checks.rulebook import Rule
from checks.timeliness.cells import unreadable
from checks.timeliness.outcomes import UNKNOWN, is_one_of, outcome

DUE, OUTCOME = pl.col("due_at"), pl.col("outcome")
RENEGOTIATED = pl.col("renegotiated_due_at")


def reopened() -> pl.Expr:
    """A step that was still open, and not late, when the customer's case was reopened is judged in the next cycle."""
    open_ = is_one_of("outcome", ["overdue", "missing", "pending"])
    in_time = DUE.is_null() | (pl.col("cycle_end") <= DUE)
    return (
        pl.when(open_ & pl.col("cycle_end").is_not_null() & in_time).then(outcome("exempt:reopened")).otherwise(OUTCOME)
    )


def renegotiated(rule: Rule, cutoff: datetime) -> list[pl.Expr]:
    """A new time limit for objective causes, accepted by the customer [TC 第八条(二)]: outcome and due_at."""
    if not rule.renegotiable:
        return []
    agreed = (
        is_one_of("outcome", ["late", "overdue"])
        & pl.col("overtime_cause").eq_missing(pl.lit("objective"))
        & pl.col("customer_accepted").fill_null(False)
        & (RENEGOTIATED > DUE)
    )
    kept = pl.col("fulfilled_at") <= RENEGOTIATED
    open_ = pl.col("fulfilled_at").is_null() & (cutoff <= RENEGOTIATED)
    return [
        pl.when(agreed & kept)
        .then(outcome("exempt:renegotiated"))
        .when(agreed & open_)
        .then(outcome("pending"))
        .otherwise(OUTCOME)
        .alias("outcome"),
        pl.when(agreed & ~kept.fill_null(False)).then(RENEGOTIATED).otherwise(DUE).alias("due_at"),
    ]


def cancelled(cutoff: datetime) -> pl.Expr:
    """A withdrawn request asks for nothing more, unless the deadline had passed before it was withdrawn."""
    at = pl.col("cancelled_at")
    undecided = is_one_of("outcome", ["pending", "overdue", "missing"])
    withdrawn = (at <= cutoff) & (undecided | is_one_of("outcome", UNKNOWN))
    passed_before = (at > DUE).fill_null(False)
    undated = at.is_null() & pl.col("status").eq_missing(pl.lit("cancelled"))
    return (
        pl.when(withdrawn & ~passed_before)
        .then(outcome("exempt:cancelled"))
        .when(undecided & unreadable("cancelled_at"))
        .then(outcome("unknown:unreadable"))
        .when(undecided & undated)
        .then(outcome("unknown:cancelled"))
        .otherwise(OUTCOME)
    )


def approved(obligations: pl.LazyFrame, exemptions: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
    """Apply exemptions that were approved in time, for the subject's rule or for all of its rules.

    obligations: rule_id, subject_id, due_at, outcome. The cancellation has been applied already; because approval
    comes before it in
    turn, an obligation that it exempted is exempt by approval instead.
    """
    before = exemptions.filter(pl.col("approved_at") <= cutoff)
    by_rule = before.group_by("subject_id", "rule_id").agg(approved_at=pl.col("approved_at").min())
    joined = obligations.join(
        by_rule.filter(pl.col("rule_id").is_not_null()), on=["subject_id", "rule_id"], how="left", maintain_order="left"
    ).join(
        by_rule.filter(pl.col("rule_id").is_null()).select("subject_id", approved_all="approved_at"),
        on="subject_id",
        how="left",
        maintain_order="left",
    )
    first = pl.min_horizontal("approved_at", "approved_all")
    eases = is_one_of("outcome", ["late", "overdue", "missing", "pending", *UNKNOWN, "exempt:cancelled"])
    in_time = first <= pl.coalesce("due_at", pl.lit(cutoff))
    return joined.with_columns(
        outcome=pl.when(eases & in_time).then(outcome("exempt:approved")).otherwise("outcome")
    ).drop("approved_at", "approved_all")
