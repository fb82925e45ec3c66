"""Calls: how long they rang, whether they were unanswered, and who reached whom afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from checks.timeliness.cells import cut, filled

EPISODE = timedelta(hours=1)
"""Redials of one party within this span are one episode; only its first call asks for a call-back."""


def call_frame(calls: pl.LazyFrame, contacts: pl.LazyFrame, cutoff: datetime, ring_cycle: timedelta) -> pl.LazyFrame:
    """Calls as of the cutoff with the facts that the call rules need, one row per call.

    calls: canonical, with `party_number` and the resolved `customer_id` (parties.resolved). contacts: `contacts` of all
    calls, these and others.
    Adds subject_id, responsible, unanswered, rings_heard, ended_known (the end, if it came by the cutoff),
    ends_later, no_number,
    callback_start, same_episode, callback_placed, reached_again.
    """
    rang_until = pl.coalesce("answered_at", "ended_known")
    told = _ended(calls, cutoff).with_columns(
        subject_id="call_id",
        responsible="agent_id",
        rings_heard=pl.coalesce("rings", _rings(pl.col("started_at"), rang_until, ring_cycle)),
        no_number=pl.col("customer_id").is_null() & pl.col("party_number").is_null(),
    )
    return told.join(contacts, on="call_id", how="left")


def contacts(calls: pl.LazyFrame, cutoff: datetime) -> pl.DataFrame:
    """What came after each unanswered call, as of the cutoff: call_id, same_episode, callback_placed, reached_again.

    calls: all of them, as of `call_frame`: a party's calls may lie anywhere.
    """
    party = pl.coalesce(pl.lit("customer ") + pl.col("customer_id"), pl.lit("number ") + pl.col("party_number"))
    told, inbound = _ended(calls, cutoff), pl.col("direction") == "inbound"
    who = ("customer_id", "party_number")
    # All calls are looked through, few of their cells are kept: that is what the streaming engine is for.
    unanswered = told.filter("unanswered").select("call_id", "started_at", "callback_start", *who, party=party)
    reached = told.filter(~inbound | pl.col("answered_at").is_not_null())
    others = reached.select(*who, "started_at", "answered_at", inbound=inbound).collect(engine="streaming").lazy()
    outbound, answered = others.filter(~pl.col("inbound")), others.filter("inbound")
    missed = _same_episode(unanswered.collect(engine="streaming").lazy())
    missed = _first_contact(missed, outbound, "started_at", "callback_placed")
    missed = _first_contact(missed, answered, "answered_at", "reached_again")
    return missed.select("call_id", "same_episode", "callback_placed", "reached_again").collect()


def _ended(calls: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
    """Calls begun by the cutoff: answered_at cut, ends_later, ended_known, unanswered, callback_start."""
    begun = calls.filter(pl.col("started_at") <= cutoff).with_columns(
        *cut(["answered_at"], cutoff),
        ends_later=(pl.col("ended_at") > cutoff).fill_null(False),
        ended_known=pl.when(pl.col("ended_at") <= cutoff).then("ended_at"),
    )
    return begun.with_columns(
        unanswered=(pl.col("direction") == "inbound") & ~filled("answered_at"),
        callback_start=pl.when(~pl.col("ends_later")).then(pl.coalesce("ended_known", "started_at")),
    )


def _rings(start: pl.Expr, end: pl.Expr, ring_cycle: timedelta) -> pl.Expr:
    """Rings from the time that it rang, a begun cycle counted whole, at least 1."""
    cycle = ring_cycle // timedelta(microseconds=1)
    elapsed = (end - start).dt.total_microseconds()
    return (-(-elapsed // cycle)).clip(lower_bound=1)


def _same_episode(missed: pl.LazyFrame) -> pl.LazyFrame:
    """Whether the party's latest unanswered call before this one began less than an hour before it."""
    ordered = missed.sort("started_at")
    earlier = ordered.select("party", earlier="started_at").drop_nulls()
    found = ordered.join_asof(
        earlier, left_on="started_at", right_on="earlier", by="party", allow_exact_matches=False, check_sortedness=False
    )
    return found.with_columns(same_episode=(pl.col("started_at") - pl.col("earlier") < EPISODE).fill_null(False))


def _first_contact(missed: pl.LazyFrame, others: pl.LazyFrame, at: str, name: str) -> pl.LazyFrame:
    """Add `name`: the earliest `at` among `others` of the same party at or after the call-back's start.

    Same party: equal customer, or equal number where one of the two has no customer.
    """
    named, unnamed = pl.col("customer_id").is_not_null(), pl.col("customer_id").is_null()
    ways = (
        ("customer_id", others.filter(named), pl.lit(True)),
        ("party_number", others.filter(unnamed), pl.lit(True)),
        ("party_number", others.filter(named), unnamed),
    )
    ordered = missed.sort("callback_start")
    for n, (key, right, applies) in enumerate(ways):
        contacts = right.select(key, pl.col(at).alias(f"way_{n}")).drop_nulls().sort(f"way_{n}")
        ordered = ordered.join_asof(
            contacts,
            left_on="callback_start",
            right_on=f"way_{n}",
            by=key,
            strategy="forward",
            check_sortedness=False,
        ).with_columns(pl.when(applies).then(f"way_{n}").alias(f"way_{n}"))
    found = [f"way_{n}" for n in range(len(ways))]
    return ordered.with_columns(pl.min_horizontal(found).alias(name)).drop(found)
