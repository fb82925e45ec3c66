"""The wait for news of an open ticket: from the request, or from one update, to the next one or to
the end of its service. A rule on it says “an update every n hours”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl

from checks.local_time import zone_of
from checks.records.as_of_cutoff import at_of, cut, exactness_of, marked, stamp
from checks.records.milestones import FINISHED_BY, MILESTONES
from checks.records.records import Records
from checks.records.tables import PRECISION, TABLES
from checks.subjects.kind import Sources
from checks.subjects.ticket import TICKET, TicketKind
from checks.text.filling import filled

NUMBERED: Final = "#u"
_NUMBER: Final = rf"{NUMBERED}\d+$"
_ENDS: Final = ("finished_at", "completed_at", "archived_at", "cancelled_at")
"""With the first of these, or a reopening, the wait for news of a cycle is over."""
_SINCE, _UNTIL = pl.col("since"), pl.col("until")


class _Update(TicketKind):
    def record_of(self, subject_id: pl.Expr) -> pl.Expr:
        return subject_id.str.replace(_NUMBER, "")

    def record_id(self, subject_id: str) -> str:
        return re.sub(_NUMBER, "", subject_id)

    @property
    def paused_as(self) -> str:
        return TICKET.name

    def beside(self, sources: Sources, cutoff: datetime) -> pl.LazyFrame:
        """`told`: whether the company records any update at all."""
        events = sources.records["ticket_events"]
        carried = sources.records.recorded.get("tickets", frozenset())
        as_cells = bool({f"{name}_at" for name in sources.updates} & carried)
        named = pl.col("event").is_in(list(sources.updates)).any()
        return events.select(told=named.fill_null(False) | as_cells).collect().lazy()

    def frame(self, sources: Sources, beside: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
        """One row per wait: the ticket's cells, since_at and updated_at (an update, or what ended
        the wait; null where nobody knows of one), cancelled (that ended it), over (the ticket is
        said to be done, and nobody knows since when), end_unreadable, untold."""
        found = TICKET.frame(sources, beside, cutoff).rename({"subject_id": "of_cycle"})
        cycles = found.with_columns(cut(["cancelled_at"], cutoff)).collect()
        waits = _waits(cycles.lazy(), sources, cutoff)
        zone = zone_of(cutoff)
        steps = [(pl.col("kind") == of) & pl.col(marked(at)) for of, at in FINISHED_BY.items()]
        ended = pl.any_horizontal(*steps, *(pl.col(marked(end)) for end in _ENDS[1:]))
        done = pl.col("status").is_in(("completed", "archived", "cancelled")).fill_null(False)
        return (
            cycles.lazy()
            .join(waits, on="of_cycle")
            .join(beside, how="cross")
            .with_columns(
                since_at=at_of(_SINCE, zone),
                since_at_precision=exactness_of(_SINCE),
                updated_at=at_of(_UNTIL, zone),
                updated_at_precision=exactness_of(_UNTIL),
                cancelled=stamp("cancelled_at") == _UNTIL,
                end_unreadable=ended & _UNTIL.is_null(),
                over=done & _UNTIL.is_null() & pl.col("cycle_end").is_null(),
                untold=~pl.col("told") & _UNTIL.is_null(),
                subject_id=filled(f"{{}}{NUMBERED}{{}}", "ticket_id", "number"),
            )
            .drop("of_cycle", "since", "until", "number", "told")
        )

    def set_aside(self, row: Mapping[str, Any], records: Records) -> Mapping[str, pl.Expr]:
        own = pl.col("ticket_id") == self.record_id(row["subject_id"])
        return {"ticket_events": own, "pauses": self.paused(row["subject_id"])}


def _waits(cycles: pl.LazyFrame, sources: Sources, cutoff: datetime) -> pl.LazyFrame:
    """of_cycle, number (from 1, through the cycles of a ticket), since and until (stamps)."""
    cells = [f"{name}_at" for name in sources.updates if f"{name}_at" in MILESTONES]
    cycles = cycles.with_columns(cycle_end_precision=pl.lit(0, PRECISION))
    ends = pl.min_horizontal(stamp(end) for end in (*_ENDS, "cycle_end"))
    spans = cycles.select(
        "of_cycle", "ticket_id", "cycle_end", first=stamp("requested_at"), ends=ends
    )
    events = sources.records["ticket_events"].filter(
        pl.col("event").is_in(list(sources.updates)) & (pl.col("at") <= cutoff)
    )
    told = (
        events.select("ticket_id", "at", at_stamp=stamp("at"))
        .join(spans, on="ticket_id")
        .filter(pl.col("cycle_end").is_null() | (pl.col("at") <= pl.col("cycle_end")))
        .select("of_cycle", "at_stamp")
    )
    own = [cycles.select("of_cycle", at_stamp=stamp(cell)) for cell in cells]
    asked = cycles.select("of_cycle", at_stamp=stamp("requested_at"))
    every = pl.concat([asked, told, *own]).drop_nulls("at_stamp").unique()
    within = every.join(spans, on="of_cycle").filter(
        pl.col("at_stamp") >= pl.col("first"),
        pl.col("ends").is_null() | (pl.col("at_stamp") < pl.col("ends")),
    )
    following = pl.col("at_stamp").shift(-1).over("of_cycle", order_by="at_stamp")
    ranked = within.select(
        "of_cycle", "ticket_id", since="at_stamp", until=pl.coalesce(following, "ends")
    )
    number = pl.col("since").rank("ordinal").over("ticket_id")
    return ranked.with_columns(number=number).drop("ticket_id")


UPDATE: Final = _Update(
    name="ticket_update",
    table=TABLES["tickets"],
    key="ticket_id",
    begins="since_at",
    conditions={name: of for name, of in TICKET.conditions.items() if name != "overtime"},
    derived_starts=("since_at",),
    derived_ends=("updated_at",),
    shown_by=(),
    numbered=True,
    rows_with=TICKET.rows_with,
    linked=TICKET.linked,
    excuses=(
        # Before the update was due; a breach that happened is a fact
        (
            pl.col("cancelled") & (pl.col("updated_at") <= pl.col("due_at")).fill_null(True),
            "exempt:cancelled",
        ),
        (pl.col("end_unreadable"), "unknown:unreadable"),
        (pl.col("over"), "unknown:no_timestamp"),
        (pl.col("untold"), "unknown:not_recorded"),
    ),
    read_together=TICKET.read_together,
    words={
        "ticket_update": {"zh": "工单进展", "en": "news of a ticket"},
        "since_at": {"zh": "提出需求或上次告知进展", "en": "the request or the last update"},
        "updated_at": {"zh": "告知进展或办结", "en": "an update, or the end of service"},
    },
)
