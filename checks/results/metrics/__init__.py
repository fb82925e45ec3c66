"""The numbers of a closing: everything that the report prints, as plain JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from checks.closing.facts import Closing
from checks.concepts import SCHEMA_VERSION, Period
from checks.duties import evidence
from checks.law.calendar import Calendar
from checks.results.metrics.analyses import analyses
from checks.results.metrics.breakdowns import breakdowns, by_reason, proposals
from checks.results.metrics.gaps import gaps
from checks.results.metrics.headline import headline
from checks.results.metrics.summary import attention, finding_counts
from checks.results.metrics.tally import cube
from checks.results.metrics.times import backlog, delays, heat, near_misses
from checks.results.metrics.trend import trend

__all__ = ["Closing", "metrics", "with_findings"]


def metrics(closing: Closing, **sections: Any) -> dict[str, Any]:
    """The content of metrics.json but for findings: strings, numbers, booleans and null only, rates
    null for 0 of 0.

    `sections`: further keys that other checks fill (accounting, completeness, conduct, signals,
    reconciliation, quality).
    """
    counted = cube(closing.facts)
    rates = breakdowns(closing, counted)
    return {
        "schema_version": SCHEMA_VERSION,
        "period": _period(closing.period),
        "calendar": _calendar(closing.calendar, counted),
        "headline": headline(closing, counted),
        **rates,
        "proposals": proposals(rates["by_department"]),
        "heat": heat(closing),
        "delays": delays(closing),
        "near_miss": near_misses(closing),
        "backlog": backlog(closing),
        "gaps": gaps(closing, counted),
        "undecided": by_reason(counted, "unknown"),
        "exemptions": by_reason(counted, "exempt"),
        "evidence": evidence(closing),
        "analyses": analyses(closing, sections.get("completeness", {}).get("archive")),
        **sections,
    }


def with_findings(
    counted: Mapping[str, Any], findings: pl.DataFrame, history: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The metrics with what the findings (schema checks.results.findings.FINDINGS) add up to, among
    earlier closings.

    `counted`: what `metrics` gave; apart from it, so that a long month's findings need not wait in
    memory meanwhile.
    `history`: the metrics of earlier closings.
    """
    rules = [row["key"] for row in counted["by_rule"]]
    whole = {
        **counted,
        "findings": finding_counts(findings, rules),
        "attention": attention(findings),
    }
    return {**whole, "trend": trend(history, whole)}


def _calendar(calendar: Calendar, counted: pl.DataFrame) -> dict[str, Any]:
    """How far working days are published, years that a company imported, obligations counted
    beyond."""
    return {
        "published_through": calendar.published_through.isoformat(),
        "imported": sorted(notice.year for notice in calendar.notices),
        "provisional": int(counted.filter("calendar_provisional")["n"].sum()),
    }


def _period(period: Period) -> dict[str, str]:
    """`to` is the last day, as people say it; `cutoff` an instant."""
    last = (period.end - timedelta(days=1)).date()
    return {
        "from": period.start.date().isoformat(),
        "to": last.isoformat(),
        "cutoff": period.cutoff.isoformat(),
    }
