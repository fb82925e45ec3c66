"""The tables prepared for the row checks: whether a row lies in the period, what it is linked
to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import polars as pl

from checks.concepts import Period
from checks.records.periods import periods
from checks.subjects.courtesy_words import COURTESY
from checks.subjects.sessions import courtesy, sessions

Records = Mapping[str, pl.LazyFrame]


FROM_CONTACT: Final = pl.col("channel").is_in(["phone", "online", "social"])
"""Tickets that came by a call or chat, by their channel."""


def within(column: str, period: Period) -> pl.Expr:
    return ((pl.col(column) >= period.start) & (pl.col(column) < period.end)).fill_null(False)


def calls(records: Records, period: Period) -> pl.LazyFrame:
    return records["calls"].with_columns(in_period=within("started_at", period))


def chat_sessions(records: Records, period: Period, gap: timedelta) -> pl.LazyFrame:
    """One row per session with a customer message: session_id, in_period, answered, linked,
    courtesy_only."""
    customer, agent, at = (
        pl.col("sender") == "customer",
        pl.col("sender") == "agent",
        pl.col("sent_at"),
    )
    bound = pl.col("ticket_id").is_not_null()
    messages = sessions(
        records["chats"], gap, ("conversation_id", "sent_at", "sender", "ticket_id", "text")
    )
    # Grouped without a hash, and so in a quarter of the memory
    messages = messages.set_sorted("run")
    whole = messages.group_by("run").agg(
        pl.col("conversation_id", "session").first(),
        asked_at=at.filter(customer).min(),
        replied_at=at.filter(agent).max(),
        linked=bound.any(),
        asked_with_ticket=(customer & bound).any(),
    )
    # Only what a customer wrote without a ticket is asked whether it is mere courtesy: reading
    # texts is dear.
    polite = (
        messages.filter(customer & ~bound)
        .group_by("run")
        .agg(polite=courtesy(pl.col("text"), COURTESY).all())
    )
    return whole.join(polite, on="run", how="left").with_columns(
        session_id=pl.col("conversation_id") + "#" + pl.col("session").cast(pl.String),
        in_period=within("asked_at", period),
        answered=(pl.col("replied_at") >= pl.col("asked_at")).fill_null(False),
        courtesy_only=pl.col("polite").fill_null(True) & ~pl.col("asked_with_ticket"),
    )


def contacts(records: Records) -> pl.LazyFrame:
    """The first contact of each ticket: ticket_id, contact_at, system (calls or chats)."""
    called = records["calls"].select("ticket_id", at="started_at", system=pl.lit("calls"))
    written = records["chats"].select("ticket_id", at="sent_at", system=pl.lit("chats"))
    firsts = [
        frame.filter(pl.col("ticket_id").is_not_null())
        .group_by("ticket_id", "system")
        .agg(pl.col("at").min())
        for frame in (called, written)
    ]
    return (
        pl.concat(firsts)
        .group_by("ticket_id")
        .agg(contact_at=pl.col("at").min(), system=pl.col("system").sort_by("at", "system").first())
    )


def tickets(records: Records, period: Period, contacted: pl.LazyFrame) -> pl.LazyFrame:
    """Tickets with in_period, from_contact (by its channel a call or chat must be there),
    `contacted` (see `contacts`) and the master's tier when they were opened."""
    master = periods(records["customers"], "customer_id", "tier")
    joined = records["tickets"].join(contacted, on="ticket_id", how="left")
    return master.attach(joined, "customer_id").with_columns(
        in_period=within("opened_at", period),
        from_contact=FROM_CONTACT,
        master_tier=master.at(pl.col("opened_at")),
    )
