"""What fulfils an obligation: the milestone that ends the clock, or the evidence that a record must
hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from checks.law.milestone_order import CHAINS, later_milestones
from checks.law.rulebook import Rule, end_columns
from checks.records.as_of_cutoff import (
    at_of,
    earliest,
    exactness_of,
    filled,
    marked,
    stamp,
    unreadable,
)
from checks.records.tables import PRECISION, Column
from checks.subjects.kind import SubjectKind

EXACT = pl.lit(0, PRECISION)


@dataclass(frozen=True)
class End:
    """at: when it was fulfilled, or null; precision: how exactly that is known, in seconds;
    unreadable: the record holds something that nobody can read."""

    at: pl.Expr
    precision: pl.Expr
    unreadable: pl.Expr


def _either(columns: Sequence[str], kind: SubjectKind) -> End:
    """The earlier of those readable; unreadable only where none is readable and one is filled."""
    at, precision = earliest(columns)
    # What is worked out from other cells (the first reply of a session) has no cell to be misread.
    cells = [kind.table.by_name[c] for c in columns if c in kind.table.by_name]
    marks = [pl.lit(False), *(unreadable(cell.name) for cell in cells if cell.marked)]
    return End(at, precision, at.is_null() & pl.any_horizontal(marks))


def recorded_end(rule: Rule) -> End:
    """The fulfilment of a step, by the roles that count and the condition that eases it."""
    kind = rule.kind
    end = _either(end_columns(rule.end), kind)
    for condition, eased in rule.end_if.items():
        other, holds = _either(end_columns(eased), kind), kind.conditions[condition].holds
        end = End(
            *(
                pl.when(holds).then(b).otherwise(a)
                for a, b in zip(_parts(end), _parts(other), strict=True)
            )
        )
    if rule.by:
        counts = pl.col("followup_role").is_in(list(rule.by)).fill_null(False)
        end = End(pl.when(counts).then(end.at), end.precision, end.unreadable)
    return end


def _parts(end: End) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    return end.at, end.precision, end.unreadable


def implied_by(rule: Rule, zone: str | None) -> End | None:
    """The earliest later milestone of the ticket's chain, which shows that the step must have
    happened; `zone`: of the instants (checks.local_time)."""
    ends = end_columns(rule.end, *rule.end_if.values())
    kinds = [kind for kind in CHAINS if kind in rule.when] or list(CHAINS)
    later = {kind: columns for kind in kinds if (columns := later_milestones(kind, ends))}
    first: pl.Expr = pl.lit(None, pl.Int64)
    unread: pl.Expr = pl.lit(False)
    for kind, columns in later.items():
        of_kind, stamps = pl.col("kind") == kind, [stamp(column) for column in columns]
        earlier = pl.min_horizontal(stamps)
        marks = pl.any_horizontal([unreadable(column) for column in columns])
        first = pl.when(of_kind).then(earlier).otherwise(first)
        unread = pl.when(of_kind).then(earlier.is_null() & marks).otherwise(unread)
    return End(at_of(first, zone), exactness_of(first), unread) if later else None


def evidence(rule: Rule) -> pl.Expr:
    """Whether the evidence is there: true, false, or null where it is unreadable. `a|b` either, `a
    & b` both."""
    join = pl.any_horizontal if "|" in rule.end else pl.all_horizontal
    cells = rule.kind.table.by_name
    return join([_present(cells[column]) for column in end_columns(rule.end)])


def _present(cell: Column) -> pl.Expr:
    if cell.kind == "bool":
        return pl.col(cell.name).fill_null(False)
    there = pl.col(cell.name).is_not_null()
    return pl.when(~unreadable(cell.name)).then(there) if cell.marked else there


def not_recorded(rule: Rule, recorded: Collection[str]) -> pl.Expr:
    """Whether the company records nothing that could show that a step was done or its evidence
    is there.

    recorded: the columns of the subject's table that the company records. Of one end, or of `a|b`,
    none is recorded; of `a & b` one is not, and every one that is recorded is filled, so that the
    rest could not be told.
    """
    missing = _not_shown(rule.end, rule, recorded)
    for condition, eased in rule.end_if.items():
        holds = rule.kind.conditions[condition].holds.fill_null(False)
        missing = pl.when(holds).then(_not_shown(eased, rule, recorded)).otherwise(missing)
    return missing


def _not_shown(end: str, rule: Rule, recorded: Collection[str]) -> pl.Expr:
    columns = [*end_columns(end), *(["followup_role"] if rule.by else [])]
    cells = rule.kind.table.by_name
    there = [column for column in columns if column in recorded]
    if "&" in end or rule.by:
        lacking = len(there) < len(columns)
        return pl.all_horizontal([pl.lit(lacking), *(_filled(cells[c]) for c in there)])
    return pl.lit(not there)


def _filled(cell: Column) -> pl.Expr:
    if cell.kind == "bool":
        return pl.col(cell.name).fill_null(False)
    return filled(cell.name) if cell.marked else pl.col(cell.name).is_not_null()


def promise_unreadable(rule: Rule) -> pl.Expr:
    """Whether the promised time that the clock runs to is filled but unreadable."""
    return pl.col(marked(rule.promise)) if rule.promise else pl.lit(False)
