"""When a ticket cycle went into overtime: the earliest deadline that it broke."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.concepts import TIMED_CLOCKS
from checks.law.rulebook import Rule

OVERTIME_REGULATION: Final = "TC"
"""Overtime is a term of the timeliness regulation [TC 第八条, 第九条]; deadlines of the others do
not start it."""
NOT_OVERTIME_TOPICS: Final = frozenset({"entry", "completion", "archive", "complaint-followup"})
"""Paperwork and courtesy after the service: breaking them leaves nobody waiting."""


def counts_as_overtime(rule: Rule) -> bool:
    """Whether breaking the rule puts a ticket into overtime."""
    timed = rule.clock_kind in TIMED_CLOCKS and rule.kind.milestones
    return (
        timed and rule.regulation == OVERTIME_REGULATION and rule.topic not in NOT_OVERTIME_TOPICS
    )


def overtime_since(obligations: pl.LazyFrame) -> pl.LazyFrame:
    """`subject`, `overtime_since`: the earliest `breached_due` of each subject, judged before
    anything eases the breach.
    """
    return (
        obligations.filter(pl.col("breached_due").is_not_null())
        .group_by("subject")
        .agg(overtime_since=pl.col("breached_due").min())
    )
