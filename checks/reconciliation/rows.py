"""The checks that look at one row at a time: links between records, times and codes that must be
there."""

from __future__ import annotations

from typing import Final

import polars as pl

from checks.law.rulebook import Text
from checks.reconciliation.model import RowCheck

_STATUS: Final = pl.col("status")


def _untimed(
    name: str, statuses: tuple[str, ...], column: str, zh: str, en: str, doubts: tuple[str, ...]
) -> RowCheck:
    """A status that says that a step was taken, without the step's time."""
    empty = pl.col(column).is_null() & ~pl.col(f"{column}_unreadable")
    looks_at = pl.col("in_period") & _STATUS.is_in(list(statuses))
    return RowCheck(
        name, "tickets", Text(zh=zh, en=en), looks_at, empty, pl.col("ticket_id"), doubts
    )


def _uncoded(
    name: str, where: pl.Expr, column: str, zh: str, en: str, doubts: tuple[str, ...]
) -> RowCheck:
    """A code without which it can't be said which rule binds."""
    empty = pl.col(column).is_null()
    return RowCheck(
        name,
        "tickets",
        Text(zh=zh, en=en),
        pl.col("in_period") & where,
        empty,
        pl.col("ticket_id"),
        doubts,
    )


ROW_CHECKS: Final = (
    RowCheck(
        "call-without-ticket",
        "calls",
        Text(zh="已接来电没有关联工单", en="Answered calls without a ticket"),
        pl.col("in_period")
        & (pl.col("direction") == "inbound")
        & pl.col("answered_at").is_not_null(),
        pl.col("ticket_id").is_null(),
        pl.col("call_id"),
        ("unlinked", "resolution"),
    ),
    RowCheck(
        "session-without-ticket",
        "sessions",
        Text(zh="已答复的在线会话没有关联工单", en="Answered chat sessions without a ticket"),
        pl.col("in_period") & pl.col("answered") & ~pl.col("courtesy_only"),
        ~pl.col("linked"),
        pl.col("session_id"),
        ("unlinked", "resolution"),
    ),
    RowCheck(
        "ticket-without-contact",
        "tickets",
        Text(
            zh="来自电话或在线渠道的工单没有任何联系记录",
            en="Tickets from phone or chat without a contact record",
        ),
        pl.col("in_period") & pl.col("from_contact"),
        pl.col("contact_at").is_null(),
        pl.col("ticket_id"),
        ("contact-missing",),
    ),
    RowCheck(
        "tier-differs",
        "tickets",
        Text(
            zh="工单所填客户等级与当时的客户主数据不一致",
            en="Tier on the form differs from the master at that time",
        ),
        pl.col("in_period") & pl.col("tier").is_not_null() & pl.col("master_tier").is_not_null(),
        pl.col("tier") != pl.col("master_tier"),
        pl.col("ticket_id") + ": " + pl.col("tier") + " ≠ " + pl.col("master_tier"),
        ("by_tier",),
    ),
    _untimed(
        "completed-without-time",
        ("completed", "archived"),
        "completed_at",
        "状态为已完成但没有完成时间",
        "Completed by status, without the time",
        ("completion-untimed", "resolution"),
    ),
    _untimed(
        "archived-without-time",
        ("archived",),
        "archived_at",
        "状态为已归档但没有归档时间",
        "Archived by status, without the time",
        ("archive-untimed", "archive_completeness"),
    ),
    _untimed(
        "cancelled-without-time",
        ("cancelled",),
        "cancelled_at",
        "状态为已取消但没有取消时间",
        "Cancelled by status, without the time",
        ("timeliness",),
    ),
    _uncoded(
        "severity-empty",
        pl.col("kind") == "fault",
        "severity",
        "故障报修没有紧急程度",
        "Faults without severity",
        ("severity-empty",),
    ),
    _uncoded(
        "locality-empty",
        pl.col("service_mode") == "onsite",
        "locality",
        "现场服务没有同城或异地标识",
        "On-site services without locality",
        ("locality-empty",),
    ),
)
