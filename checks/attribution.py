"""Who answers for an obligation. What has no owner stays without one; it is never put on someone.

A call: its agent, in the agent's department at that time, else the call's. A session: the first agent who answered,
likewise.
A ticket step: the actor of the event that fulfilled it, else the handler; the ticket's department.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from checks.rulebook import Rulebooks, end_columns


def actors(obligations: pl.LazyFrame, events: pl.LazyFrame, rulebooks: Rulebooks, cutoff: datetime) -> pl.LazyFrame:
    """Replace `responsible` by the actor of the event that fulfilled a ticket step, where there is one.

    obligations: rule, subject_type, subject_id, fulfilled_at, responsible.
    """
    steps = [
        (number, name.removesuffix("_at"))
        for number, rule in enumerate(rulebooks.rules)
        if rule.subject == "ticket"
        for name in end_columns(rule.end, *rule.end_if.values())
    ]
    ends = pl.LazyFrame(steps, schema={"rule": pl.UInt16, "event": pl.String}, orient="row").unique()
    acted = events.filter((pl.col("at") <= cutoff) & pl.col("actor_id").is_not_null())
    by_rule = (
        acted.join(ends, on="event")
        .group_by("rule", "ticket_id", pl.col("at").alias("fulfilled_at"))
        .agg(actor=pl.col("actor_id").min())
        .with_columns(subject_type=pl.lit("ticket"))
    )
    return (
        obligations.with_columns(ticket_id=pl.col("subject_id").str.replace(r"#\d+$", ""))
        .join(by_rule, on=["rule", "subject_type", "ticket_id", "fulfilled_at"], how="left", maintain_order="left")
        .with_columns(responsible=pl.coalesce("actor", "responsible"))
        .drop("actor", "ticket_id")
    )


def departments(obligations: pl.LazyFrame, staff: pl.LazyFrame) -> pl.LazyFrame:
    """Replace a call's or session's `department` by that of the responsible person when the clock started, where it
    is known.
    """
    known = (
        staff.filter(pl.col("department").is_not_null() & ~pl.col("valid_from_unreadable"))
        .select(
            pl.col("staff_id").alias("responsible"),
            pl.col("valid_from").fill_null(datetime(1, 1, 1)).alias("since"),
            pl.col("department").alias("own_department"),
        )
        .sort("since")
    )
    by_person = pl.col("subject_type") != "ticket"
    return (
        obligations.sort("triggered_at")
        .join_asof(known, left_on="triggered_at", right_on="since", by="responsible", check_sortedness=False)
        .with_columns(
            department=pl.when(by_person).then(pl.coalesce("own_department", "department")).otherwise("department")
        )
        .drop("since", "own_department")
    )
