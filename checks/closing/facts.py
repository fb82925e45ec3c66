"""Obligations made ready for counting: each row joined with its rule, its channel and the ticket
that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

import polars as pl

from checks.concepts import TIMED_CLOCKS, Period
from checks.judging import Records
from checks.judging.governing import Governing
from checks.law.calendar import Calendar
from checks.law.rulebook import Rulebooks
from checks.records.as_of_cutoff import precision_of
from checks.subjects.courtesy_words import COURTESY
from checks.subjects.registry import kinds_in
from checks.subjects.sessions import parts
from checks.subjects.ticket import TICKET
from checks.subjects.tickets import first_asked
from checks.subjects.turns import turn_frame

UNASSIGNED: Final = "unassigned"
"""The department and person of an obligation that has no owner: a row of its own, never put on
someone."""
UNKNOWN: Final = "unknown"
"""The tier or channel that the records do not give."""
ACT: Final = ("subject_type", "subject_id", "topic")
"""What several regulations may bind at once, and what a finding is about."""


WORDS: Final = (
    "rule_id",
    "regulation",
    "topic",
    "subject_type",
    "tier",
    "department",
    "responsible",
    "verdict",
    "reason",
)
"""Columns of few values each: as categories they take little memory and are compared as numbers."""


def in_memory(frame: pl.LazyFrame) -> pl.LazyFrame:
    """The frame computed once, waiting in memory."""
    return frame.collect(engine="streaming").lazy()


@dataclass(frozen=True)
class Closing:
    """What one closing has judged, on which records, by which rules.

    `obligations` have the schema OBLIGATIONS, `records` that of TABLES; `provided` names the tables
    that were there. `keep` computes a frame that is asked often once, and says where it waits.
    `governing`: by what the obligations were marked that govern their act.
    """

    obligations: pl.LazyFrame
    rulebooks: Rulebooks
    records: Records
    provided: frozenset[str]
    period: Period
    calendar: Calendar = field(default_factory=lambda: Calendar({}))
    keep: Callable[[pl.LazyFrame], pl.LazyFrame] = in_memory
    governing: Governing = "strictest"

    @cached_property
    def rules(self) -> pl.DataFrame:
        """One row per rule in governing order: rule_id, article, clock, renegotiable, rule_order
        (UInt32), timed."""
        rows = [
            (rule.id, rule.article, rule.clock_kind, rule.renegotiable)
            for rule in self.rulebooks.rules
        ]
        frame = pl.DataFrame(rows, schema=_RULE_FACTS, orient="row").with_row_index("rule_order")
        return frame.with_columns(timed=pl.col("clock").is_in(TIMED_CLOCKS))

    @cached_property
    def facts(self) -> pl.LazyFrame:
        """Obligations with what their rule says, their WORDS as categories; worked out once for all
        that count them."""
        typed = pl.col(WORDS).cast(pl.Categorical)
        rules = self.rules.lazy().with_columns(pl.col("rule_id", "article").cast(pl.Categorical))
        ruled = self.obligations.with_columns(typed).join(
            rules, on="rule_id", how="left", maintain_order="left"
        )
        return self.keep(ruled)

    @cached_property
    def asked(self) -> pl.LazyFrame:
        """When tickets were first asked for (checks.subjects.tickets.first_asked)."""
        return self.keep(first_asked(self.records))

    @cached_property
    def turns(self) -> pl.LazyFrame:
        """The questions that customers asked in chats within the period, as of the cutoff, mere
        courtesies among them (checks.subjects.turns): subject_id, asked_at, answered_at,
        courtesy_only, opens, and `exact`: both times to the second."""
        period, amounts = self.period, self.rulebooks.parameters
        chats = self.records["chats"].filter(pl.col("sent_at") <= period.cutoff)
        exact = pl.sum_horizontal(map(precision_of, ("asked_at", "answered_at"))) == 0
        found = [
            turn_frame(part, COURTESY, amounts.mere_greeting, amounts.session_gap)
            .filter(pl.col("asked_at").is_between(period.start, period.end, closed="left"))
            .select("subject_id", "asked_at", "answered_at", "courtesy_only", "opens", exact=exact)
            for part in parts(chats)
        ]
        return self.keep(pl.concat(found))

    @cached_property
    def ticket_facts(self) -> pl.LazyFrame:
        """The facts about tickets, with `ticket_id`."""
        return TICKET.of(self.facts)


_RULE_FACTS: Final = {
    "rule_id": pl.String,
    "article": pl.String,
    "clock": pl.String,
    "renegotiable": pl.Boolean,
}


def with_channel(facts: pl.LazyFrame, records: Records) -> pl.LazyFrame:
    """Adds `channel`: as the kind of subject tells it (phone for calls, else as the ticket or the
    conversation has it), null where nothing does. Raises ValueError: a kind is unknown."""
    found = [kind.with_channel(kind.of(facts), records).drop(kind.key) for kind in kinds_in(facts)]
    return pl.concat(found) if found else facts.with_columns(channel=pl.lit(None, pl.String))


def as_words(frame: pl.DataFrame) -> pl.DataFrame:
    """Categories as the text that they stand for: counts and cases are passed on in words."""
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


def overrun_seconds(cutoff: datetime) -> pl.Expr:
    """Whole seconds past the deadline (Int64, at least 1) of late and still overdue obligations.

    Null on presence and ring clocks, which have no duration to overrun.
    """
    end = pl.when(verdict="late").then("fulfilled_at").when(verdict="overdue").then(pl.lit(cutoff))
    over = (end - pl.col("due_at")).dt.total_microseconds()
    return pl.when(pl.col("timed") & (pl.col("clock") != "rings")).then(
        ((over + 500_000) // 1_000_000).clip(lower_bound=1)
    )
