"""Every kind of subject by name. A kind that is not declared here is an error, never left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

import polars as pl

from checks.records.tables import TABLES, Column
from checks.subjects.call import CALL
from checks.subjects.kind import SubjectKind
from checks.subjects.session import SESSION
from checks.subjects.ticket import TICKET
from checks.subjects.turn import TURN
from checks.subjects.update import UPDATE

KINDS: Final[dict[str, SubjectKind]] = {}
"""By name, in the order in which they are judged."""


def declare(kind: SubjectKind) -> None:
    """Make a kind known, and its table where that is new. Raises ValueError: the name is taken, the
    table is another one than is known by its name, or it lacks a column that the kind names."""
    if kind.name in KINDS:
        raise ValueError(f"a kind of subject {kind.name!r} is declared already")
    table, whose = kind.table, f"kind of subject {kind.name!r}"
    if TABLES.get(table.name, table) != table:
        raise ValueError(f"{whose}: there is another table of the name {table.name}")
    named = {kind.key, kind.begins, kind.person, kind.completed} - {"", *kind.derived_starts}
    if lacking := sorted(named - table.by_name.keys()):
        raise ValueError(f"{whose}: table {table.name} has no column {', '.join(lacking)}")
    TABLES.setdefault(table.name, table)
    KINDS[kind.name] = kind


SHIPPED_TABLES: Final = frozenset(TABLES)
for _kind in (CALL, SESSION, TURN, TICKET, UPDATE):
    declare(_kind)
SHIPPED: Final = frozenset(KINDS)
_SAID: Final[dict[str, object]] = {}
"""What packages said of the kinds that they declared, by name."""


def redeclare(name: str, said: object, made: Callable[[], SubjectKind]) -> None:
    """Make a package's kind known, in place of what was said of that name before; `said`: all that
    it is made of, so that one said again stays. Raises ValueError: it is a shipped kind, or its
    table is another kind's."""
    if name in SHIPPED:
        raise ValueError(f"{name} is a kind of subject already; name another")
    if name in KINDS and _SAID.get(name) == said:
        return
    if name in _SAID:
        TABLES.pop(KINDS.pop(name).table.name)
        del _SAID[name]
    declare(made())
    _SAID[name] = said


def keep(table: str, names: Iterable[str]) -> None:
    """Add columns of text to a table, which an export has beside ours; rules may ask for them."""
    known = TABLES[table]
    added = [name for name in dict.fromkeys(names) if name not in known.by_name]
    if not added:
        return
    wider = replace(known, columns=(*known.columns, *(Column(name, "text") for name in added)))
    TABLES[table] = wider
    for name, kind in KINDS.items():
        if kind.table.name == table:
            KINDS[name] = replace(kind, table=wider)


def kinds() -> tuple[SubjectKind, ...]:
    """All kinds, in the order in which they are judged."""
    return tuple(KINDS.values())


def kind_of(name: str) -> SubjectKind:
    """The kind of this name. Raises ValueError: there is none."""
    if name not in KINDS:
        raise ValueError(f"unknown kind of subject {name!r}; known: {', '.join(KINDS)}")
    return KINDS[name]


def kinds_in(rows: pl.LazyFrame) -> tuple[SubjectKind, ...]:
    """The kinds that the rows (`subject_type`) are about, in order. Raises ValueError: one of them
    is unknown."""
    names = rows.select(pl.col("subject_type").unique()).collect(engine="streaming").to_series()
    found = {kind_of(name) for name in names.cast(pl.String)}
    return tuple(kind for kind in kinds() if kind in found)


def record_of(rows: pl.LazyFrame) -> pl.Expr:
    """The record behind the subject of each of the rows (subject_type, subject_id), whatever its
    kind. Raises ValueError: a kind is unknown."""
    record = pl.lit(None, pl.String)
    for kind in kinds_in(rows):
        mine = pl.col("subject_type") == kind.name
        record = pl.when(mine).then(kind.record_of(pl.col("subject_id"))).otherwise(record)
    return record


def word(name: str, lang: str) -> str:
    """What a kind calls itself, a condition or an instant of its own; KeyError where none does."""
    own = (kind.words[name] for kind in kinds() if name in kind.words)
    return next(own, {})[lang]
