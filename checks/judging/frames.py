"""The subjects of each kind as of a cutoff: calls, chat sessions, ticket cycles, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from checks.judging.exemptions import Exemptions, exemptions_as_of
from checks.judging.pauses import pauses_as_of
from checks.judging.tiers import tiers
from checks.law.rulebook import Rule, Rulebooks, end_columns
from checks.records.as_of_cutoff import marked, precision_of
from checks.records.periods import Periods, periods
from checks.records.records import Records
from checks.records.tables import PRECISION, TABLES
from checks.subjects.kind import Sources, SubjectKind
from checks.subjects.lost import lost
from checks.subjects.phone_numbers import customer_by_number
from checks.subjects.tickets import first_asked

_READ: Final = frozenset(
    {"department", "number", "contact", "text", "subject_type", "reason", "accepted_objection"}
)
"""Columns of free text that judging reads whatever the rules name."""


@dataclass(frozen=True)
class Subjects:
    """One kind of subject: `frame` has one row each, in order of subject_id, numbered by
    `subject`."""

    kind: SubjectKind
    frame: pl.DataFrame
    tiers: Periods

    def tier_at(self, instant: pl.Expr) -> pl.Expr:
        """The tier of each subject's customer at that time; null where nobody can say."""
        return self.kind.tier_at(self.tiers, instant)

    def start(self, rule: Rule) -> tuple[pl.Expr, pl.Expr]:
        """When the rule's clock starts, and how exact that is; evidence is owed from the subject's
        beginning on where its own start is not readable.
        """
        name = self.kind.start_by_end.get(rule.end, rule.start)
        start = pl.col(name)
        if rule.clock == "presence":
            return pl.coalesce(start, self.kind.begins), pl.lit(0, PRECISION)
        # Overtime begins at a deadline, which is exact.
        return start, pl.lit(0, PRECISION) if name == "overtime_since" else pl.col(
            precision_of(name)
        )


def sources_of(
    records: Records, rulebooks: Rulebooks, ring_cycle: timedelta, courtesy: tuple[str, ...]
) -> Sources:
    """The records made ready for judging by these rules."""
    rules, amounts = rulebooks.rules, rulebooks.parameters
    callers = customer_by_number(records["customers"], records["customer_contacts"])
    return Sources(
        records.with_tables({name: _needed(name, frame, rules) for name, frame in records.items()}),
        tiers(records["customers"]),
        periods(records["staff"], "staff_id", "department"),
        lost(records),
        callers.collect().lazy(),
        first_asked(records).collect(engine="streaming").lazy(),
        ring_cycle,
        courtesy,
        amounts.mere_greeting,
        amounts.session_gap,
        amounts.on_the_spot,
        amounts.same_episode,
        rulebooks.updates,
    )


def _needed(name: str, frame: pl.LazyFrame, rules: Sequence[Rule]) -> pl.LazyFrame:
    """Without the columns of free text that no rule names, and without where a row came from: they
    cost memory."""
    named = {column for rule in rules for column in end_columns(rule.end, *rule.end_if.values())}
    named |= {column for rule in rules for column in rule.where}
    free = {c.name for c in TABLES[name].columns if c.kind == "text" and not c.name.endswith("_id")}
    unread = free - named - _READ
    marks = [marked(column) for column in unread if TABLES[name].by_name[column].marked]
    return frame.drop("_file", "_row", *unread, *marks)


@dataclass(frozen=True)
class CutoffContext:
    """What is known as of a cutoff beside a portion of subjects, from all records: exemptions,
    pauses, and what the kind of subject asks for (SubjectKind.beside)."""

    cutoff: datetime
    exemptions: Exemptions
    pauses: pl.DataFrame
    of_kind: pl.LazyFrame


def cutoff_context(
    kind: SubjectKind, sources: Sources, rulebooks: Rulebooks, cutoff: datetime
) -> CutoffContext:
    """What is known beside the portions of one kind of subject."""
    return CutoffContext(
        cutoff,
        exemptions_as_of(sources.records["exemptions"], cutoff),
        pauses_as_of(kind, sources.records, rulebooks.pause_reasons, cutoff),
        kind.beside(sources, cutoff),
    )


def subjects_as_of(kind: SubjectKind, sources: Sources, known: CutoffContext) -> Subjects:
    """Every subject of a kind that exists as of the cutoff, with its customer's tiers and its
    exemptions."""
    frame = kind.frame(sources, known.of_kind, known.cutoff)
    frame = frame.with_columns(customer_lost=sources.lost.of_customer())
    attached = known.exemptions.attach(sources.tiers.attach(frame))
    return Subjects(
        kind, attached.sort("subject_id").with_row_index("subject").collect(), sources.tiers
    )
