"""Calls that leave no trace, or do not settle the matter."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.law.rulebook import Text
from checks.subjects.phone_numbers import customer_by_number, resolved
from checks.unwatched.model import Seen, Watch, shown

_INBOUND: Final = pl.col("direction") == "inbound"


def _answered(seen: Seen) -> pl.Expr:
    """Inbound calls that somebody had answered by the cutoff."""
    cutoff = seen.closing.period.cutoff
    spoken = pl.col("answered_at").is_not_null() | (pl.col("disposition") == "answered")
    return _INBOUND & spoken.fill_null(False) & ~(pl.col("answered_at") > cutoff).fill_null(False)


def _without_ticket(seen: Seen) -> pl.LazyFrame:
    """Answered calls of the period, and those of them that no ticket records."""
    return (
        seen.closing.records["calls"]
        .filter(seen.within("started_at") & _answered(seen))
        .select(
            subject="call_id",
            person="agent_id",
            at="started_at",
            detail=pl.col("customer_id").fill_null("—"),
            hit=pl.col("ticket_id").is_null() & ~pl.col("ticket_id_unreadable"),
        )
    )


def calls_of_parties(seen: Seen) -> pl.LazyFrame:
    """Inbound calls of a known party by the cutoff: call_id, agent_id, started_at, answered, and
    `again`: when the same party called next, null where it did not."""
    records = seen.closing.records
    callers = customer_by_number(records["customers"], records["customer_contacts"])
    party = pl.coalesce(
        pl.lit("customer ") + pl.col("customer_id"), pl.lit("number ") + pl.col("party_number")
    )
    inbound = records["calls"].filter(
        _INBOUND & (pl.col("started_at") <= seen.closing.period.cutoff)
    )
    ordered = (
        resolved(inbound, callers)
        .select("call_id", "agent_id", "started_at", party=party, answered=_answered(seen))
        .filter(pl.col("party").is_not_null())
        .sort("party", "started_at", "call_id")
    )
    same = pl.col("party") == pl.col("party").shift(-1)
    return ordered.with_columns(again=pl.when(same).then(pl.col("started_at").shift(-1)))


def _called_again(seen: Seen) -> pl.LazyFrame:
    """Answered calls of the period, and those of them whose party called again soon."""
    within = seen.closing.rulebooks.parameters.called_again_within
    return (
        calls_of_parties(seen)
        .filter(pl.col("answered") & seen.within("started_at"))
        .select(
            subject="call_id",
            person="agent_id",
            at="started_at",
            detail=shown(pl.col("again")),
            hit=(pl.col("again") - pl.col("started_at") <= within).fill_null(False),
        )
    )


WATCHES: Final = (
    Watch(
        "call-without-ticket",
        "TC 第七条",
        Text(zh="已接来电没有工单", en="Answered calls without a ticket"),
        Text(
            zh="来电已接听，没有关联工单，其后各步都无从计时",
            en="the call was answered and carries no ticket, so that nothing after it is timed",
        ),
        _without_ticket,
    ),
    Watch(
        "called-again",
        "RC 第十条(二)1",
        Text(zh="接听后客户再次来电", en="Customers who called again"),
        Text(
            zh="已接来电之后24小时内同一客户再次来电（参数 called_again_within）",
            en="another call of the same party within 24 hours of an answered one (parameter "
            "called_again_within)",
        ),
        _called_again,
    ),
)
