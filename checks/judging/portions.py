"""Subjects a part at a time: what is judged together fits into memory, however long the month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import polars as pl

from checks.law.rulebook import Rule
from checks.parts import WHOLE, Part, hold
from checks.subjects.kind import Sources, SubjectKind


def portions(
    kind: SubjectKind, sources: Sources, at_once: int | None = None, of: Part = WHOLE
) -> Iterator[Sources]:
    """The sources of the subjects of a kind in a part of them, about `at_once` records at a time
    (default: as the kind says). What other subjects say of them stands beside (SubjectKind.beside),
    so that every subject can be judged in any part."""
    table = kind.table.name
    rows = sources.records[table]
    records = rows.select(pl.len()).collect(engine="streaming").item() // of.of
    parts = of.split(records, at_once or kind.at_once)
    if parts == [WHOLE]:
        yield sources
        return
    if ordered := kind.ordered_parts(rows):
        for each in ordered:
            mine = each if of == WHOLE else each.filter(of.holds(pl.col(kind.key)))
            kept = mine.collect(engine="streaming").lazy()
            yield replace(sources, records=sources.records.with_tables({table: kept}))
        return
    for first in range(0, len(parts), kind.read_together):
        few = parts[first : first + kind.read_together]
        read = sources if len(few) == 1 else _holding(sources, kind, few)
        for part in few:
            own = _holding(read, kind, [part])
            # What customers asked for stands by ticket, in no table of its own.
            asks = kind.key in sources.asked.collect_schema()
            asked = sources.asked.filter(part.holds(pl.col(kind.key))) if asks else sources.asked
            yield replace(own, asked=asked)


def together(parts: Sequence[pl.DataFrame], rules: Sequence[Rule]) -> pl.DataFrame:
    """The obligations of all parts in the order of an undivided judgement: (rule, subject_id)."""
    order = {rule.id: place for place, rule in enumerate(rules)}
    place = pl.col("rule_id").replace_strict(order, return_dtype=pl.UInt32)
    return pl.concat(parts).sort(place, "subject_id")


def _holding(sources: Sources, kind: SubjectKind, parts: Sequence[Part]) -> Sources:
    """The sources with only the rows of these parts in the tables of the kind, in memory."""
    held = hold(parts, pl.col(kind.key))
    kept = {
        name: sources.records[name].filter(held).collect(engine="streaming").lazy()
        for name in kind.tables
    }
    return replace(sources, records=sources.records.with_tables(kept))
