"""What may still change a ticket's verdict: reopening, a new time limit, cancellation. Times are
compared as v."""

from __future__ import annotations

from datetime import datetime

from tests.oracle.cells import UNREADABLE, Row
from tests.oracle.verdict import Obligation


def reopen(ob: Obligation, cycle: Row) -> None:
    """A step that was still open when the ticket was reopened in time is the next cycle's
    business."""
    again = cycle["reopened_at"]
    if (
        again is not None
        and ob.verdict in ("overdue", "missing", "pending")
        and (ob.due is None or again <= ob.due)
    ):
        ob.say("exempt", "reopened")


def renegotiate(ob: Obligation, cycle: Row, cutoff: datetime) -> None:
    if not ob.rule.renegotiable or ob.verdict not in ("late", "overdue"):
        return
    agreed = cycle["renegotiated_due_at"]
    if (
        cycle["overtime_cause"] != "objective"
        or cycle["customer_accepted"] is not True
        or agreed is None
    ):
        return
    if agreed is UNREADABLE:
        ob.say("unknown", "unreadable")
        return
    assert ob.due is not None
    if agreed <= ob.due:
        return
    if ob.fulfilled is not None and ob.fulfilled <= agreed:
        ob.say("exempt", "renegotiated")
        return
    if ob.fulfilled is None and cutoff <= agreed:
        ob.say("pending")
    ob.due = agreed


def cancel(ob: Obligation, cycle: Row) -> None:
    cancelled = cycle["cancelled_at"]
    if cancelled is UNREADABLE:
        if ob.verdict in ("pending", "overdue", "missing"):
            ob.say("unknown", "unreadable")
        return
    if cancelled is not None:
        stays = ob.due is not None and ob.due < cancelled
        if ob.verdict in ("pending", "overdue", "missing", "unknown") and not stays:
            ob.say("exempt", "cancelled")
    elif (
        cycle["status"] == "cancelled"
        and not cycle["cancelled_in_export"]
        and ob.verdict in ("pending", "overdue", "missing")
    ):
        ob.say("unknown", "cancelled")
