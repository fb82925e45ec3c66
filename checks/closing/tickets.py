"""Tickets as the analyses and the evidence count them: one row each, as they stood at the cutoff."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from checks.closing.facts import Closing
from checks.tables import TABLES
from checks.timeliness.tickets import requested, ticket_frame


def requests(closing: Closing) -> pl.LazyFrame:
    """The tickets that customers asked for in the period: ticket_id, `asked_at`."""
    asked = requested(closing.records, closing.period.cutoff).select("ticket_id", asked_at="requested_at")
    return asked.filter(pl.col("asked_at").is_between(closing.period.start, closing.period.end, closed="left"))


def tickets_asked(closing: Closing, milestones: Sequence[str], texts: Sequence[str] = ()) -> pl.LazyFrame:
    """The tickets of `requests` with their cells (of free text only the columns `texts`: a company has many and wide
    ones), the `milestones` of the last cycle, and `cancelled` (Boolean, by the cutoff).

    A reopened ticket stands as its last cycle does: an earlier solution did not last.
    """
    free = [c.name for c in TABLES["tickets"].columns if c.kind == "text" and not c.name.endswith("_id")]
    lean = closing.records["tickets"].drop(name for name in free if name not in texts)
    cycles = ticket_frame({**closing.records, "tickets": lean}, closing.period.cutoff, milestones)
    undated = pl.when(pl.col("cancelled_at").is_null()).then(pl.col("status") == "cancelled")
    return (
        cycles.filter(pl.col("cycle_end").is_null())
        .join(requests(closing), on="ticket_id")
        .with_columns(cancelled=undated.otherwise(pl.col("cancelled_at") <= closing.period.cutoff).fill_null(False))
    )
