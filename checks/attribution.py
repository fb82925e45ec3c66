"""Who answers for an obligation. What has no owner stays without one; it is never put on someone.

A call: its agent, in the agent's department at that time, else the call's. A session: the first agent who answered,
likewise. A ticket step: the actor of the event that fulfilled it, else the handler; the ticket's department.
"""

from __future__ import annotations

import polars as pl

from checks.rulebook import Rule, end_columns


def actors_of(events: pl.DataFrame, rule: Rule) -> pl.DataFrame:
    """ticket_id, fulfilled_at, actor: who did what can fulfil the rule, and when; of several at one instant the first
    by id. events: canonical ticket events.
    """
    names = [name.removesuffix("_at") for name in end_columns(rule.end, *rule.end_if.values())]
    return (
        events.filter(pl.col("event").is_in(names) & pl.col("actor_id").is_not_null())
        .group_by("ticket_id", fulfilled_at="at")
        .agg(actor=pl.col("actor_id").min())
    )


def acted(obligations: pl.LazyFrame, events: pl.DataFrame, rule: Rule) -> pl.LazyFrame:
    """Ticket obligations (ticket_id, fulfilled_at, responsible) with `responsible` replaced by who acted."""
    doers = actors_of(events, rule)
    if doers.is_empty():
        return obligations
    joined = obligations.join(doers.lazy(), on=["ticket_id", "fulfilled_at"], how="left", maintain_order="left")
    return joined.with_columns(responsible=pl.coalesce("actor", "responsible"))
