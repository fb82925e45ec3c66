"""Reconciliation: whether the records of different systems agree, so that the chain from request to
archive can be traced (source: RC 第四条(五) 闭环管理, TC 第六条(六) 单据可追溯)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from checks.concepts import Period
from checks.law.calendar import Calendar
from checks.law.rulebook import Rulebooks, Topic
from checks.law.vocabulary import DOUBTS
from checks.numbers.records import Disagreement
from checks.reconciliation import clocks, frames, gaps, references, sequences
from checks.reconciliation.rows import ROW_CHECKS

__all__ = ["reconcile"]

Records = Mapping[str, pl.LazyFrame]


def reconcile(
    records: Records,
    period: Period,
    rulebooks: Rulebooks,
    calendar: Calendar | None = None,
) -> tuple[Disagreement, ...]:
    """Every check that the records allow.

    A count of 0 is a check that found nothing; a check whose other table was not provided is left
    out. `doubts` are topics of rules, or timeliness, resolution, archive_completeness, by_tier,
    by_person, by_department.
    """
    calendar = calendar or Calendar({})
    linked = references.to_check(records)
    looked_at, unlisted = (
        zip(*(reference.plans(records) for reference in linked), strict=True)
        if linked
        else ((), ())
    )
    hours = [gaps.hourly(records, table, period) for table in gaps.SOURCES]
    by_row = {
        "sessions": frames.chat_sessions(records, period, rulebooks.parameters.session_gap),
        "calls": frames.calls(records, period),
    }
    counted, found_of, unlisted_of, per_hour = _collected(
        _row_plans(by_row), looked_at, unlisted, hours
    )
    # Last, for the contacts wait in memory: two questions are asked of them.
    contacted = frames.contacts(records).collect(engine="streaming").lazy()
    by_ticket = {"tickets": frames.tickets(records, period, contacted)}
    single = [
        sequences.numbered(records["tickets"]),
        clocks.offsets(records["tickets"], contacted, period),
    ]
    of_tickets, (numbered, apart) = _collected(_row_plans(by_ticket), single)
    counts = dict(zip((*by_row, *by_ticket), (*counted, *of_tickets), strict=True))
    found = [
        *(check.finding(counts[check.table]) for check in ROW_CHECKS),
        *(
            reference.finding(*pair)
            for reference, *pair in zip(linked, found_of, unlisted_of, strict=True)
        ),
        sequences.missing_numbers(numbered),
        clocks.opened_before_contact(apart),
        clocks.clock_skew(apart),
        *(
            gaps.export_gap(table, frame, period, calendar)
            for table, frame in zip(gaps.SOURCES, per_hour, strict=True)
        ),
    ]
    return tuple(
        replace(finding, doubts=_rates(finding.doubts, rulebooks.topics)) for finding in found
    )


def _rates(doubts: Iterable[str], topics: Mapping[str, Topic]) -> tuple[str, ...]:
    """Each doubt that topics are `doubted_by` as those topics, the other rates as they are."""
    return tuple(
        rate
        for doubt in doubts
        for rate in (
            [name for name, topic in topics.items() if doubt in topic.doubted_by]
            if doubt in DOUBTS
            else [doubt]
        )
    )


def _row_plans(prepared: Mapping[str, pl.LazyFrame]) -> list[pl.LazyFrame]:
    """For each table one query of one row that counts all its row checks."""
    counts = {
        table: [c for check in ROW_CHECKS if check.table == table for c in check.counts]
        for table in prepared
    }
    return [frame.select(counts[table]) for table, frame in prepared.items()]


def _collected(*groups: Iterable[pl.LazyFrame]) -> list[list[pl.DataFrame]]:
    """Groups of queries, collected one by one: together they share little and need memory all at
    once."""
    return [[plan.collect(engine="streaming") for plan in group] for group in groups]
