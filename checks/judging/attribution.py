"""Who answers for an obligation. What has no owner stays without one; it is never put on someone.

A call: its agent, in the agent's department at that time, else the call's. A session: the first
agent who answered,
likewise. A ticket step: the actor of the event that fulfilled it, else the handler; the ticket's
department.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from checks.law.rulebook import Rule, end_columns


@dataclass(frozen=True)
class Doers:
    """`by_event`: name of an event -> ticket_id, fulfilled_at, actor: who did it and when; of
    several at one instant the first by id.
    """

    by_event: Mapping[str, pl.DataFrame]

    def of(self, rule: Rule) -> pl.DataFrame:
        """Who did what can fulfil the rule; empty where nobody did."""
        names = [name.removesuffix("_at") for name in end_columns(rule.end, *rule.end_if.values())]
        found = [self.by_event[name] for name in names if name in self.by_event]
        if len(found) < 2:
            return found[0] if found else _NOBODY
        return pl.concat(found).group_by("ticket_id", "fulfilled_at").agg(pl.col("actor").min())

    def acted(self, obligations: pl.LazyFrame, rule: Rule) -> pl.LazyFrame:
        """Ticket obligations (ticket_id, fulfilled_at, responsible) with `responsible` replaced by
        who acted."""
        doers = self.of(rule)
        if doers.is_empty():
            return obligations
        joined = obligations.join(
            doers.lazy(), on=["ticket_id", "fulfilled_at"], how="left", maintain_order="left"
        )
        return joined.with_columns(responsible=pl.coalesce("actor", "responsible"))


_NOBODY = pl.DataFrame(
    schema={"ticket_id": pl.String, "fulfilled_at": pl.Datetime("us"), "actor": pl.String}
)


def doers(events: pl.LazyFrame) -> Doers:
    """events: canonical ticket events, up to the cutoff."""
    named = (
        events.filter(pl.col("actor_id").is_not_null())
        .group_by("event", "ticket_id", fulfilled_at="at")
        .agg(actor=pl.col("actor_id").min())
        .collect()
    )
    parts = named.partition_by("event", as_dict=True, include_key=False)
    return Doers({str(event): frame for (event,), frame in parts.items()})
