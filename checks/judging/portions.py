"""Subjects a portion at a time: what is judged together fits into memory, however long the
month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl

from checks.subjects.kind import Sources, SubjectKind


def portions(kind: SubjectKind, sources: Sources, at_once: int | None = None) -> Iterator[Sources]:
    """The sources of each portion of a kind's subjects, about `at_once` records each (default: as
    the kind says)."""
    table = kind.table.name
    records = sources.records[table].select(pl.len()).collect(engine="streaming").item()
    number = -(-records // (at_once or kind.at_once))
    if number < 2:
        yield sources
        return
    if ordered := kind.ordered_parts(sources.records[table]):
        for part in ordered:
            rows = part.collect(engine="streaming").lazy()
            yield replace(sources, records=sources.records.with_tables({table: rows}))
        return
    # By content, not by place: the order of the rows changes nothing.
    portion = pl.col(kind.key).hash() % number
    for first in range(0, number, kind.read_together):
        few = range(first, min(first + kind.read_together, number))
        read = _filtered(sources, kind.tables, portion.is_between(few[0], few[-1]))
        for n in few:
            mine = _filtered(read, kind.tables, portion == n)
            # What customers asked for stands by ticket, in no table of its own.
            asks = kind.key in sources.asked.collect_schema()
            yield replace(mine, asked=sources.asked.filter(portion == n)) if asks else mine


def _filtered(sources: Sources, tables: Iterable[str], those: pl.Expr) -> Sources:
    """The sources with only `those` rows of some tables, in memory."""
    kept = {
        name: sources.records[name].filter(those).collect(engine="streaming").lazy()
        for name in tables
    }
    return replace(sources, records=sources.records.with_tables(kept))
