"""Which records of a lake speak of a customer, and what in them is personal (PIPL 第四十七条:
erasure on request)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from checks.subjects.registry import kinds

ERASED: Final = "[erased]"
"""What a filled cell of free text becomes: that it was filled stays true."""
NUMBERS: Final = ("number", "contact")
"""Cells that become empty: an erased number must not equal another erased number."""
PERSONAL: Final = {
    "customers": ("name", "company", "city", *NUMBERS[1:]),
    "customer_contacts": ("contact",),
    "calls": ("number",),
    "chats": ("text", "sender_id"),
    "tickets": (
        "customer_name",
        "company",
        "contact",
        "content",
        "core_demand",
        "answer",
        "feedback",
    ),
}
"""Personal cells by table, in which order tables are erased from last to first: the contacts lead
to the rest."""
Scan = Callable[[str], pl.LazyFrame | None]


def record_key(table: str) -> str:
    """The column that a row's record goes by: that of its kind of subject, else the customer's
    id."""
    return next((kind.key for kind in kinds() if kind.table.name == table), "customer_id")


@dataclass(frozen=True)
class Traces:
    """What leads to a customer's records: the id, conversations, tickets, and numbers by their
    digits."""

    customer_id: str
    conversations: tuple[str, ...]
    tickets: tuple[str, ...]
    numbers: tuple[str, ...]

    def of(self, table: str) -> pl.Expr:
        """Whether a row speaks of the customer (never null)."""
        own = pl.col("customer_id").eq_missing(pl.lit(self.customer_id))
        nobody = pl.col("customer_id").is_null()
        if table == "calls":
            by_number = digits("number").is_in(self.numbers) | pl.col("ticket_id").is_in(
                self.tickets
            )
            return own | (nobody & by_number.fill_null(False))
        if table == "chats":
            facts = pl.col("conversation_id").is_in(self.conversations) | pl.col("ticket_id").is_in(
                self.tickets
            )
            return own | facts.fill_null(False)
        return own


def traces(customer_id: str, scan: Scan) -> Traces:
    """Everything in the lake that leads to the customer's records."""
    mine = pl.col("customer_id") == customer_id
    numbers = [
        _values(scan(table), mine, digits("contact"))
        for table in ("customers", "customer_contacts")
    ]
    tickets = _values(scan("tickets"), mine, pl.col("ticket_id"))
    conversations = _values(
        scan("chats"), mine | pl.col("ticket_id").is_in(tickets), pl.col("conversation_id")
    )
    return Traces(customer_id, conversations, tickets, tuple({*numbers[0], *numbers[1]} - {""}))


def _values(rows: pl.LazyFrame | None, which: pl.Expr, what: pl.Expr) -> tuple[str, ...]:
    if rows is None:
        return ()
    return tuple(
        rows.filter(which)
        .select(what.alias("found"))
        .drop_nulls()
        .unique()
        .collect()["found"]
        .to_list()
    )


def digits(column: str) -> pl.Expr:
    """A number's digits, without 86 or a leading 0: the form in which numbers are compared."""
    plain = pl.col(column).str.replace_all(r"\D", "")
    return plain.str.replace(r"^(86|0)", "")


def without(table: str, which: pl.Expr, token: str) -> list[pl.Expr]:
    """The table's columns in which the rows of a customer hold nothing personal, and `token` for
    the customer's id."""

    def erased(name: str) -> pl.Expr:
        filled = pl.lit(None, pl.String) if name in NUMBERS else pl.lit(ERASED)
        return pl.when(which & pl.col(name).is_not_null()).then(filled).otherwise(name).alias(name)

    named = pl.when(which).then(pl.lit(token)).otherwise("customer_id").alias("customer_id")
    return [named, *(erased(name) for name in PERSONAL[table])]
