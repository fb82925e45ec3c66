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
from checks.duties.alerts import overdue_alerts, warnings
from checks.duties.approvals import inspection_approvals
from checks.duties.documents import INSPECTIONS, MONTHLY_REPORTS, alone, monthly
from checks.duties.duty import duty
from checks.duties.follow_up import exemptions, rectifications
from checks.duties.item import NO_EVIDENCE, Found, status_of
from checks.duties.manual import manual_checks
from checks.duties.outages import outages
from checks.duties.recipients import recipients
from checks.duties.spot_checks import spot_checks
from checks.duties.summaries import weekly_summaries
from checks.duties.trainings import monthly_training, quarterly_training, trained_staff
from checks.numbers.base import Title
from checks.numbers.duty import Duty, Nothing
from checks.numbers.evidence import Evidence

__all__ = ["CHECKS", "evidence"]

BY_PEOPLE: Final = "manual_checks"


@dataclass(frozen=True)
class Check:
    """A duty, the table that shows whether it was met, and the function that looks: None when
    nothing there tells. Regulations name the duties that they ask for, with their articles."""

    key: str
    table: str
    judge: Callable[[Closing], Found | None]
    zh: str
    en: str


CHECKS: Final = (
    Check(
        "warnings",
        "alerts",
        warnings,
        "到期前预警",
        "Warning before a deadline",
    ),
    Check(
        "overdue_alerts",
        "alerts",
        overdue_alerts,
        "超时告警",
        "Alert after a deadline",
    ),
    Check(
        "alert_recipients",
        "alerts",
        recipients,
        "预警发送及告警抄送对象",
        "Warnings to first receiver and head, alerts to the emergency team",
    ),
    Check(
        "duty",
        "calls",
        duty,
        "非工作时间有人值守",
        "Somebody on duty out of hours",
    ),
    Check(
        "duty_rosters",
        "documents",
        monthly(alone("duty_roster"), "duty_roster"),
        "值班安排",
        "Duty roster",
    ),
    Check(
        "trained_staff",
        "trainings",
        trained_staff,
        "上岗前经培训考核合格",
        "Trained, and passed, before taking up duty",
    ),
    Check(
        "monthly_training",
        "trainings",
        monthly_training,
        "每月全员咨询接待培训",
        "Training of everybody every month",
    ),
    Check(
        "quarterly_training",
        "trainings",
        quarterly_training,
        "每季度专项技能培训",
        "Special training every quarter",
    ),
    Check(
        "outages",
        "outages",
        outages,
        "系统故障后及时启动备用方案",
        "Fallback soon enough after a system failure",
    ),
    Check(
        "spot_checks",
        "spot_checks",
        spot_checks,
        "每日抽查比例",
        "Enough spot checks a day",
    ),
    Check(
        "rectifications",
        "rectifications",
        rectifications,
        "问题按期整改",
        "Findings put right in time",
    ),
    Check(
        "exemptions",
        "exemptions",
        exemptions,
        "豁免在时限届满前批准",
        "Exemptions approved in time",
    ),
    Check(
        "weekly_summaries",
        "documents",
        weekly_summaries,
        "接待人员每周总结",
        "Weekly summary by everyone who receives inquiries",
    ),
    Check(
        "timeliness_reports",
        "documents",
        monthly(MONTHLY_REPORTS, "timeliness_report"),
        "每月时效管控报告",
        "Monthly report on timeliness",
    ),
    Check(
        "reception_summaries",
        "documents",
        monthly(MONTHLY_REPORTS, "reception_summary"),
        "每月咨询接待总结报告",
        "Monthly summary of the inquiries received",
    ),
    Check(
        "timeliness_inspections",
        "documents",
        monthly(INSPECTIONS, "timeliness_inspection"),
        "每月时效专项检查报告",
        "Monthly inspection of timeliness",
    ),
    Check(
        "inspection_approvals",
        "documents",
        inspection_approvals,
        "专项检查报告经分管领导审批",
        "Inspection report approved by the executive in charge",
    ),
    Check(
        "reception_inspections",
        "documents",
        monthly(INSPECTIONS, "reception_inspection"),
        "每月咨询接待专项检查报告",
        "Monthly inspection of reception",
    ),
    Check(
        "meetings",
        "documents",
        monthly(alone("meeting_minutes"), "meeting_minutes"),
        "跨部门协同会议",
        "Meetings across departments",
    ),
    Check(
        "maintenance",
        "documents",
        monthly(alone("maintenance_report"), "maintenance_report"),
        "定期巡检与维护报告",
        "Maintenance visits and reports",
    ),
    Check(
        "assessments",
        "documents",
        monthly(alone("assessment_record"), "assessment_record"),
        "每月考核",
        "Monthly assessment of the desk's staff",
    ),
    Check("manual_checks", "manual_checks", manual_checks, "人工检查", "Checks made by people"),
)


def evidence(closing: Closing) -> Evidence:
    """One duty per check that a regulation in force asks for, null for the others; checks made by
    people are of any regulation."""
    asked = {check.key: closing.rulebooks.asks_for("duties", check.key) for check in CHECKS}
    found: dict[str, Any] = {
        check.key: _duty(check, asked[check.key], closing)
        if asked[check.key] or check.key == BY_PEOPLE
        else None
        for check in CHECKS
    }
    return Evidence(**found)


def _duty(check: Check, articles: tuple[str, ...], closing: Closing) -> Duty[Any]:
    found = check.judge(closing) if check.table in closing.provided else None
    of, details = found or (rate(0, 0), Nothing())
    return Duty(
        articles=articles,
        title=Title(zh=check.zh, en=check.en),
        table=check.table,
        status=status_of(of) if found else NO_EVIDENCE,
        rate=of,
        details=details,
    )
