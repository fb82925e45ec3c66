"""Is a record complete? One verdict per record, from the very checks that the suites ask of its
fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Final

import polars as pl

from checks.closing.facts import UNASSIGNED, UNKNOWN
from checks.completeness.suite import Check, Wanted, Where
from checks.records.as_of_cutoff import cut, instants, unreadable
from checks.records.periods import Periods
from checks.records.tables import TABLES
from checks.subjects.registry import SHIPPED_TABLES, kinds

_SHIPPED: Final[dict[str, tuple[str | None, str | None]]] = {
    "customers": (None, None),
    "calls": ("started_at", "agent_id"),
    "chats": ("sent_at", "sender_id"),
    "tickets": ("opened_at", "handler_id"),
}
VERDICTS: Final = ("complete", "incomplete", "undecidable")


def judged_tables() -> dict[str, tuple[str | None, str | None]]:
    """Tables whose records get a verdict, those that packages declare included: what places a
    record in a period (None: every record belongs to every period), and who wrote it."""
    own = (kind for kind in kinds() if kind.table.name not in SHIPPED_TABLES)
    return _SHIPPED | {kind.table.name: (kind.begins, kind.person or None) for kind in own}


def required(checks: Sequence[Check], table: str) -> list[Check]:
    """The checks of a table that ask for a field to be filled."""
    return [
        c
        for c in checks
        if c.table == table
        and c.kind == "filled"
        and not TABLES[table].by_name[c.columns[0]].required
    ]


def with_verdicts(frame: pl.LazyFrame, checks: Sequence[Check], cutoff: datetime) -> pl.LazyFrame:
    """Add to a table's rows, for each check of `required` by its place n: asked_n, missing_n,
    unclear_n (Boolean), and
    `completeness`: incomplete when a field is missing, else undecidable when one can't be decided,
    else complete.

    Events later than the cutoff have not happened yet. An unreadable cell is neither missing nor
    there.
    """
    if not checks:
        return frame.with_columns(completeness=pl.lit("complete"))
    table = checks[0].table
    states = {}
    for n, check in enumerate(checks):
        asked, doubtful = _asked(check.where, table), _doubtful(check.where, table)
        column = check.columns[0]
        blurred = unreadable(column) if TABLES[table].by_name[column].marked else pl.lit(False)
        empty = pl.col(column).is_null() & ~blurred
        states[f"asked_{n}"] = asked
        states[f"missing_{n}"] = asked & ~doubtful & empty
        states[f"unclear_{n}"] = (asked & blurred) | (doubtful & empty)
    missing, unclear = (
        reduce(or_, (pl.col(f"{state}_{n}") for n in range(len(checks))))
        for state in ("missing", "unclear")
    )
    verdict = pl.when(missing).then(pl.lit("incomplete")).when(unclear).then(pl.lit("undecidable"))
    return (
        frame.with_columns(cut(instants(table), cutoff))
        .with_columns(**states)
        .with_columns(completeness=verdict.otherwise(pl.lit("complete")))
    )


def with_groups(frame: pl.LazyFrame, table: str, master: Periods) -> pl.LazyFrame:
    """Add `group_tier`, `group_department`, `group_person`: by the master at the record's time,
    else as written."""
    at, written_by = judged_tables()[table]
    columns = TABLES[table].by_name
    if at and "customer_id" in columns:
        frame = master.attach(frame)
        tier = pl.coalesce(master.at(pl.col(at)), *(["tier"] if "tier" in columns else []))
    else:
        tier = pl.col("tier") if "tier" in columns else pl.lit(None, pl.String)
    person = pl.col(written_by) if written_by else pl.lit(None, pl.String)
    if table == "chats":  # a customer's own number is no person of ours
        person = pl.when(pl.col("sender") == "agent").then(person)
    department = pl.col("department") if "department" in columns else pl.lit(None, pl.String)
    return frame.with_columns(
        group_tier=tier.fill_null(UNKNOWN),
        group_department=department.fill_null(UNASSIGNED),
        group_person=person.fill_null(UNASSIGNED),
    )


def missing_fields(checks: Sequence[Check]) -> pl.Expr:
    """The names of the fields that a row lacks, separated by spaces."""
    named = [pl.when(f"missing_{n}").then(pl.lit(c.columns[0])) for n, c in enumerate(checks)]
    return pl.concat_str(named, separator=" ", ignore_nulls=True) if named else pl.lit("")


def _asked(where: Where, table: str) -> pl.Expr:
    """Whether the row is one that the check is asked of; a cell in doubt counts as filled."""
    conditions = [
        _holds(name, wanted, table)
        for name, wanted in where.items()
        if not name.endswith("_unreadable")
    ]
    return reduce(and_, conditions, pl.lit(True))


def _holds(name: str, wanted: Wanted, table: str) -> pl.Expr:
    column = pl.col(name)
    filled = (
        column.is_not_null() | unreadable(name)
        if TABLES[table].by_name[name].marked
        else column.is_not_null()
    )
    if wanted == "filled":
        return filled
    if wanted == "empty":
        return ~filled
    if isinstance(wanted, bool):
        return column.eq_missing(wanted)
    return column.is_in(list(wanted)).fill_null(False)


def _doubtful(where: Where, table: str) -> pl.Expr:
    """Whether an unreadable cell leaves open if the row is asked."""
    named = [
        name
        for name in where
        if name in TABLES[table].by_name and TABLES[table].by_name[name].marked
    ]
    return reduce(or_, (unreadable(name) for name in named), pl.lit(False)) & _asked(where, table)
