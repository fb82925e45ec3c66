"""Duties that optional tables decide: warnings, spot checks, rectifications, exemptions, outages,
training, documents.

A table that was not provided is "no evidence", never a pass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.duties import documents
from checks.duties.alerts import overdue_alerts, recipients, warnings
from checks.duties.duty import duty
from checks.duties.follow_up import exemptions, rectifications
from checks.duties.item import NO_EVIDENCE, Found, status_of
from checks.duties.manual import manual_checks
from checks.duties.outages import outages
from checks.duties.spot_checks import spot_checks
from checks.duties.trainings import monthly_training, quarterly_training, trained_staff
from checks.numbers.base import Title
from checks.numbers.evidence import Duty, Evidence, Nothing

__all__ = ["CHECKS", "evidence"]


@dataclass(frozen=True)
class Check:
    """A duty, the table that shows whether it was met, and the function that looks: None when
    nothing there tells."""

    key: str
    table: str
    judge: Callable[[Closing], Found | None]
    articles: tuple[str, ...]
    zh: str
    en: str


CHECKS: Final = (
    Check(
        "warnings",
        "alerts",
        warnings,
        ("TC 第八条(一)",),
        "到期前预警",
        "Warning before a deadline",
    ),
    Check(
        "overdue_alerts",
        "alerts",
        overdue_alerts,
        ("TC 第八条(一)",),
        "超时告警",
        "Alert after a deadline",
    ),
    Check(
        "alert_recipients",
        "alerts",
        recipients,
        ("TC 第八条(一)",),
        "预警发送及告警抄送对象",
        "Warnings addressed, alerts copied to the emergency team",
    ),
    Check(
        "duty",
        "calls",
        duty,
        ("TC 第十条(二)", "RC 第八条(一)", "RC 第十六条"),
        "非工作时间有人值守",
        "Somebody on duty out of hours",
    ),
    Check(
        "duty_rosters",
        "documents",
        documents.monthly(documents.ROSTERS),
        ("TC 第十条(二)", "RC 第八条(一)", "RC 第十六条"),
        "值班安排",
        "Duty roster",
    ),
    Check(
        "trained_staff",
        "trainings",
        trained_staff,
        ("TC 第十条(一)", "RC 第五条(一)", "CD 五(一)1"),
        "上岗人员有培训记录",
        "Staff on duty have a training on record",
    ),
    Check(
        "monthly_training",
        "trainings",
        monthly_training,
        ("RC 第十七条", "RC 第十六条", "TC 第十条(一)", "CM 四1(1)", "CD 五(一)2"),
        "每月组织培训",
        "Training every month",
    ),
    Check(
        "quarterly_training",
        "trainings",
        quarterly_training,
        ("RC 第十七条", "CD 五(一)3"),
        "每季度专项技能培训",
        "Special training every quarter",
    ),
    Check(
        "outages",
        "outages",
        outages,
        ("TC 第十一条", "RC 第八条(一)"),
        "系统故障30分钟内启动备用方案",
        "Fallback within 30 minutes of a system failure",
    ),
    Check(
        "spot_checks",
        "spot_checks",
        spot_checks,
        ("TC 第十四条(一)",),
        "每日抽查不低于30%",
        "Spot checks of at least 30 % a day",
    ),
    Check(
        "rectifications",
        "rectifications",
        rectifications,
        ("TC 第十五条", "TC 第十四条(一)", "TC 第十四条(三)", "RC 第二十条(一)", "CD 六(三)1"),
        "问题按期整改",
        "Findings put right in time",
    ),
    Check(
        "exemptions",
        "exemptions",
        exemptions,
        ("RC 第八条(二)3",),
        "豁免在时限届满前批准",
        "Exemptions approved in time",
    ),
    Check(
        "weekly_summaries",
        "documents",
        documents.weekly_summaries,
        ("RC 第十一条(二)", "CD 三(二)4"),
        "咨询接待每周总结",
        "Weekly summary of the inquiries received",
    ),
    Check(
        "monthly_reports",
        "documents",
        documents.monthly(documents.REPORTS),
        ("TC 第九条", "RC 第十一条(二)", "CD 二(一)4"),
        "月度汇总报告",
        "Monthly report",
    ),
    Check(
        "inspection_reports",
        "documents",
        documents.monthly(documents.INSPECTIONS),
        ("TC 第十四条(二)", "RC 第二十条(二)"),
        "月度专项检查报告",
        "Monthly inspection report",
    ),
    Check(
        "meetings",
        "documents",
        documents.monthly(documents.MEETINGS),
        ("RC 第十九条",),
        "跨部门协同会议",
        "Meetings across departments",
    ),
    Check(
        "maintenance",
        "documents",
        documents.monthly(documents.MAINTENANCE),
        ("CM 二(三)2(1)", "CM 二(三)2(2)"),
        "定期巡检与维护报告",
        "Maintenance visits and reports",
    ),
    Check(
        "assessments",
        "documents",
        documents.monthly(documents.ASSESSMENTS),
        ("CD 五(二)2",),
        "每月考核",
        "Monthly assessment of the desk's staff",
    ),
    Check("manual_checks", "manual_checks", manual_checks, (), "人工检查", "Checks made by people"),
)


def evidence(closing: Closing) -> Evidence:
    """One duty per check."""
    return Evidence(**{check.key: _duty(check, closing) for check in CHECKS})


def _duty(check: Check, closing: Closing) -> Duty[Any]:
    found = check.judge(closing) if check.table in closing.provided else None
    of, details = found or (rate(0, 0), Nothing())
    return Duty(
        articles=check.articles,
        title=Title(zh=check.zh, en=check.en),
        table=check.table,
        status=status_of(of) if found else NO_EVIDENCE,
        rate=of,
        details=details,
    )
