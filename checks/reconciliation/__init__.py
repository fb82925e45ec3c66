"""Reconciliation: whether the records of different systems agree, so that the chain from request to archive can be
traced (source: RC 第四条(五) 闭环管理, TC 第六条(六) 单据可追溯)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from checks.calendar import Calendar
from checks.concepts import Period
from checks.reconciliation import clocks, frames, gaps, sequences
from checks.reconciliation.model import RowCheck
from checks.reconciliation.rows import REFERENCE_CHECKS, REFERENCES, ROW_CHECKS

__all__ = ["reconcile"]

Records = Mapping[str, pl.LazyFrame]


def reconcile(records: Records, period: Period, calendar: Calendar | None = None) -> list[dict[str, Any]]:
    """Every check that the records allow, as a data finding in plain JSON:

    check (name), title {zh, en}, count (what failed), of (what was looked at), examples (at most ten keys),
    doubts (the rates in doubt: topics of rules, or timeliness, resolution, archive_completeness, by_tier, by_person,
    by_department), detail (further numbers). A count of 0 is a check that found nothing; a check whose other table
    was not provided is left out.
    """
    calendar = calendar or Calendar({})
    tickets = frames.tickets(records, period)
    row_plans = _row_plans(records, period, tickets)
    plans = {
        "sequences": sequences.numbered(records["tickets"]),
        "offsets": clocks.offsets(tickets),
        **{table: gaps.hourly(records, table, period) for table in gaps.SOURCES},
    }
    checks = [checks for checks, _ in row_plans]
    collected = pl.collect_all([*(plan for _, plan in row_plans), *plans.values()], engine="streaming")
    found = dict(zip(plans, collected[len(checks) :], strict=True))
    by_row = [check.finding(frame) for group, frame in zip(checks, collected, strict=False) for check in group]
    return [
        *by_row,
        sequences.missing_numbers(found["sequences"]),
        clocks.opened_before_contact(found["offsets"]),
        clocks.clock_skew(found["offsets"]),
        *(gaps.export_gap(table, found[table], period, calendar) for table in gaps.SOURCES),
    ]


def _row_plans(records: Records, period: Period, tickets: pl.LazyFrame) -> list[tuple[list[RowCheck], pl.LazyFrame]]:
    """For each table its checks and one query of one row that counts them all."""
    filled = {target: not records[target].head(1).collect().is_empty() for target in ("customers", "staff", "tickets")}
    prepared = {
        **records,
        "calls": frames.calls(records, period),
        "sessions": frames.chat_sessions(records, period),
        "tickets": tickets,
    }
    plans = []
    for table in dict.fromkeys([*(check.table for check in ROW_CHECKS), *(table for table, _, _ in REFERENCES)]):
        named = [(column, target) for name, column, target in REFERENCES if name == table and filled[target]]
        checks = [check for check in ROW_CHECKS if check.table == table]
        checks += [REFERENCE_CHECKS[table, column] for column, _ in named]
        if checks:
            frame = frames.with_known(prepared[table], named, records)
            plans.append((checks, frame.select(count for check in checks for count in check.counts)))
    return plans
