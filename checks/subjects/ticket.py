"""A ticket: what a customer asked for, judged anew in every cycle (subjects.tickets)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from checks.records.as_of_cutoff import filled
from checks.records.milestones import FINISHED_BY
from checks.records.periods import Periods
from checks.records.records import Records
from checks.records.tables import TABLES
from checks.subjects.conditions import Meaning, Meanings, is_value
from checks.subjects.kind import Sources, SubjectKind, Tables
from checks.subjects.tickets import ticket_frame

_ONSITE: Final = is_value("service_mode", "onsite")
_AWAY: Final = _ONSITE & is_value("locality", "other_city")
_PLACED: Final = "service_mode & locality"


def _deferred(on_the_spot: timedelta) -> pl.Expr:
    """Whether the question could not be answered on the spot: as recorded, else from the course of
    the ticket; a reply within `on_the_spot` of the response was given on the spot."""
    responded = pl.coalesce("responded_at", "requested_at")
    at_once = (pl.col("replied_at") <= responded + on_the_spot).fill_null(False)
    put_off = filled("promised_at") | filled("escalated_at")
    return pl.coalesce(~pl.col("answered_on_spot"), put_off | ~at_once)


def _filled(column: str) -> Meaning:
    return Meaning(filled(column), needs=column)


_CONDITIONS: Final[Meanings] = {
    "any": Meaning(pl.lit(True)),
    "inquiry": Meaning(is_value("kind", "inquiry")),
    "fault": Meaning(is_value("kind", "fault")),
    "demand": Meaning(is_value("kind", "demand")),
    "complaint": Meaning(is_value("kind", "complaint")),
    "online": Meaning(is_value("channel", "online"), needs="channel"),
    "phone": Meaning(is_value("channel", "phone"), needs="channel"),
    "walk_in": Meaning(is_value("channel", "walk_in"), needs="channel"),
    "email": Meaning(is_value("channel", "email"), needs="channel"),
    "deferred": Meaning(pl.col("deferred")),
    "emergency": Meaning(is_value("severity", "emergency"), needs="severity"),
    # A fault without severity has at least the general deadlines, and nobody can say whether the
    # shorter ones.
    "general": Meaning(pl.col("severity") == "general", needs="severity"),
    "severity_empty": Meaning(pl.col("severity").is_null()),
    "onsite": Meaning(_ONSITE, needs="service_mode"),
    # An on-site service without locality is not placed anywhere: not away, and only perhaps local.
    "local": Meaning(_ONSITE & (pl.col("locality") == "same_city"), needs=_PLACED),
    "away": Meaning(_AWAY, needs=_PLACED),
    "core_away": Meaning(
        _AWAY & pl.col("tier").eq_missing(pl.lit("core")), needs=_PLACED, of_tier=True
    ),
    "remote_area": Meaning(pl.col("remote_area").fill_null(False), needs="remote_area"),
    "agreed": _filled("agreed_arrival_at"),
    "promised": _filled("promised_at"),
    "escalated": _filled("escalated_at"),
    "evaluated": _filled("evaluated_at"),
    "solved": _filled("solved_at"),
    "disposed": _filled("disposed_at"),
    "completed": _filled("completed_at"),
    "finished": Meaning(
        pl.any_horizontal(
            [is_value("kind", kind) & filled(step) for kind, step in FINISHED_BY.items()]
        ),
        needs="|".join(FINISHED_BY.values()),
    ),
    "overtime": Meaning(pl.col("overtime_since").is_not_null()),
    "objective_cause": Meaning(is_value("overtime_cause", "objective"), needs="overtime_cause"),
}


class TicketKind(SubjectKind):
    """Tickets, in cycles."""

    def frame(self, sources: Sources, beside: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
        """`form_tier`: the tier as written on the form; `deferred`. The department is the
        ticket's own."""
        tickets = ticket_frame(sources.records, sources.asked, cutoff, sources.lost)
        return tickets.rename({"tier": "form_tier"}).with_columns(
            deferred=_deferred(sources.on_the_spot)
        )

    def tier_at(self, tiers: Periods, instant: pl.Expr) -> pl.Expr:
        """The tier by the master; else by the ticket's own form."""
        known = ~pl.col("customer_lost") & ~tiers.doubtful
        return pl.when(known).then(pl.coalesce(tiers.at(instant), "form_tier"))

    def act_facts(self) -> Mapping[str, pl.Expr]:
        emergency = pl.col("severity").eq_missing(pl.lit("emergency"))
        return {"cause": pl.col("overtime_cause"), "emergency": emergency}

    def records_of(
        self, subject_id: str, records: Mapping[str, pl.LazyFrame], session_gap: timedelta
    ) -> Tables:
        """Its own rows, and those that carry its number."""
        own = pl.col("ticket_id") == self.record_id(subject_id)
        names = (self.table.name, *self.linked, *self.rows_with, "alerts")
        rows = [(name, records[name].filter(own)) for name in names]
        return [*rows, *self.pauses_of(subject_id, records)]

    def set_aside(self, row: Mapping[str, Any], records: Records) -> Mapping[str, pl.Expr]:
        """Events of the ticket: a ticket that is itself set aside has no obligation."""
        own = pl.col("ticket_id") == self.record_id(row["subject_id"])
        return {"ticket_events": own, "pauses": self.paused(row["subject_id"])}


TICKET: Final = TicketKind(
    name="ticket",
    table=TABLES["tickets"],
    key="ticket_id",
    begins="requested_at",
    person="handler_id",
    completed="completed_at",
    conditions=_CONDITIONS,
    derived_starts=("requested_at", "finished_at", "overtime_since"),
    numbered=True,
    rows_with=("ticket_events",),
    linked=("calls", "chats"),
    milestones=True,
    needless={
        # A fault that was solved remotely needed no visit [TC 第六条(二)].
        "solved_remotely": filled("remote_started_at")
        & filled("solved_at")
        & ~filled("departed_at")
        & ~filled("arrived_at")
    },
    at_once=300_000,
    read_together=4,
)
