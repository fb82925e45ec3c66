"""The three kinds of subject as of a cutoff: calls, chat sessions, ticket cycles, one row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from checks.rulebook import Rule
from checks.timeliness.calls import call_frame
from checks.timeliness.exemptions import Exemptions
from checks.timeliness.parties import resolved
from checks.timeliness.periods import Periods, periods
from checks.timeliness.sessions import session_frame
from checks.timeliness.tickets import ticket_frame
from checks.timeliness.tiers import tiers

Records = Mapping[str, pl.LazyFrame]


@dataclass(frozen=True)
class Subjects:
    """One kind of subject: `frame` has one row each, in order of subject_id, numbered by `subject`."""

    type: str
    frame: pl.DataFrame
    tiers: Periods

    def tier_at(self, instant: pl.Expr) -> pl.Expr:
        """The tier by the master; else by the ticket's own form; a caller without a name is a potential customer."""
        master = self.tiers.at(instant)
        if self.type == "ticket":
            return pl.when(~self.tiers.doubtful).then(pl.coalesce(master, "form_tier"))
        return pl.when(pl.col("customer_id").is_null()).then(pl.lit("potential")).otherwise(master)

    def start(self, rule: Rule) -> pl.Expr:
        """When the rule's clock starts; evidence is owed from the request on where its own start is not readable."""
        if rule.end == "callback_placed":
            return pl.col("callback_start")
        start = pl.col(rule.start)
        return pl.coalesce(start, "requested_at") if rule.clock == "presence" else start


def subjects_as_of(
    records: Records, cutoff: datetime, exemptions: Exemptions, ring_cycle: timedelta, courtesy: tuple[str, ...]
) -> list[Subjects]:
    """Every subject that exists as of the cutoff, with its customer's tiers and its exemptions."""
    master = tiers(records["customers"])
    staff = periods(records["staff"], "staff_id", "department")
    calls = call_frame(
        resolved(records["calls"], records["customers"], records["customer_contacts"]), cutoff, ring_cycle
    )
    chats = session_frame(records["chats"].filter(pl.col("sent_at") <= cutoff), courtesy)
    frames = {
        "call": _in_department(calls, staff, "started_at"),
        "chat_session": _in_department(chats, staff, "first_customer_message"),
        "ticket": ticket_frame(records, cutoff).rename({"tier": "form_tier"}),
    }
    return [Subjects(kind, _numbered(frame, master, exemptions), master) for kind, frame in frames.items()]


def _numbered(frame: pl.LazyFrame, master: Periods, exemptions: Exemptions) -> pl.DataFrame:
    attached = exemptions.attach(master.attach(frame))
    return attached.sort("subject_id").with_row_index("subject").collect()


def _in_department(frame: pl.LazyFrame, staff: Periods, at: str) -> pl.LazyFrame:
    """The department of the person responsible at that time; the record's own where the staff list does not say."""
    own = staff.at(pl.col(at))
    return staff.attach(frame, "responsible").with_columns(department=pl.coalesce(own, "department"))
