"""A call: one row of the log. Its party is a customer or a number, and what one call asks another
call to the same party may answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import polars as pl

from checks.records.periods import Periods
from checks.records.records import Records
from checks.records.tables import TABLES
from checks.subjects.calls import call_frame, contacts
from checks.subjects.conditions import Meaning, is_value
from checks.subjects.kind import Sources, SubjectKind, Tables
from checks.subjects.phone_numbers import resolved


def callers_tier(tiers: Periods, instant: pl.Expr) -> pl.Expr:
    """The tier by the master; a caller without a name is a potential customer.

    Unknown where a row of the customer is lost (`customer_lost`), and where the record names
    somebody, but nobody can say whom (`caller_unknown`).
    """
    nobody, known = pl.col("customer_id").is_null(), ~pl.col("customer_lost")
    return (
        pl.when(nobody & ~pl.col("caller_unknown"))
        .then(pl.lit("potential"))
        .when(~nobody & known)
        .then(tiers.at(instant))
    )


class _Call(SubjectKind):
    def beside(self, sources: Sources, cutoff: datetime) -> pl.LazyFrame:
        """What came after each call (calls.contacts): a party's calls may lie anywhere."""
        known = resolved(sources.records["calls"], sources.callers)
        return contacts(known, cutoff, sources.same_episode).lazy()

    def frame(self, sources: Sources, beside: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
        begun = sources.records["calls"].filter(pl.col("started_at") <= cutoff)
        calls = call_frame(resolved(begun, sources.callers), beside, cutoff, sources.ring_cycle)
        return self.in_department(
            calls.with_columns(quarantined=sources.lost.of_party()), sources.staff
        )

    def tier_at(self, tiers: Periods, instant: pl.Expr) -> pl.Expr:
        return callers_tier(tiers, instant)

    def with_channel(self, facts: pl.LazyFrame, records: Records) -> pl.LazyFrame:
        return facts.with_columns(channel=pl.lit("phone"))

    def ends_elsewhere(self, ends: Sequence[datetime], records: Records) -> Tables:
        """A call-back is another call than the one that it answers."""
        placed = (pl.col("direction") == "outbound") & pl.col("started_at").is_in(ends)
        return [("calls", records["calls"].filter(placed))]

    def set_aside(self, row: Mapping[str, Any], records: Records) -> Mapping[str, pl.Expr]:
        """Calls of the party, by its customer or number."""
        own = records["calls"].filter(pl.col("call_id") == row["subject_id"])
        call = own.select("customer_id", "number").collect()
        party = [pl.col(cell).is_in(call[cell].drop_nulls().implode()) for cell in call.columns]
        return {"calls": pl.any_horizontal(*party, pl.col("customer_id") == row["customer_id"])}


CALL: Final = _Call(
    name="call",
    table=TABLES["calls"],
    key="call_id",
    begins="started_at",
    person="agent_id",
    conditions={
        "inbound": Meaning(is_value("direction", "inbound")),
        "unanswered": Meaning(pl.col("unanswered")),
        "busy": Meaning(is_value("disposition", "busy"), needs="disposition"),
    },
    derived_ends=("callback_placed",),
    start_by_end={"callback_placed": "callback_start"},
    # Of call-backs too: without it nobody knows which calls were missed.
    shown_by=("answered_at",),
    rings=True,
    by_number=True,
    at_once=1_000_000,
    read_together=3,
)
