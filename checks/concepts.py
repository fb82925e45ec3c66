"""The words of the field, one name per thing, used by every room of the project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

SCHEMA_VERSION: Final = "1.0"
"""Version of every file that others read; README says what may change between versions."""

TIERS: Final = ("core", "important", "ordinary", "intent", "potential")
REGULATIONS: Final = ("TC", "RC", "CM", "CD")
SUBJECT_TYPES: Final = ("call", "chat_session", "ticket")

VERDICTS: Final = ("met", "late", "overdue", "missing", "pending", "unknown", "exempt")
VIOLATIONS: Final = ("late", "overdue", "missing")
DECIDED: Final = ("met", *VIOLATIONS)
"""Verdicts that let an obligation govern its act."""

UNKNOWN_REASONS: Final = ("condition", "unreadable", "tier", "before_start", "no_timestamp", "cancelled")
EXEMPT_REASONS: Final = (
    "abandoned_early", "line_busy", "no_number", "same_episode", "customer_reached_again", "courtesy_only",
    "solved_remotely", "reopened", "renegotiated", "approved", "cancelled",
)  # fmt: skip
REASONS: Final = ("", "implied", *UNKNOWN_REASONS, *(r for r in EXEMPT_REASONS if r != "cancelled"))

CLOCKS: Final = ("wall", "workday", "rings", "promise", "presence")
TIMED_CLOCKS: Final = ("wall", "workday", "rings", "promise")
"""Clocks whose obligations count in the timeliness rate; `presence` counts in the record rate."""

INSTANT: Final = pl.Datetime("us")
"""Every instant inside Kelou: microseconds, local wall time of the configured zone, no zone attached.
The configured zone must have a fixed offset (Asia/Shanghai has), so that subtracting local times is exact."""

OBLIGATIONS: Final = pl.Schema(
    {
        "rule_id": pl.String, "regulation": pl.String, "topic": pl.String, "subject_type": pl.String,
        "subject_id": pl.String, "customer_id": pl.String, "tier": pl.String, "department": pl.String,
        "responsible": pl.String, "triggered_at": INSTANT, "due_at": INSTANT, "fulfilled_at": INSTANT,
        "verdict": pl.String, "reason": pl.String, "governing": pl.Boolean, "carried_over": pl.Boolean,
        "calendar_provisional": pl.Boolean,
    }
)  # fmt: skip
"""One row per obligation; `tier`, `customer_id`, `department`, `responsible` are null when unknown, `reason` is never null.
Sorted by (rule order, subject_id)."""


@dataclass(frozen=True)
class Period:
    """A half-open span of local days [start, end), and the instant as of which it is judged."""

    start: datetime
    end: datetime
    cutoff: datetime
