"""What fulfils an obligation: the milestone that ends the clock, or the evidence that a record must hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from checks.rulebook import Rule, end_columns
from checks.tables import TABLES
from checks.timeliness.cells import marked, unreadable
from checks.timeliness.chains import CHAINS, later_milestones
from checks.timeliness.conditions import CONDITIONS


@dataclass(frozen=True)
class End:
    """at: when it was fulfilled, or null; unreadable: the record holds something that nobody can read."""

    at: pl.Expr
    unreadable: pl.Expr


def _either(columns: Sequence[str]) -> End:
    """The earlier of those readable; unreadable only where none is readable and one is filled."""
    at = pl.min_horizontal(columns) if len(columns) > 1 else pl.col(columns[0])
    marks = [unreadable(c) for c in columns]
    return End(at, at.is_null() & pl.any_horizontal(marks))


def ticket_end(rule: Rule) -> End:
    """The fulfilment of a ticket step, by the roles that count and the condition that eases it."""
    end = _either(end_columns(rule.end))
    for condition, eased in rule.end_if.items():
        other, holds = _either(end_columns(eased)), CONDITIONS[condition]
        end = End(
            pl.when(holds).then(other.at).otherwise(end.at),
            pl.when(holds).then(other.unreadable).otherwise(end.unreadable),
        )
    if rule.by:
        counts = pl.col("followup_role").is_in(list(rule.by)).fill_null(False)
        end = End(pl.when(counts).then(end.at), end.unreadable)
    return end


def implied_by(rule: Rule) -> End | None:
    """The earliest later milestone of the ticket's chain, which shows that the step must have happened."""
    ends = end_columns(rule.end, *rule.end_if.values())
    kinds = [kind for kind in CHAINS if kind in rule.when] or list(CHAINS)
    at: pl.Expr = pl.lit(None, pl.Datetime("us"))
    unread: pl.Expr = pl.lit(False)
    later = {kind: columns for kind in kinds if (columns := later_milestones(kind, ends))}
    for kind, columns in later.items():
        of_kind, end = pl.col("kind") == kind, _either(columns)
        at = pl.when(of_kind).then(end.at).otherwise(at)
        unread = pl.when(of_kind).then(end.unreadable).otherwise(unread)
    return End(at, unread) if later else None


def evidence(rule: Rule) -> pl.Expr:
    """Whether the evidence is there: true, false, or null where it is unreadable. `a|b` either, `a & b` both."""
    join = pl.any_horizontal if "|" in rule.end else pl.all_horizontal
    return join([_present(column) for column in end_columns(rule.end)])


def _present(column: str) -> pl.Expr:
    cell = TABLES["tickets"].by_name[column]
    if cell.kind == "bool":
        return pl.col(column).fill_null(False)
    there = pl.col(column).is_not_null()
    return pl.when(~unreadable(column)).then(there) if cell.marked else there


def promise_unreadable(rule: Rule) -> pl.Expr:
    """Whether the promised time that the clock runs to is filled but unreadable."""
    return pl.col(marked(rule.promise)) if rule.promise else pl.lit(False)
