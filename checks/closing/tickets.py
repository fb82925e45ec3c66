"""Tickets as the analyses and the evidence count them: one row each, as they stood at the cutoff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from checks.closing.facts import Closing
from checks.tables import TABLES
from checks.timeliness.tickets import ticket_frame


def tickets_asked(closing: Closing, start: datetime | None = None, texts: Sequence[str] = ()) -> pl.LazyFrame:
    """Tickets that customers asked for from `start` (default: of the period) to the period's end.

    Their cells (of free text only the columns `texts`: a company has many and wide ones), the milestones of the last
    cycle, `asked_at` and `cancelled` (Boolean, by the cutoff). A reopened ticket stands as its last cycle does: an
    earlier solution did not last.
    """
    first, cutoff = start or closing.period.start, closing.period.cutoff
    free = [c.name for c in TABLES["tickets"].columns if c.kind == "text" and not c.name.endswith("_id")]
    lean = closing.records["tickets"].drop(name for name in free if name not in texts)
    cycles = ticket_frame({**closing.records, "tickets": lean}, cutoff)
    asked = cycles.filter(pl.col("cycle") == 1).select("ticket_id", asked_at="requested_at")
    undated = pl.when(pl.col("cancelled_at").is_null()).then(pl.col("status") == "cancelled")
    return (
        cycles.filter(pl.col("cycle_end").is_null())
        .join(asked, on="ticket_id")
        .filter(pl.col("asked_at").is_between(first, closing.period.end, closed="left"))
        .with_columns(cancelled=undated.otherwise(pl.col("cancelled_at") <= cutoff).fill_null(False))
    )
