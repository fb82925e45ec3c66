"""Duties that optional tables decide: warnings, spot checks, rectifications, exemptions, outages, training, reports.

A table that was not provided is "no evidence", never a pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from checks.evidence.alerts import overdue_alerts, warnings
from checks.evidence.documents import monthly_reports, weekly_summaries
from checks.evidence.duty import duty
from checks.evidence.follow_up import exemptions, rectifications
from checks.evidence.item import NO_EVIDENCE, Found, Item, Title, status_of
from checks.evidence.manual import manual_checks
from checks.evidence.outages import outages
from checks.evidence.spot_checks import spot_checks
from checks.evidence.trainings import monthly_training, trained_staff
from checks.metrics.facts import Closing
from checks.metrics.rates import rate

__all__ = ["CHECKS", "Item", "evidence"]


@dataclass(frozen=True)
class Check:
    """A duty, the table that shows whether it was met, and the function that looks."""

    key: str
    table: str
    judge: Callable[[Closing], Found]
    articles: tuple[str, ...]
    zh: str
    en: str


CHECKS: Final = (
    Check("warnings", "alerts", warnings, ("TC 第八条(一)",), "到期前预警", "Warning before a deadline"),
    Check("overdue_alerts", "alerts", overdue_alerts, ("TC 第八条(一)",), "超时告警", "Alert after a deadline"),
    Check(
        "duty", "calls", duty, ("TC 第十条(二)", "RC 第八条(一)"),
        "非工作时间有人值守", "Somebody on duty out of hours",
    ),
    Check(
        "trained_staff", "trainings", trained_staff, ("TC 第十条(一)", "RC 第五条(一)", "CD 五(一)1"),
        "上岗人员有培训记录", "Staff on duty have a training on record",
    ),
    Check(
        "outages", "outages", outages, ("TC 第十一条",),
        "系统故障30分钟内启动备用方案", "Fallback within 30 minutes of a system failure",
    ),
    Check(
        "spot_checks", "spot_checks", spot_checks, ("TC 第十四条(一)",),
        "每日抽查不低于30%", "Spot checks of at least 30 % a day",
    ),
    Check(
        "rectifications", "rectifications", rectifications, ("TC 第十五条",),
        "问题按期整改", "Findings put right in time",
    ),
    Check("exemptions", "exemptions", exemptions, (), "豁免在时限届满前批准", "Exemptions approved in time"),
    Check(
        "monthly_training", "trainings", monthly_training, ("RC 第十七条", "CD 五(一)2"),
        "每月组织培训", "Training every month",
    ),
    Check(
        "weekly_summaries", "documents", weekly_summaries, ("RC 第十一条(二)",),
        "接待人员每周总结", "Weekly summary by everyone who receives inquiries",
    ),
    Check(
        "monthly_reports", "documents", monthly_reports,
        ("TC 第九条", "TC 第十四条(二)", "RC 第十一条(二)", "RC 第二十条(二)"), "月度报告", "Monthly report",
    ),
    Check("manual_checks", "manual_checks", manual_checks, (), "人工检查", "Checks made by people"),
)  # fmt: skip


def evidence(closing: Closing) -> dict[str, Item]:
    """One item per check, in the order of the articles."""
    return {check.key: _item(check, closing) for check in CHECKS}


def _item(check: Check, closing: Closing) -> Item:
    provided = check.table in closing.provided
    of, details = check.judge(closing) if provided else (rate(0, 0), {})
    return Item(
        articles=list(check.articles),
        title=Title(zh=check.zh, en=check.en),
        table=check.table,
        status=status_of(of) if provided else NO_EVIDENCE,
        rate=of,
        details=details,
    )
