"""The date that a document bears."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from checks.numbers.headline import PeriodOfReport
from flows.report.words.options import ReportOptions


def dated(period: PeriodOfReport, options: ReportOptions) -> datetime:
    """The date inside the file: that of the report, never the clock of the machine."""
    return datetime.combine(report_date(period, options), datetime.min.time())


def stamped(period: PeriodOfReport, options: ReportOptions) -> str:
    """The same with the offset that the zone has then."""
    return dated(period, options).replace(tzinfo=ZoneInfo(options.time_zone)).isoformat()


def report_date(period: PeriodOfReport, options: ReportOptions) -> date:
    """As configured, else the day of the cutoff."""
    return options.report_date or datetime.fromisoformat(period.cutoff).date()
