"""The date that a document bears."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from checks.numbers.headline import PeriodOfReport
from flows.report.words.options import ReportOptions
from flows.report.words.texts import Texts


def dated(period: PeriodOfReport, options: ReportOptions) -> datetime:
    """The date inside the file: that of the report, never the clock of the machine."""
    return datetime.combine(report_date(period, options), datetime.min.time())


def stamped(period: PeriodOfReport, options: ReportOptions) -> str:
    """The same with the offset that the zone has then."""
    return dated(period, options).replace(tzinfo=ZoneInfo(options.time_zone)).isoformat()


def report_date(period: PeriodOfReport, options: ReportOptions) -> date:
    """As configured, else the day of the cutoff."""
    return options.report_date or datetime.fromisoformat(period.cutoff).date()


def months_named(texts: Texts, months: Sequence[str]) -> str:
    """Months of one year (2026-03, in order) as people say them: 1月至9月、12月."""
    runs: list[list[int]] = []
    for number in (int(month[5:7]) for month in months):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = texts.items("year.month_names")
    return texts("words.and").join(
        names[run[0] - 1]
        if len(run) == 1
        else texts("year.month_run", first=names[run[0] - 1], last=names[run[-1] - 1])
        for run in runs
    )
