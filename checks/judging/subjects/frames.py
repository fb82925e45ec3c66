"""The three kinds of subject as of a cutoff: calls, chat sessions, ticket cycles, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from checks.judging.as_of_cutoff import marked, precision_of
from checks.judging.conditions import deferred
from checks.judging.exemptions import Exemptions, exemptions_as_of
from checks.judging.periods import Periods, periods
from checks.judging.subjects.calls import call_frame, contacts
from checks.judging.subjects.lost import Lost, lost
from checks.judging.subjects.phone_numbers import customer_by_number, resolved
from checks.judging.subjects.sessions import session_frame
from checks.judging.subjects.tickets import first_asked, ticket_frame
from checks.judging.tiers import tiers
from checks.law.rulebook import Parameters, Rule, Rulebooks, end_columns
from checks.records.records import Records
from checks.records.tables import PRECISION, TABLES

_READ: Final = frozenset({"department", "number", "contact", "text"})
"""Columns of free text that judging reads whatever the rules name."""


@dataclass(frozen=True)
class Subjects:
    """One kind of subject: `frame` has one row each, in order of subject_id, numbered by
    `subject`."""

    type: str
    frame: pl.DataFrame
    tiers: Periods

    def tier_at(self, instant: pl.Expr) -> pl.Expr:
        """The tier by the master; else by the ticket's own form; a caller without a name is a
        potential customer.

        Unknown where a row of the customer is lost, and where the record names somebody, but nobody
        can say whom.
        """
        master = self.tiers.at(instant)
        known = ~pl.col("customer_lost")
        if self.type == "ticket":
            return pl.when(known & ~self.tiers.doubtful).then(pl.coalesce(master, "form_tier"))
        nobody = pl.col("customer_id").is_null()
        caller = (
            pl.when(nobody & ~pl.col("caller_unknown"))
            .then(pl.lit("potential"))
            .when(~nobody & known)
            .then(master)
        )
        return caller

    def start(self, rule: Rule) -> tuple[pl.Expr, pl.Expr]:
        """When the rule's clock starts, and how exact that is; evidence is owed from the request on
        where its own start is not readable.
        """
        name = "callback_start" if rule.end == "callback_placed" else rule.start
        start = pl.col(name)
        if rule.clock == "presence":
            return pl.coalesce(start, "requested_at"), pl.lit(0, PRECISION)
        # Overtime begins at a deadline, which is exact.
        return start, pl.lit(0, PRECISION) if name == "overtime_since" else pl.col(
            precision_of(name)
        )


@dataclass(frozen=True)
class Sources:
    """What subjects are made from, whatever the cutoff: `records` with the columns that judging
    needs, customers' tiers, staff's departments, what quarantined rows name, callers' customers
    (parties.customer_by_number), when tickets were first asked for (tickets.first_asked), and the
    amounts of the law.
    """

    records: Records
    tiers: Periods
    staff: Periods
    lost: Lost
    callers: pl.LazyFrame
    asked: pl.LazyFrame
    parameters: Parameters
    ring_cycle: timedelta
    courtesy: tuple[str, ...]


def sources_of(
    records: Records, rulebooks: Rulebooks, ring_cycle: timedelta, courtesy: tuple[str, ...]
) -> Sources:
    """The records made ready for judging by these rules."""
    rules = rulebooks.rules
    callers = customer_by_number(records["customers"], records["customer_contacts"])
    return Sources(
        records.with_tables({name: _needed(name, frame, rules) for name, frame in records.items()}),
        tiers(records["customers"]),
        periods(records["staff"], "staff_id", "department"),
        lost(records),
        callers.collect().lazy(),
        first_asked(records).collect(engine="streaming").lazy(),
        rulebooks.parameters,
        ring_cycle,
        courtesy,
    )


def _needed(name: str, frame: pl.LazyFrame, rules: Sequence[Rule]) -> pl.LazyFrame:
    """Without the columns of free text that no rule names, and without where a row came from: they
    cost memory."""
    named = {column for rule in rules for column in end_columns(rule.end, *rule.end_if.values())}
    free = {c.name for c in TABLES[name].columns if c.kind == "text" and not c.name.endswith("_id")}
    unread = free - named - _READ
    marks = [marked(column) for column in unread if TABLES[name].by_name[column].marked]
    return frame.drop("_file", "_row", *unread, *marks)


@dataclass(frozen=True)
class Beside:
    """What is known as of a cutoff beside a portion of subjects, from all records: exemptions, and
    of calls what came after them (calls.contacts)."""

    cutoff: datetime
    exemptions: Exemptions
    contacts: pl.LazyFrame


def beside(kind: str, sources: Sources, cutoff: datetime) -> Beside:
    """The same for one kind of subject."""
    calls = sources.records["calls"] if kind == "call" else sources.records["calls"].clear()
    return Beside(
        cutoff,
        exemptions_as_of(sources.records["exemptions"], cutoff),
        contacts(resolved(calls, sources.callers), cutoff, sources.parameters.same_episode).lazy(),
    )


def subjects_as_of(kind: str, sources: Sources, known: Beside) -> Subjects:
    """Every subject of a kind that exists as of the cutoff, with its customer's tiers and its
    exemptions."""
    records, cutoff = sources.records, known.cutoff
    match kind:
        case "call":
            calls = resolved(
                records["calls"].filter(pl.col("started_at") <= cutoff), sources.callers
            )
            told = call_frame(calls, known.contacts, cutoff, sources.ring_cycle)
            told = told.with_columns(quarantined=sources.lost.of_party())
            frame = _in_department(told, sources.staff, "started_at")
        case "chat_session":
            chats = session_frame(
                records["chats"].filter(pl.col("sent_at") <= cutoff),
                sources.courtesy,
                sources.parameters.session_gap,
            )
            chats = chats.with_columns(quarantined=sources.lost.of_conversation())
            frame = _in_department(chats, sources.staff, "first_customer_message")
        case _:
            cycles = ticket_frame(records, sources.asked, cutoff, sources.lost)
            frame = cycles.rename({"tier": "form_tier"}).with_columns(
                deferred=deferred(sources.parameters.on_the_spot)
            )
    frame = frame.with_columns(customer_lost=sources.lost.of_customer())
    attached = known.exemptions.attach(sources.tiers.attach(frame))
    return Subjects(
        kind, attached.sort("subject_id").with_row_index("subject").collect(), sources.tiers
    )


def _in_department(frame: pl.LazyFrame, staff: Periods, at: str) -> pl.LazyFrame:
    """The department of the person responsible at that time; the record's own where the staff list
    does not say."""
    own = staff.at(pl.col(at))
    return staff.attach(frame, "responsible").with_columns(
        department=pl.coalesce(own, "department")
    )
