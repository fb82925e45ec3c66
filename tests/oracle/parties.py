"""Who the customer is, of which tier at an instant, and which calls are of the same party."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.oracle.cells import UNREADABLE, Mark, Row, Rows, precision, readable
from tests.oracle.numbers import digits, numbers_in


class Parties:
    def __init__(self, rows: Rows) -> None:
        self.periods: dict[str, list[Row]] = {}
        self.owners: dict[str, set[str]] = {}
        self.unsettled = {
            row["customer_id"]
            for row in rows.quarantined["customers"]
            if readable(row["customer_id"])
        }
        for row in rows["customers"]:
            self.periods.setdefault(row["customer_id"], []).append(row)
        for row in (*rows["customers"], *rows["customer_contacts"]):
            if readable(row["contact"]):
                for number in numbers_in(row["contact"]):
                    self.owners.setdefault(number, set()).add(row["customer_id"])

    def tier(self, customer: Any, at: datetime) -> str | Mark | None:
        """The row with the latest valid_from; empty = always. Where one can't be read nobody knows
        which holds."""
        rows = self.periods.get(customer, [])
        if any(row["valid_from"] is UNREADABLE for row in rows):
            return UNREADABLE
        if customer in self.unsettled:
            return None
        begun = [row for row in rows if row["valid_from"] is None or row["valid_from"] <= at]
        return str(max(begun, key=_begun)["tier"]) if begun else None

    def ticket_tier(self, ticket: Row, at: datetime) -> Any:
        customer = ticket["customer_id"]
        if not readable(customer):
            return ticket["tier"]
        known = self.tier(customer, at)
        return ticket["tier"] if known is None and customer not in self.unsettled else known

    def caller(self, call: Row) -> str | None:
        """The call's customer; where it names none, the only one with its number."""
        if readable(call["customer_id"]):
            return str(call["customer_id"])
        if call["customer_id"] is UNREADABLE:
            return None
        owners = self.owners.get(number(call) or "", set())
        return next(iter(owners)) if len(owners) == 1 else None

    def call_tier(self, call: Row, at: datetime) -> Any:
        caller = self.caller(call)
        if caller:
            return self.tier(caller, at)
        unreadable = UNREADABLE in (call["customer_id"], call["number"])
        return None if unreadable or self.owners.get(number(call) or "") else "potential"

    def same_party(self, one: Row, other: Row) -> bool:
        left, right = self.caller(one), self.caller(other)
        if left and right:
            return left == right
        mine = number(one)
        return mine is not None and mine == number(other)

    def key(self, call: Row) -> tuple[str, str | None]:
        """The party key: the customer, else the number."""
        caller = self.caller(call)
        return ("customer", caller) if caller else ("number", number(call))


def number(call: Row) -> str | None:
    """The other party's number as it is compared; None where it is empty, unreadable or without
    digits."""
    return digits(call["number"]) if readable(call["number"]) else None


def party_unreadable(call: Row) -> bool:
    """Whether nobody can tell who called: what would name the party is filled, and none of it can
    be read."""
    if readable(call["customer_id"]) or number(call):
        return False
    return UNREADABLE in (call["customer_id"], call["number"])


def _begun(row: Row) -> tuple[bool, datetime, Any]:
    """Later periods last; of two that begin at one v the more exactly written one."""
    since = row["valid_from"]
    return (False, datetime.min, 0) if since is None else (True, since, -precision(since))
