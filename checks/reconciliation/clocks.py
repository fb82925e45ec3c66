"""Clocks that disagree: tickets opened before the contact they came from, and systems apart by a
stable offset."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.concepts import Period
from checks.law.rulebook import Text
from checks.numbers.records import Disagreement
from checks.reconciliation.frames import FROM_CONTACT, within
from checks.reconciliation.model import MOST_EXAMPLES, finding

TOLERANCE: Final = 60
"""Seconds that two clocks may differ."""
SAME_CONTACT: Final = 3600
"""Seconds before a contact within which a ticket still came from it; earlier ones only have their
contact missing."""
USUAL_ENTRY: Final = 1800
"""Seconds after a contact within which tickets are usually opened."""
STEADY: Final = 60
"""Seconds that offsets of one cause may scatter (median absolute deviation)."""
FEWEST: Final = 5
"""Tickets that a department needs before its offset is judged."""

DOUBTS: Final = ("clocks-apart",)
_EARLY: Final = Text(
    zh="工单开立早于其来电或会话", en="Tickets opened before the contact they came from"
)
_SKEW: Final = Text(zh="系统时钟存在稳定偏差", en="Clocks of two systems differ by a stable offset")


def offsets(tickets: pl.LazyFrame, contacted: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    """Tickets of the period that came by call or chat: ticket_id, department, system, offset
    (seconds after it)."""
    offset = (pl.col("opened_at") - pl.col("contact_at")).dt.total_seconds()
    return (
        tickets.filter(within("opened_at", period) & FROM_CONTACT)
        .select("ticket_id", "department", "opened_at")
        .join(contacted, on="ticket_id")
        .select("ticket_id", "department", "system", offset=offset)
    )


def opened_before_contact(found: pl.DataFrame) -> Disagreement:
    """The finding on single tickets; `detail`: their median offset in seconds, and whether it is
    steady."""
    early = found.filter(
        pl.col("offset").is_between(-SAME_CONTACT, -TOLERANCE, closed="both")
    ).sort("ticket_id")
    median, spread = _middle(early["offset"])
    return finding(
        "opened-before-contact",
        _EARLY,
        len(early),
        len(found),
        early["ticket_id"].head(MOST_EXAMPLES).to_list(),
        DOUBTS,
        offset_seconds=median,
        steady=spread is not None and len(early) > 1 and spread <= STEADY,
    )


def clock_skew(found: pl.DataFrame) -> Disagreement:
    """The finding on whole departments whose tickets are apart from their calls or chats by a
    stable offset."""
    away = (pl.col("offset") - pl.col("offset").median()).abs().median()
    groups = (
        found.group_by("department", "system")
        .agg(tickets=pl.len(), median=pl.col("offset").median(), spread=away)
        .filter((pl.col("tickets") >= FEWEST) & (pl.col("spread") <= STEADY))
        .filter(~pl.col("median").is_between(-TOLERANCE, USUAL_ENTRY))
        .sort("department", "system", nulls_last=True)
    )
    shown = [
        f"{department or '—'} / {system}: {median:+.0f} s"
        for department, system, _, median, _ in groups.rows()
    ]
    return finding("clock-skew", _SKEW, int(groups["tickets"].sum()), len(found), shown, DOUBTS)


def _middle(values: pl.Series) -> tuple[float | None, float | None]:
    """Median and median absolute deviation; None of nothing."""
    if values.is_empty():
        return None, None
    median = float(values.median())  # type: ignore[arg-type]
    return median, float((values - median).abs().median())  # type: ignore[arg-type]
