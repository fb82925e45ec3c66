"""Records cut into partitions that can be judged apart, on several machines: the parts' obligations are the whole's.

A ticket stays with its events and contacts, a conversation with all of its messages, a caller with all of its calls;
each is put by the hash of its own key. Masters (customers, staff, exemptions) go with every partition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from checks.timeliness.parties import customer_by_number, resolved
from checks.timeliness.tickets import CONTACTS, contacts

_SEED: Final = 20261001
"""Partitions are the same on every machine and in every process."""


def partition(records: Mapping[str, pl.LazyFrame], parts: int, number: int) -> dict[str, pl.LazyFrame]:
    """The `number`-th (from 0) of `parts` partitions of canonical records."""
    ours = {
        "tickets": _falls(pl.col("ticket_id"), parts, number),
        "ticket_events": _falls(pl.col("ticket_id"), parts, number),
        "chats": _falls(pl.col("conversation_id"), parts, number),
    }
    cut = {name: frame.filter(ours[name]) if name in ours else frame for name, frame in records.items()}
    callers = _callers(records).filter(_falls(pl.col("caller"), parts, number))
    cut["calls"] = records["calls"].join(callers, on="call_id", how="semi", maintain_order="left")
    # A ticket's contacts may be calls and messages of other partitions.
    cut[CONTACTS] = contacts(records).filter(_falls(pl.col("ticket_id"), parts, number))
    return cut


def _falls(key: pl.Expr, parts: int, number: int) -> pl.Expr:
    return key.hash(_SEED) % parts == number


def _callers(records: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """call_id, caller: calls that could be of one party carry the same caller.

    Calls are of one party by their customer or by their number, so a caller is what these two connect: the smallest of
    the names that can be reached from one to the next.
    """
    calls = resolved(records["calls"], customer_by_number(records["customers"], records["customer_contacts"]))
    named = calls.select(
        "call_id",
        customer=pl.lit("customer ") + pl.col("customer_id"),
        number=pl.lit("number ") + pl.col("party_number"),
    ).collect()
    named = named.with_columns(caller=pl.min_horizontal("customer", "number").fill_null(pl.col("call_id")))
    while True:
        reached = named
        for key in ("customer", "number"):
            smallest = pl.col("caller").min().over(key)
            reached = reached.with_columns(caller=pl.when(pl.col(key).is_null()).then("caller").otherwise(smallest))
        if reached["caller"].equals(named["caller"]):
            return named.lazy().select("call_id", "caller")
        named = reached
