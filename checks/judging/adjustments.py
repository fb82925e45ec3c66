"""What changes a ticket's decided step, in turn: reopening, renegotiation, approved exemption,
cancellation.

Each works on the outcome and the `due_at` that the one before left.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from checks.judging.outcomes import UNKNOWN, is_one_of, outcome
from checks.law.rulebook import Rule
from checks.records.as_of_cutoff import unreadable

DUE, OUTCOME = pl.col("due_at"), pl.col("outcome")
RENEGOTIATED = pl.col("renegotiated_due_at")


def reopened() -> pl.Expr:
    """A step that was still open, and not late, when the customer's case was reopened is judged in
    the next cycle."""
    open_ = is_one_of("outcome", ["overdue", "missing", "pending"])
    in_time = DUE.is_null() | (pl.col("cycle_end") <= DUE)
    return (
        pl.when(open_ & pl.col("cycle_end").is_not_null() & in_time)
        .then(outcome("exempt:reopened"))
        .otherwise(OUTCOME)
    )


def renegotiated(rule: Rule, cutoff: datetime) -> list[pl.Expr]:
    """A new time limit for objective causes, accepted by the customer [TC 第八条(二)]: outcome and
    due_at."""
    if not rule.renegotiable:
        return []
    accepted = (
        is_one_of("outcome", ["late", "overdue"])
        & pl.col("overtime_cause").eq_missing(pl.lit("objective"))
        & pl.col("customer_accepted").fill_null(False)
    )
    agreed = accepted & (RENEGOTIATED > DUE)
    kept = pl.col("fulfilled_at") <= RENEGOTIATED
    open_ = pl.col("fulfilled_at").is_null() & (cutoff <= RENEGOTIATED)
    return [
        pl.when(agreed & kept)
        .then(outcome("exempt:renegotiated"))
        .when(agreed & open_)
        .then(outcome("pending"))
        .when(accepted & unreadable("renegotiated_due_at"))
        .then(outcome("unknown:unreadable"))
        .otherwise(OUTCOME)
        .alias("outcome"),
        pl.when(agreed & ~kept.fill_null(False)).then(RENEGOTIATED).otherwise(DUE).alias("due_at"),
    ]


def cancelled(cutoff: datetime) -> pl.Expr:
    """A withdrawn request asks for nothing more, unless the deadline had passed before it was
    withdrawn."""
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
