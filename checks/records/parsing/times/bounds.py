"""When an event can have been: after there was anything to audit, and not long after the period
that is audited."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import polars as pl

from checks.records.tables import Column

EARLIEST: Final = datetime(2000, 1, 1)
BEYOND: Final = timedelta(days=366)
"""How long after the period's end an event may lie."""


def bounded(column: Column) -> bool:
    """Whether a column holds times of events; a tier or a person may be valid from any day."""
    return column.kind == "instant" and column.name != "valid_from"


def implausible(at: pl.Expr, period_end: datetime | None, earliest: datetime = EARLIEST) -> pl.Expr:
    """Whether an event can't have been then (false where there is no time); without a period none
    is too late."""
    early = at < earliest
    return (early if period_end is None else early | (at > period_end + BEYOND)).fill_null(False)
