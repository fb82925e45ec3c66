"""What a kind of subject is: everything that judging, counting and explaining ask of a call, a chat
session or a ticket, in one declaration.

A kind on a table of its own whose rows are the subjects fills in the fields; where its subjects are
more than rows it overrides methods too. `checks.subjects.registry` knows all kinds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from checks.concepts import VIOLATIONS
from checks.records.as_of_cutoff import cut, instants
from checks.records.periods import Periods
from checks.records.records import Records
from checks.records.tables import Table
from checks.subjects.conditions import Meanings
from checks.subjects.lost import Lost

_NUMBER: Final = r"#\d+$"
Tables = list[tuple[str, pl.LazyFrame]]


@dataclass(frozen=True)
class Sources:
    """What subjects are made from, whatever the cutoff: `records` with the columns that judging
    needs, customers' tiers, staff's departments, what quarantined rows name, callers' customers
    (phone_numbers.customer_by_number), when tickets were first asked for (tickets.first_asked), and
    the amounts of the law that make subjects (checks.law.parameters). updates: the events that
    tell a customer how a ticket stands.
    """

    records: Records
    tiers: Periods
    staff: Periods
    lost: Lost
    callers: pl.LazyFrame
    asked: pl.LazyFrame
    ring_cycle: timedelta
    courtesy: tuple[str, ...]
    greetings: tuple[str, ...]
    session_gap: timedelta
    on_the_spot: timedelta
    same_episode: timedelta
    updates: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class SubjectKind:
    """A kind of subject, by its `name` in rules and obligations.

    table, key: the table that its subjects come from, and the column that names them there.
    begins: when a subject begins, an instant of its frame; evidence is owed from then on.
    person: the column of the table that names who is responsible. completed: the optional instant
    after which evidence that is not there is missing; without one it knows no presence rule.
    conditions: what `when` may ask.
    derived_starts, derived_ends: instants that its frame adds to those of the table, each with its
    `_precision`. start_by_end: the start of rules with that end, whatever the rule says.
    from_columns: whether the table's own columns start and end clocks. shown_by: the columns that
    show that any of its rules was kept; None: those that the rule names as its end.
    numbered: whether its ids are those of a record with `#N`. rows_with: other tables of which a
    row belongs to one subject. linked: other tables that carry the key.
    milestones: whether it goes through milestones, in cycles: implied steps, reopening,
    renegotiation, cancellation, overtime, and who acted. rings: whether it can ring. by_number:
    whether a telephone number names its customer.
    needless: what the words of a topic's `needless_when` mean.
    excuses: what lets an obligation go, with the outcome, before its end is looked at.
    unsettled: the outcomes that a quarantined row of the subject makes unknown.
    at_once: records whose obligations are judged together. read_together: portions that are read
    together, for each reading goes through the whole month.
    words: its name, conditions and derived instants in zh and en, where the wording of
    checks/explanations has none. aliases: how exports call its table, where that is its own, in
    the shape of checks/records/aliases.
    """

    name: str
    table: Table
    key: str
    begins: str
    person: str = ""
    completed: str = ""
    conditions: Meanings
    derived_starts: tuple[str, ...] = ()
    derived_ends: tuple[str, ...] = ()
    start_by_end: Mapping[str, str] = field(default_factory=dict)
    from_columns: bool = True
    shown_by: tuple[str, ...] | None = None
    numbered: bool = False
    rows_with: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    milestones: bool = False
    rings: bool = False
    by_number: bool = False
    needless: Mapping[str, pl.Expr] = field(default_factory=dict)
    excuses: Sequence[tuple[pl.Expr, str]] = ()
    unsettled: tuple[str, ...] = VIOLATIONS
    at_once: int = 300_000
    read_together: int = 1
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    aliases: Mapping[str, Any] = field(default_factory=dict)

    @property
    def paused_as(self) -> str:
        """The kind of subject whose pauses stop its clocks."""
        return self.name

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables whose rows belong to one subject; the first holds them all."""
        return (self.table.name, *self.rows_with)

    # Ids

    def record_of(self, subject_id: pl.Expr) -> pl.Expr:
        """The record behind a subject: a later cycle `T1#2` is ticket T1, a session `V1#3` belongs
        to conversation V1."""
        return subject_id.str.replace(_NUMBER, "") if self.numbered else subject_id

    def record_id(self, subject_id: str) -> str:
        """The same of one id."""
        return re.sub(_NUMBER, "", subject_id) if self.numbered else subject_id

    def of(self, facts: pl.LazyFrame) -> pl.LazyFrame:
        """The rows about subjects of this kind (subject_type, subject_id), with `key`, the record
        behind each."""
        mine = facts.filter(pl.col("subject_type") == self.name)
        return mine.with_columns(self.record_of(pl.col("subject_id")).alias(self.key))

    # Judging

    def beside(self, sources: Sources, cutoff: datetime) -> pl.LazyFrame:
        """What is known of the subjects beside a portion of them, from all records."""
        return pl.LazyFrame()

    def frame(self, sources: Sources, beside: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
        """One row per subject that had begun by the cutoff: the cells, cut off, and subject_id,
        customer_id, department, responsible, quarantined (Boolean).

        Here every row of the table is a subject.
        """
        rows = sources.records[self.table.name].filter(pl.col(self.begins) <= cutoff)
        absent = {"customer_id", "department"} - self.table.by_name.keys()
        whose = pl.col(self.person) if self.person else pl.lit(None, pl.String)
        stated = rows.with_columns(
            *cut(instants(self.table.name), cutoff),
            *(pl.lit(None, pl.String).alias(name) for name in absent),
            subject_id=pl.col(self.key),
            responsible=whose,
            quarantined=pl.lit(False),
        )
        return self.in_department(stated, sources.staff)

    def in_department(self, frame: pl.LazyFrame, staff: Periods) -> pl.LazyFrame:
        """The department of the person responsible when the subject began; the record's own where
        the staff list does not say."""
        own = staff.at(pl.col(self.begins))
        return staff.attach(frame, "responsible").with_columns(
            department=pl.coalesce(own, "department")
        )

    def tier_at(self, tiers: Periods, instant: pl.Expr) -> pl.Expr:
        """The customer's tier by the master; null where a row of the customer is lost
        (`customer_lost`)."""
        return pl.when(~pl.col("customer_lost")).then(tiers.at(instant))

    # Cutting

    def ordered_parts(self, rows: pl.LazyFrame) -> list[pl.LazyFrame]:
        """The rows of the table in the parts in which they were put in order, whole subjects; none
        where they were not."""
        return []

    # Results

    def with_channel(self, facts: pl.LazyFrame, records: Records) -> pl.LazyFrame:
        """Facts of this kind (as of `of`) with `channel`, null where the records give none."""
        if "channel" not in self.table.by_name:
            return facts.with_columns(channel=pl.lit(None, pl.String))
        channels = records[self.table.name].select(self.key, "channel")
        return facts.join(channels, on=self.key, how="left")

    def with_source(self, acts: pl.LazyFrame, records: Records) -> pl.LazyFrame:
        """Breached acts of this kind (as of `of`) with source_file, source_row, cause (String) and
        emergency (Boolean): of the subject's own row."""
        nothing = {"cause": pl.lit(None, pl.String), "emergency": pl.lit(False)}
        wanted = acts.select(self.key).unique()
        rows = records[self.table.name].join(wanted, on=self.key, how="semi")
        places = rows.select(
            self.key, source_file="_file", source_row="_row", **{**nothing, **self.act_facts()}
        )
        return acts.join(places, on=self.key, how="left")

    def act_facts(self) -> Mapping[str, pl.Expr]:
        """`cause` and `emergency` as the subject's own row tells them."""
        return {}

    # Explaining

    def records_of(
        self, subject_id: str, records: Mapping[str, pl.LazyFrame], session_gap: timedelta
    ) -> Tables:
        """The rows behind a subject, by table. `session_gap`: from which on a message may open a
        new session."""
        own = pl.col(self.key) == self.record_id(subject_id)
        rows = [(name, records[name].filter(own)) for name in self.tables]
        return [*rows, *self.pauses_of(subject_id, records)]

    def pauses_of(self, subject_id: str, records: Mapping[str, pl.LazyFrame]) -> Tables:
        """The rows of `pauses` about a subject."""
        return [("pauses", records["pauses"].filter(self.paused(subject_id)))]

    def paused(self, subject_id: str) -> pl.Expr:
        """Which rows of `pauses` are about the subject."""
        same = self.record_of(pl.col("subject_id")) == self.record_id(subject_id)
        return (pl.col("subject_type") == self.paused_as) & same

    def ends_elsewhere(self, ends: Sequence[datetime], records: Records) -> Tables:
        """Rows of other subjects that ended the subject's obligations at one of these times."""
        return []

    def set_aside(self, row: Mapping[str, Any], records: Records) -> Mapping[str, pl.Expr]:
        """Which quarantined rows, by table, name the subject of an obligation."""
        own = pl.col(self.key) == self.record_id(row["subject_id"])
        rows = {name: own for name in self.tables if name in records.quarantined}
        return {**rows, "pauses": self.paused(row["subject_id"])}
