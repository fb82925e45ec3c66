"""Documents that fall due every month or week, as filed in `documents`.

The texts give no day by which one is due; the reading here: by the end of the following month or
week. Kinds of which the table holds none at all are not recorded there: that is no evidence,
neither a pass nor a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.duties.item import Found
from checks.duties.months import ends_within, month_before, months, next_month
from checks.numbers.evidence import Documents, DueDocument
from checks.text.filling import filled

SUMMARIES: Final = ("weeklysummary", "weeklyreport", "周总结", "每周总结", "周报")
REPORTS: Final = (
    "monthlyreport",
    "monthlysummary",
    "timelinessreport",
    "receptionsummary",
    "月报",
    "月度报告",
    "月度总结",
    "时效管控报告",
    "客户咨询接待总结报告",
    "接待总结报告",
)
INSPECTIONS: Final = (
    "inspectionreport",
    "timelinessinspection",
    "receptioninspection",
    "专项检查报告",
    "检查报告",
)
ROSTERS: Final = ("dutyroster", "roster", "值班表", "排班表", "值班安排")
MEETINGS: Final = ("meetingminutes", "meeting", "minutes", "会议纪要", "协同会议纪要")
MAINTENANCE: Final = ("maintenancereport", "inspectionvisit", "维护报告", "巡检记录", "巡检报告")
ASSESSMENTS: Final = ("assessment", "appraisal", "考核记录", "考核表", "月度考核")
"""How `kind` may be written; case, spaces, hyphens and underscores aside."""
_WEEK: Final = timedelta(days=7)


def monthly(kinds: tuple[str, ...]) -> Callable[[Closing], Found | None]:
    """Months whose document fell due in the period, and those of them for which one was filed in
    time."""

    def judge(closing: Closing) -> Found | None:
        due = [
            month
            for month in months(closing.period)
            if ends_within(next_month(month), closing.period)
        ]
        spans = [(month_before(month), next_month(month)) for month in due]
        return _filed(closing, kinds, _month(), spans, lambda month: month.strftime("%Y-%m"))

    return judge


def weekly_summaries(closing: Closing) -> Found | None:
    """Weeks whose summary fell due in the period, and those of them for which anyone filed one in
    time.

    Everyone who receives inquiries is to write one, but no record says who did; `owners` names
    those who filed.
    """
    first = closing.period.start.date() - timedelta(days=closing.period.start.weekday())
    mondays = [first + _WEEK * n for n in range((closing.period.end.date() - first) // _WEEK + 1)]
    spans = [
        (monday - 2 * _WEEK, monday) for monday in mondays if ends_within(monday, closing.period)
    ]
    return _filed(closing, SUMMARIES, _week(), spans, lambda monday: monday.strftime("%G-W%V"))


def _filed(
    closing: Closing,
    kinds: tuple[str, ...],
    about: pl.Expr,
    spans: Iterable[tuple[date, date]],
    name: Callable[[date], str],
) -> Found | None:
    """Of the spans (first day, day before which it is due) those with a document filed in time.

    A document without a readable filing time leaves its span unknown, unless another was in time.
    `unread_periods`: documents whose period can't be told.
    """
    kind = pl.col("kind").str.to_lowercase().str.replace_all(r"[\s_-]", "")
    documents = (
        closing.records["documents"].filter(kind.is_in(kinds)).with_columns(about=about).collect()
    )
    if documents.is_empty():
        return None
    rows = []
    for first, due in spans:
        of = documents.filter(pl.col("about") == first)
        in_time = of.filter(pl.col("filed_at") < datetime.combine(due, datetime.min.time()))
        filed = True if in_time.height else None if of["filed_at"].null_count() else False
        owners = tuple(sorted(in_time["owner"].drop_nulls().unique()))
        rows.append(DueDocument(key=name(first), filed=filed, owners=owners))
    good, unknown = (sum(row.filed is value for row in rows) for value in (True, None))
    found = Documents(due=tuple(rows), unread_periods=documents["about"].null_count())
    return rate(good, len(rows) - unknown, unknown), found


def _month() -> pl.Expr:
    """First day of the month that `period` writes: 2026-10, 202610, 2026年10月."""
    text = pl.col("period").str.extract_groups(r"^(\d{4})\D?(\d{1,2})月?$")
    return filled("{}-{}-01", text.struct[0], text.struct[1].str.zfill(2)).str.to_date(strict=False)


def _week() -> pl.Expr:
    """Monday of the week that `period` writes: 2026-W41, 2026年第41周, a day of it, or 2026-10-W1,
    2026年10月第1周.

    The n-th week of a month is its n-th seven days, and stands for the week that holds most of
    them.
    """
    of_year = pl.col("period").str.extract_groups(r"^(\d{4})[-年]?[Ww第](\d{1,2})周?$")
    numbered = filled("{}-W{}-4", of_year.struct[0], of_year.struct[1].str.zfill(2)).str.to_date(
        "%G-W%V-%u", strict=False
    )
    of_month = pl.col("period").str.extract_groups(r"^(\d{4})[-年](\d{1,2})[-月]?[Ww第](\d)周?$")
    month = filled("{}-{}-01", of_month.struct[0], of_month.struct[1].str.zfill(2)).str.to_date(
        strict=False
    )
    middle = month + pl.duration(days=of_month.struct[2].cast(pl.Int64) * 7 - 4)
    dated = pl.col("period").str.to_date("%Y-%m-%d", strict=False)
    return pl.coalesce(numbered, middle, dated).dt.truncate("1w")
