"""Tickets as the analyses and the evidence count them: one row each, as they stood at the
cutoff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.records.as_of_cutoff import marked, precision_of
from checks.records.milestones import MILESTONES
from checks.subjects.lost import lost
from checks.subjects.tickets import requested, ticket_frame

_NEEDED: Final = ("ticket_id", "kind", "handler_id", "opened_at", "status", "cancelled_at")


def requests(closing: Closing) -> pl.LazyFrame:
    """The tickets that customers asked for in the period: ticket_id, `asked_at`."""
    tickets = closing.records["tickets"].select("ticket_id", "opened_at", precision_of("opened_at"))
    asked = requested(tickets, closing.asked, closing.period.cutoff).select(
        "ticket_id", asked_at="requested_at"
    )
    return asked.filter(_asked_in(closing))


def tickets_asked(
    closing: Closing, cells: Sequence[str], milestones: Sequence[str]
) -> pl.LazyFrame:
    """The tickets of `requests`, as of `tickets_known`."""
    return tickets_known(closing, cells, milestones).filter(_asked_in(closing))


def tickets_known(
    closing: Closing, cells: Sequence[str], milestones: Sequence[str]
) -> pl.LazyFrame:
    """All tickets asked for by the cutoff with these of their cells (a company's tickets have many
    and wide ones), asked_at, the `milestones` of the last cycle, and `cancelled` (Boolean, by the
    cutoff).

    A reopened ticket stands as its last cycle does: an earlier solution did not last.
    """
    marks = (*map(marked, MILESTONES), *map(precision_of, ("opened_at", *MILESTONES)))
    kept = dict.fromkeys((*_NEEDED, *MILESTONES, *marks, *cells))
    lean = closing.records["tickets"].select(list(kept))
    records = closing.records.with_tables({"tickets": lean})
    cycles = ticket_frame(records, closing.asked, closing.period.cutoff, lost(records), milestones)
    undated = pl.when(pl.col("cancelled_at").is_null()).then(pl.col("status") == "cancelled")
    cancelled = undated.otherwise(pl.col("cancelled_at") <= closing.period.cutoff).fill_null(False)
    return cycles.filter(pl.col("cycle_end").is_null()).with_columns(cancelled=cancelled)


def _asked_in(closing: Closing) -> pl.Expr:
    return pl.col("asked_at").is_between(closing.period.start, closing.period.end, closed="left")
