"""Calls: how long they rang, whether they were unanswered, and who reached whom afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from checks.records.as_of_cutoff import cut, filled, latest, uncertainty


def call_frame(
    calls: pl.LazyFrame, contacts: pl.LazyFrame, cutoff: datetime, ring_cycle: timedelta
) -> pl.LazyFrame:
    """Calls as of the cutoff with the facts that the call rules need, one row per call.

    calls: canonical, with what parties.resolved adds. contacts: `contacts` of all calls, these and
    others. Adds subject_id, responsible, answered, in_progress, unanswered, ended_known (the end,
    if it came by the cutoff), rings_least and rings_most (as many as the log says or the times
    allow), no_number, callback_start, same_episode, callback_placed, reached_again.
    """
    cycle = ring_cycle // timedelta(microseconds=1)
    shortest, longest = _rang(pl.col("answered_at"), pl.col("answered_at_precision"))
    stated = _ended(calls, cutoff).with_columns(
        subject_id="call_id",
        responsible="agent_id",
        rings_least=pl.coalesce("rings", _rings(shortest, cycle)),
        rings_most=pl.coalesce("rings", _rings(longest, cycle)),
        no_number=pl.col("customer_id").is_null() & pl.col("party_number").is_null(),
    )
    return stated.join(contacts, on="call_id", how="left").with_columns(
        pl.col("same_episode").fill_null(False)
    )


def contacts(calls: pl.LazyFrame, cutoff: datetime, same_episode: timedelta) -> pl.DataFrame:
    """What came after each unanswered call, as of the cutoff: call_id, same_episode,
    callback_placed (with its precision), reached_again.

    calls: all of them, as of `call_frame`: a party's calls may lie anywhere. Redials of one party
    within less than `same_episode` are one episode; only its first call asks for a call-back.
    """
    party = pl.coalesce(
        pl.lit("customer ") + pl.col("customer_id"), pl.lit("number ") + pl.col("party_number")
    )
    stated, inbound = _ended(calls, cutoff), pl.col("direction") == "inbound"
    who = ("customer_id", "party_number")
    # All calls are looked through, few of their cells are kept: that is what the streaming engine
    # is for.
    unanswered = stated.filter("unanswered").select(
        "call_id", "started_at", "callback_start", *who, party=party
    )
    reached = stated.filter(~inbound | pl.col("answered")).select(
        *who,
        "started_at",
        precision="started_at_precision",
        inbound=inbound,
        answered_at=pl.coalesce("answered_at", "started_at"),
    )
    others = reached.collect(engine="streaming").lazy()
    outbound, answered = others.filter(~pl.col("inbound")), others.filter("inbound")
    missed = _same_episode(unanswered.collect(engine="streaming").lazy(), same_episode)
    missed = _called_back(missed, outbound)
    missed = _first_contact(missed, answered, "answered_at", "reached_again")
    return missed.select(
        "call_id", "same_episode", "callback_placed", "callback_placed_precision", "reached_again"
    ).collect()


def _ended(calls: pl.LazyFrame, cutoff: datetime) -> pl.LazyFrame:
    """Calls begun by the cutoff: answered_at cut, answered, in_progress, ended_known, unanswered,
    callback_start."""
    goes_on = ((pl.col("answered_at") > cutoff) | (pl.col("ended_at") > cutoff)).fill_null(False)
    answered = filled("answered_at") | pl.col("disposition").eq_missing(pl.lit("answered"))
    ended = pl.col("ended_known").is_not_null()
    begun = calls.filter(pl.col("started_at") <= cutoff).with_columns(
        *cut(["answered_at"], cutoff),
        goes_on=goes_on,
        ended_known=pl.when(pl.col("ended_at") <= cutoff).then("ended_at"),
    )
    # Disposition and rings are written at a call's end: they say nothing of one that goes on.
    in_progress = pl.col("goes_on") & ~filled("answered_at")
    known = begun.with_columns(in_progress=in_progress).with_columns(
        answered=answered & ~pl.col("in_progress")
    )
    unanswered = (pl.col("direction") == "inbound") & ~pl.col("answered") & ~pl.col("in_progress")
    return known.with_columns(
        unanswered=unanswered,
        callback_start=pl.coalesce("ended_known", "started_at"),
        callback_start_precision=pl.when(ended)
        .then("ended_at_precision")
        .otherwise("started_at_precision"),
    )


def _rang(until: pl.Expr, precision: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The shortest and the longest time from `started_at` that the precision of both times
    allows."""
    start = pl.col("started_at")
    shortest = until - start - uncertainty(pl.col("started_at_precision"))
    return shortest, latest(until, precision) - start


def _rings(elapsed: pl.Expr, cycle: int) -> pl.Expr:
    """Rings from the time that it rang, a begun cycle (in microseconds) counted whole, at least
    1."""
    return (-(-elapsed.dt.total_microseconds() // cycle)).clip(lower_bound=1)


def _same_episode(missed: pl.LazyFrame, within: timedelta) -> pl.LazyFrame:
    """Whether the party's latest unanswered call before this one began less than `within` before
    it."""
    ordered = missed.sort("started_at")
    earlier = ordered.select("party", earlier="started_at").drop_nulls()
    found = ordered.join_asof(
        earlier,
        left_on="started_at",
        right_on="earlier",
        by="party",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    return found.with_columns(
        same_episode=(pl.col("started_at") - pl.col("earlier") < within).fill_null(False)
    )


def _called_back(missed: pl.LazyFrame, outbound: pl.LazyFrame) -> pl.LazyFrame:
    """Add `callback_placed` and its precision: the earliest call to the party that is, or within
    its precision may be, at or after the call-back's start.
    """
    exactness = outbound.select(pl.col("precision").unique().sort()).collect().to_series().to_list()
    at, exact = pl.lit(None, missed.collect_schema()["started_at"]), pl.lit(0, pl.Int32)
    # Calls of one precision are in the same order by their latest instants as by those written.
    for seconds in exactness:
        name = f"placed_{seconds}"
        alike = outbound.filter(precision=seconds)
        last = alike.with_columns(last=latest(pl.col("started_at"), pl.col("precision")))
        missed = _first_contact(missed, last, "last", name)
        placed = pl.col(name) - uncertainty(pl.lit(seconds))
        sooner = at.is_null() | (placed < at)
        # In ascending precision: of equal instants the more exact one stays.
        at, exact = (
            pl.when(placed.is_not_null() & sooner).then(placed).otherwise(at),
            pl.when(placed.is_not_null() & sooner).then(pl.lit(seconds, pl.Int32)).otherwise(exact),
        )
    return missed.with_columns(callback_placed=at, callback_placed_precision=exact)


def _first_contact(missed: pl.LazyFrame, others: pl.LazyFrame, at: str, name: str) -> pl.LazyFrame:
    """Add `name`: the earliest `at` among `others` of the same party at or after the call-back's
    start.

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
