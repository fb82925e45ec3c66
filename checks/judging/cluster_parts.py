"""Records in parts that can be judged apart: what belongs to one case stays together.

A ticket's key is its number, a conversation's its id, a call's its party: every customer and number
that calls connect. The parts of a month, judged apart, are the month judged whole, row for row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from checks.law.rulebook import Rule
from checks.records.records import Records
from checks.subjects.phone_numbers import customer_by_number, resolved


@dataclass(frozen=True)
class Part:
    """Part `number` (from 0) of `of`."""

    number: int
    of: int

    def holds(self, key: pl.Expr) -> pl.Expr:
        """Whether a text key falls into this part: its last six bytes as a number, the same on
        every machine."""
        return key.str.encode("hex").str.tail(12).str.to_integer(base=16) % self.of == self.number


def part_of(records: Records, part: Part) -> Records:
    """What judging the part needs: its own subjects, and the calls and messages that carry its
    tickets' numbers."""
    tickets = part.holds(pl.col("ticket_id"))
    asks = tickets.fill_null(False)
    own_calls = _own_calls(records, part)
    return records.with_tables(
        {
            "tickets": records["tickets"].filter(tickets),
            "ticket_events": records["ticket_events"].filter(tickets),
            "chats": records["chats"].filter(part.holds(pl.col("conversation_id")) | asks),
            "calls": records["calls"]
            .join(own_calls, on="call_id", how="left", maintain_order="left")
            .filter(pl.col("own").fill_null(False) | asks)
            .drop("own"),
        }
    )


def only_own(obligations: pl.DataFrame, records: Records, part: Part) -> pl.DataFrame:
    """Leave out obligations of calls and conversations that were there for a ticket's sake only."""
    conversation = pl.col("subject_id").str.replace(r"#\d+$", "")
    calls = _own_calls(records, part).collect()["call_id"]
    foreign_chat = (pl.col("subject_type") == "chat_session") & ~part.holds(conversation)
    foreign_call = (pl.col("subject_type") == "call") & ~pl.col("subject_id").is_in(calls.implode())
    return obligations.filter(~foreign_chat, ~foreign_call)


def together(parts: Sequence[pl.DataFrame], rules: Sequence[Rule]) -> pl.DataFrame:
    """The obligations of all parts in the order of an undivided judgement: (rule, subject_id)."""
    order = {rule.id: place for place, rule in enumerate(rules)}
    place = pl.col("rule_id").replace_strict(order, return_dtype=pl.UInt32)
    return pl.concat(parts).sort(place, "subject_id")


def _own_calls(records: Records, part: Part) -> pl.LazyFrame:
    """`call_id` of the part's calls, with `own` true."""
    callers = customer_by_number(records["customers"], records["customer_contacts"])
    parties = (
        resolved(records["calls"], callers)
        .select("call_id", "customer_id", "party_number")
        .collect()
    )
    by_customer, by_number = _circles(parties)
    circle = pl.coalesce("circle", "customer_id", "circle_of_number", "party_number", "call_id")
    return (
        parties.lazy()
        .join(by_customer, on="customer_id", how="left", maintain_order="left")
        .join(by_number, on="party_number", how="left", maintain_order="left")
        .filter(part.holds(circle))
        .select("call_id", own=pl.lit(True))
    )


def _circles(parties: pl.DataFrame) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Customers that share numbers, however indirectly, by the first of them: per customer, and per
    number."""
    pairs = parties.select("customer_id", "party_number").drop_nulls().unique()
    by_customer = pairs.select("customer_id", circle="customer_id").unique()
    while True:
        by_number = (
            pairs.join(by_customer, on="customer_id")
            .group_by("party_number")
            .agg(circle_of_number=pl.col("circle").min())
        )
        wider = (
            pairs.join(by_number, on="party_number")
            .group_by("customer_id")
            .agg(circle=pl.col("circle_of_number").min())
        )
        if wider.sort("customer_id").equals(by_customer.sort("customer_id")):
            return by_customer.lazy(), by_number.lazy()
        by_customer = wider
