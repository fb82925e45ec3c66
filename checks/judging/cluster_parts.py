"""Records in parts that can be judged apart: what belongs to one case stays together.

What belongs together the kind of subject says (SubjectKind.cases): a ticket and a conversation
stand alone, calls go with every customer and number that they connect. The parts of a month, judged
apart, are the month judged whole, row for row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from checks.law.rulebook import Rule
from checks.records.records import Records
from checks.subjects.kind import SubjectKind
from checks.subjects.registry import kinds, kinds_in


@dataclass(frozen=True)
class Part:
    """Part `number` (from 0) of `of`."""

    number: int
    of: int

    def holds(self, key: pl.Expr) -> pl.Expr:
        """Whether a text key falls into this part: its last six bytes as a number, the same on
        every machine."""
        return key.str.encode("hex").str.tail(12).str.to_integer(base=16) % self.of == self.number


def part_of(records: Records, part: Part) -> Records:
    """What judging the part needs: its own subjects, and the calls and messages that carry its
    tickets' numbers."""
    return records.with_tables(
        {
            name: _needed(records[name], kind, _own(kind, records, part), part)
            for kind in kinds()
            for name in kind.tables
        }
    )


def only_own(obligations: pl.DataFrame, records: Records, part: Part) -> pl.DataFrame:
    """Leave out obligations of calls and conversations that were there for a ticket's sake only."""
    for kind in kinds_in(obligations.lazy()):
        own = _own(kind, records, part)
        record = kind.record_of(pl.col("subject_id"))
        held = part.holds(record) if own is None else record.is_in(own.implode())
        obligations = obligations.filter((pl.col("subject_type") != kind.name) | held)
    return obligations


def together(parts: Sequence[pl.DataFrame], rules: Sequence[Rule]) -> pl.DataFrame:
    """The obligations of all parts in the order of an undivided judgement: (rule, subject_id)."""
    order = {rule.id: place for place, rule in enumerate(rules)}
    place = pl.col("rule_id").replace_strict(order, return_dtype=pl.UInt32)
    return pl.concat(parts).sort(place, "subject_id")


def _own(kind: SubjectKind, records: Records, part: Part) -> pl.Series | None:
    """The keys of the part's subjects of a kind; None where each key tells for itself."""
    cases = kind.cases(records)
    if cases is None:
        return None
    return cases.filter(part.holds(pl.col("case"))).select(kind.key).collect().to_series()


def _needed(
    rows: pl.LazyFrame, kind: SubjectKind, own: pl.Series | None, part: Part
) -> pl.LazyFrame:
    """The rows of the part's own subjects, and those that carry the number of one of its tickets:
    they may say when it was asked for."""
    key = pl.col(kind.key)
    mine = part.holds(key) if own is None else key.is_in(own.implode())
    if "ticket_id" in rows.collect_schema():
        mine = mine | part.holds(pl.col("ticket_id"))
    return rows.filter(mine.fill_null(False))
