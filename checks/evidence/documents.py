"""Weekly summaries and monthly reports, filed as `documents` (TC 第九条, 第十四条(二); RC 第十一条(二), 第二十条(二)).

The texts give no day by which they are due; the reading here: by the end of the following week or month.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

import polars as pl

from checks.evidence.item import Found
from checks.evidence.months import ends_within, month_before, months, next_month
from checks.metrics.facts import Closing
from checks.metrics.rates import Rate, rate
from checks.metrics.tickets import tickets_asked

WEEKLY: Final = ("weeklysummary", "weeklyreport", "周总结", "每周总结", "周报")
MONTHLY: Final = (
    "monthlyreport", "monthlysummary", "timelinessreport", "receptionsummary", "inspectionreport", "月报", "月度报告",
    "月度总结", "时效管控报告", "客户咨询接待总结报告", "接待总结报告", "专项检查报告",
)  # fmt: skip
"""How `kind` is written, case, spaces, hyphens and underscores aside."""


def monthly_reports(closing: Closing) -> Found:
    """Months whose report fell due in the period, and those of them for which one was filed in time."""
    documents = _documents(closing, MONTHLY).with_columns(month=_month()).collect()
    due = [month for month in months(closing.period) if ends_within(next_month(month), closing.period)]
    rows = []
    for month in due:
        about = month_before(month)
        filed = documents.filter(pl.col("month") == about)
        rows.append({"key": about.strftime("%Y-%m"), "filed": _filed(filed, next_month(month))})
    return _rate(rows), {"months": rows, "unread_periods": documents["month"].null_count()}


def weekly_summaries(closing: Closing) -> Found:
    """Weeks whose summary fell due in the period, by everyone who received inquiries in them, and those filed in time.

    `missing`: week and person. An owner is written as the number or the name that `staff` gives.
    """
    documents = _documents(closing, WEEKLY).with_columns(week=_week()).collect()
    owned = _with_staff_id(documents, closing)
    rows = []
    for week, person in _receptionists(closing):
        filed = owned.filter((pl.col("week") == week) & (pl.col("staff_id") == person))
        rows.append(
            {"key": week.strftime("%G-W%V"), "person": person, "filed": _filed(filed, week + timedelta(days=14))}
        )
    missing = [{"key": row["key"], "person": row["person"]} for row in rows if row["filed"] is False]
    return _rate(rows), {"missing": missing, "unread_periods": documents["week"].null_count()}


def _receptionists(closing: Closing) -> list[tuple[date, str]]:
    """(Monday of the week, first receiver) of inquiries in the weeks whose following week ended in the period."""
    start = closing.period.start - timedelta(days=14)
    inquiries = tickets_asked(closing, start).filter(pl.col("kind") == "inquiry", pl.col("handler_id").is_not_null())
    pairs = inquiries.select(pl.col("asked_at").dt.truncate("1w").dt.date(), "handler_id").unique().collect()
    return sorted(pair for pair in pairs.iter_rows() if ends_within(pair[0] + timedelta(days=14), closing.period))


def _documents(closing: Closing, kinds: tuple[str, ...]) -> pl.LazyFrame:
    kind = pl.col("kind").str.to_lowercase().str.replace_all(r"[\s_-]", "")
    cut = pl.col("filed_at").is_null() | (pl.col("filed_at") <= closing.period.cutoff)
    return closing.records["documents"].filter(kind.is_in(kinds), cut)


def _with_staff_id(documents: pl.DataFrame, closing: Closing) -> pl.DataFrame:
    names = closing.records["staff"].filter(pl.col("name").is_not_null()).select("staff_id", owner="name").unique()
    joined = documents.join(names.collect(), on="owner", how="left")
    return joined.with_columns(staff_id=pl.coalesce("staff_id", "owner"))


def _filed(documents: pl.DataFrame, due: date) -> bool | None:
    """Whether one was filed before the day `due`; null when none is dated so, but one has no readable date."""
    if documents.filter(pl.col("filed_at") < datetime.combine(due, datetime.min.time())).height:
        return True
    return None if documents["filed_at"].null_count() else False


def _rate(rows: list[dict[str, Any]]) -> Rate:
    decided = [row for row in rows if row["filed"] is not None]
    return rate(sum(row["filed"] for row in decided), len(decided), len(rows) - len(decided))


def _month() -> pl.Expr:
    """First day of the month that `period` writes: 2026-10, 202610, 2026年10月."""
    text = pl.col("period").str.extract_groups(r"^(\d{4})\D?(\d{1,2})月?$")
    return pl.format("{}-{}-01", text.struct[0], text.struct[1].str.zfill(2)).str.to_date(strict=False)


def _week() -> pl.Expr:
    """Monday of the week that `period` writes: 2026-W41, 2026年第41周, or a day of it, 2026-10-08."""
    text = pl.col("period").str.extract_groups(r"^(\d{4})\D*[Ww第](\d{1,2})周?$")
    numbered = pl.format("{}-W{}-1", text.struct[0], text.struct[1].str.zfill(2)).str.to_date("%G-W%V-%u", strict=False)
    dated = pl.col("period").str.to_date("%Y-%m-%d", strict=False).dt.truncate("1w")
    return pl.coalesce(numbered, dated)
