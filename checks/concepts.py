"""The words of the field, one name per thing, used by every room of the project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

SCHEMA_VERSION: Final = "2.0"
"""Version of every file that others read; README says what may change between versions."""

TIERS: Final = ("core", "important", "ordinary", "intent", "potential")
REGULATIONS: Final = ("TC", "RC", "CM", "CD")

VERDICTS: Final = ("met", "late", "overdue", "missing", "pending", "unknown", "exempt")
VIOLATIONS: Final = ("late", "overdue", "missing")
DECIDED: Final = ("met", *VIOLATIONS)
"""Verdicts that let an obligation govern its act."""

UNKNOWN_REASONS: Final = (
    "condition",
    "unreadable",
    "tier",
    "before_start",
    "no_timestamp",
    "precision",
    "not_recorded",
    "quarantined",
    "calendar",
    "cancelled",
)
EXEMPT_REASONS: Final = (
    "abandoned_early",
    "line_busy",
    "no_number",
    "same_episode",
    "customer_reached_again",
    "courtesy_only",
    "solved_remotely",
    "reopened",
    "renegotiated",
    "approved",
    "cancelled",
)

STEP_CLOCKS: Final = ("wall", "workday", "business", "promise")
"""Clocks of a step that can still be done after its deadline. A call that rang out is over; a
presence rule has no deadline to run to."""
TIMED_CLOCKS: Final = (*STEP_CLOCKS, "rings")
"""Clocks whose obligations count in the timeliness rate; `presence` counts in the record rate."""

INSTANT: Final = pl.Datetime("us")
"""Every instant inside Kelou: microseconds, local wall time of the configured zone, no zone
attached. So subtracting local times is exact in a zone of one offset, as Asia/Shanghai; in one that
moves its clocks every instant carries the zone (checks.local_time)."""

OBLIGATIONS: Final = pl.Schema(
    [
        *(
            (name, pl.String())
            for name in ("rule_id", "regulation", "topic", "subject_type", "subject_id")
        ),
        *((name, pl.String()) for name in ("customer_id", "tier", "department", "responsible")),
        *((name, INSTANT) for name in ("triggered_at", "due_at", "fulfilled_at")),
        *((name, pl.String()) for name in ("verdict", "reason")),
        *((name, pl.Boolean()) for name in ("governing", "carried_over", "calendar_provisional")),
    ]
)
"""One row per obligation; `tier`, `customer_id`, `department`, `responsible` are null when unknown,
`reason` is never null. In order of (rule, subject_id); of a month judged in portions, each portion
is."""


@dataclass(frozen=True)
class Period:
    """A half-open span of local days [start, end), and the instant as of which it is judged."""

    start: datetime
    end: datetime
    cutoff: datetime

    @property
    def zone(self) -> str | None:
        """The zone that the instants carry; None of a zone of one offset."""
        return None if self.start.tzinfo is None else str(self.start.tzinfo)
