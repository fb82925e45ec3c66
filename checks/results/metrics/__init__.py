"""The numbers of a closing: everything that the report prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.concepts import SCHEMA_VERSION, Period
from checks.duties import evidence
from checks.law.calendar import Calendar
from checks.numbers.cases import CaseFile
from checks.numbers.headline import CalendarReach, PeriodOfReport
from checks.numbers.intake import Quality
from checks.numbers.whole import Counted, Metrics, Sections
from checks.results.metrics.agreement import agreement
from checks.results.metrics.analyses import analyses
from checks.results.metrics.breakdowns import breakdowns, by_reason, proposals
from checks.results.metrics.cases import case_files, people
from checks.results.metrics.gaps import gaps
from checks.results.metrics.headline import headline
from checks.results.metrics.limit_use import limit_use
from checks.results.metrics.summary import attention, finding_counts
from checks.results.metrics.tally import cube
from checks.results.metrics.times import backlog, delays, heat, near_misses
from checks.results.metrics.trend import trend, trend_row

__all__ = ["NOT_LOOKED", "Closing", "case_files", "metrics", "people", "with_findings"]

NOT_LOOKED: Final = Sections(accounting={}, quality=Quality(issues=(), quarantine=()))
"""No check looked at the records themselves."""


def metrics(closing: Closing, sections: Sections = NOT_LOOKED) -> Counted:
    """The content of metrics.json but for findings; rates are null for 0 of 0.

    `sections`: what other checks say of the records.
    """
    counted = cube(closing.facts)
    rates = breakdowns(closing, counted)
    archive = sections.completeness.archive if sections.completeness else None
    return Counted(
        schema_version=SCHEMA_VERSION,
        period=_period(closing.period),
        calendar=_calendar(closing.calendar, counted),
        headline=headline(closing, counted),
        **vars(rates),
        proposals=proposals(rates.by_department, closing.rulebooks),
        heat=heat(closing),
        delays=delays(closing),
        near_miss=near_misses(closing),
        backlog=backlog(closing),
        gaps=gaps(closing, counted),
        undecided=by_reason(counted, "unknown"),
        exemptions=by_reason(counted, "exempt"),
        evidence=evidence(closing),
        analyses=analyses(closing, archive),
        limit_use=limit_use(closing),
        agreement=agreement(closing),
        **vars(sections),
    )


def with_findings(
    counted: Counted,
    findings: pl.DataFrame,
    history: Sequence[Metrics] = (),
    cases: tuple[CaseFile, ...] = (),
    names: Mapping[str, str] | None = None,
) -> Metrics:
    """The metrics with what the findings (schema checks.results.findings.FINDINGS) add up to, among
    earlier closings.

    `counted`: what `metrics` gave; apart from it, so that a long month's findings need not wait in
    memory meanwhile.
    `history`: the metrics of earlier closings. `cases`, `names`: what `case_files` and `people`
    give.
    """
    found = finding_counts(findings, [row.key for row in counted.by_rule])
    return Metrics(
        **vars(counted),
        findings=found,
        attention=attention(findings),
        trend=trend(
            history, trend_row(counted.period, counted.headline, found.total, counted.by_department)
        ),
        cases=cases,
        people=names or {},
    )


def _calendar(calendar: Calendar, counted: pl.DataFrame) -> CalendarReach:
    return CalendarReach(
        published_through=calendar.published_through.isoformat(),
        imported=tuple(sorted(notice.year for notice in calendar.notices)),
        provisional=int(counted.filter("calendar_provisional")["n"].sum()),
    )


def _period(period: Period) -> PeriodOfReport:
    """`to` is the last day, as people say it."""
    last = (period.end - timedelta(days=1)).date()
    return PeriodOfReport(
        from_=period.start.date().isoformat(),
        to=last.isoformat(),
        cutoff=period.cutoff.isoformat(),
    )
