"""When a ticket cycle went into overtime: the earliest deadline that it broke."""

from __future__ import annotations

import polars as pl

from checks.concepts import TIMED_CLOCKS
from checks.law.rulebook import Rule, Topic


def counts_as_overtime(rule: Rule, topic: Topic, overtime_of: str) -> bool:
    """Whether breaking the rule, on its topic, puts a ticket into overtime.

    overtime_of: the regulation whose term overtime is [TC 第八条, 第九条]; deadlines of the others
    do not start it.
    """
    timed = rule.clock_kind in TIMED_CLOCKS and rule.kind.milestones
    return timed and rule.regulation == overtime_of and topic.counts_as_overtime


def overtime_since(obligations: pl.DataFrame) -> pl.DataFrame:
    """`subject`, `overtime_since`: the earliest `breached_due` of each subject, judged before
    anything eases the breach.
    """
    return (
        obligations.filter(pl.col("breached_due").is_not_null())
        .group_by("subject")
        .agg(overtime_since=pl.col("breached_due").min())
    )
