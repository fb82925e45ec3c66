"""What quarantined rows still name. A record that can't be accepted exists all the same: nobody is
accused of its absence, and no verdict rests on what is left without it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from checks.records.as_of_cutoff import marked
from checks.records.milestones import MILESTONES
from checks.records.records import Records
from checks.subjects.phone_numbers import digits


@dataclass(frozen=True)
class Lost:
    """Keys that quarantined rows name. tickets: those of which an event is lost, whatever it was;
    milestones: the tickets of which a milestone's event is lost, by milestone."""

    customers: pl.Series
    callers: pl.Series
    numbers: pl.Series
    conversations: pl.Series
    tickets: pl.Series
    milestones: Mapping[str, pl.Series]

    def of_customer(self) -> pl.Expr:
        """Whether a row of the subject's customer is lost, so that its tier is known at no time."""
        return _among("customer_id", self.customers)

    def of_party(self) -> pl.Expr:
        """Whether a lost call names the party of this one."""
        return _among("own_customer_id", self.callers) | _among("party_number", self.numbers)

    def of_conversation(self) -> pl.Expr:
        return _among("conversation_id", self.conversations)

    def of_ticket(self) -> pl.Expr:
        """Whether an event of the ticket is lost of which nobody can say which milestone it was."""
        return _among("ticket_id", self.tickets)

    def without_milestones(self, milestones: Sequence[str]) -> list[pl.Expr]:
        """The milestones of a ticket with those of a lost event unreadable."""
        gone = {
            m: _among("ticket_id", self.milestones[m]) for m in milestones if m in self.milestones
        }
        return [
            *(pl.when(~lost).then(m).alias(m) for m, lost in gone.items()),
            *((pl.col(marked(m)) | lost).alias(marked(m)) for m, lost in gone.items()),
        ]


def lost(records: Records) -> Lost:
    """The keys that quarantined rows name."""
    named = {name: frame.collect() for name, frame in records.quarantined.items()}
    events = named["ticket_events"].drop_nulls("ticket_id")
    milestone = pl.col("event") + "_at"
    known = events.filter(milestone.is_in(MILESTONES))
    by_milestone = known.with_columns(milestone=milestone).partition_by("milestone", as_dict=True)
    return Lost(
        customers=_keys(named["customers"], "customer_id"),
        callers=_keys(named["calls"], "customer_id"),
        numbers=_keys(named["calls"].select(number=digits(pl.col("number"))), "number"),
        conversations=_keys(named["chats"], "conversation_id"),
        tickets=_keys(events.filter(~milestone.is_in(MILESTONES).fill_null(False)), "ticket_id"),
        milestones={str(name): _keys(rows, "ticket_id") for (name,), rows in by_milestone.items()},
    )


def _keys(frame: pl.DataFrame, column: str) -> pl.Series:
    return frame[column].drop_nulls().unique().sort()


def _among(column: str, keys: pl.Series) -> pl.Expr:
    """Whether the cell is one of the keys; false where it is empty."""
    if keys.is_empty():
        return pl.lit(False)
    return pl.col(column).is_in(keys.implode()).fill_null(False)
