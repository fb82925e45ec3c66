"""Who the customer is, of which tier at an instant, and which calls are of the same party."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from tests.oracle.cells import UNREADABLE, Mark, Row, Rows


def digits(number: str | None) -> str | None:
    """A number by its digits, without 86 or a leading 0."""
    bare = re.sub(r"[^0-9]", "", number or "")
    return re.sub(r"^(86|0)", "", bare) or None


class Parties:
    def __init__(self, rows: Rows) -> None:
        self.periods: dict[str, list[Row]] = {}
        self.owners: dict[str, set[str]] = {}
        for row in rows["customers"]:
            self.periods.setdefault(row["customer_id"], []).append(row)
        for row in (*rows["customers"], *rows["customer_contacts"]):
            contact = digits(row["contact"])
            if contact:
                self.owners.setdefault(contact, set()).add(row["customer_id"])

    def tier(self, customer: str | None, at: datetime) -> str | Mark | None:
        """The row with the latest valid_from; empty = always. Where one can't be read nobody knows which holds."""
        rows = self.periods.get(customer or "", [])
        if any(row["valid_from"] is UNREADABLE for row in rows):
            return UNREADABLE
        begun = [row for row in rows if row["valid_from"] is None or row["valid_from"] <= at]
        if not begun:
            return None
        return str(max(begun, key=lambda row: row["valid_from"] or datetime.min)["tier"])

    def ticket_tier(self, ticket: Row, at: datetime) -> Any:
        return self.tier(ticket["customer_id"], at) or ticket["tier"]

    def caller(self, call: Row) -> str | None:
        """The call's customer, else the only one with its number."""
        if call["customer_id"]:
            return str(call["customer_id"])
        owners = self.owners.get(digits(call["number"]) or "", set())
        return next(iter(owners)) if len(owners) == 1 else None

    def call_tier(self, call: Row, at: datetime) -> Any:
        caller = self.caller(call)
        return self.tier(caller, at) if caller else "potential"

    def same_party(self, one: Row, other: Row) -> bool:
        left, right = self.caller(one), self.caller(other)
        if left and right:
            return left == right
        number = digits(one["number"])
        return number is not None and number == digits(other["number"])

    def key(self, call: Row) -> tuple[str, str | None]:
        """The party key: the customer, else the number."""
        caller = self.caller(call)
        return ("customer", caller) if caller else ("number", digits(call["number"]))
