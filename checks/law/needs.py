"""Which amounts and words a duty or a consequence is worked out with: what a regulation that names
it has to state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from checks.law.belongings import Belongings, Consequence, DutyName
from checks.law.parameters import GivenParameters

NEEDS: Final[Mapping[DutyName, tuple[str, ...]]] = {
    "warnings": ("overtime_of", "warned_from"),
    "overdue_alerts": ("overtime_of",),
    "alert_recipients": ("overtime_of", "department_head", "emergency_team"),
    "duty": ("office_opens", "office_closes", "attended_share"),
    "duty_rosters": ("duty_roster",),
    "trained_staff": ("induction_training", "reception_training"),
    "monthly_training": ("reception_training",),
    "quarterly_training": ("special_training",),
    "outages": ("fallback_within",),
    "spot_checks": ("spot_check_share",),
    "exemptions": ("objective_causes",),
    "weekly_summaries": ("weekly_summary", "everybody"),
    "timeliness_reports": ("timeliness_report",),
    "reception_summaries": ("reception_summary",),
    "timeliness_inspections": ("timeliness_inspection",),
    "inspection_approvals": ("timeliness_inspection", "approval", "executive_in_charge"),
    "reception_inspections": ("reception_inspection",),
    "meetings": ("meeting_minutes",),
    "maintenance": ("maintenance_report",),
    "assessments": ("assessment_record",),
}
"""Parameters (checks.law.parameters) of each duty of checks.duties; `rectifications` has none."""
FOLLOWS_FROM: Final[Mapping[Consequence, tuple[str, ...]]] = {
    "department_below": ("overtime_of", "penalised_below"),
    "department_first": ("overtime_of",),
    "person_overtime": ("overtime_of",),
    "person_first": ("overtime_of",),
    "reception_breach": ("reception_of",),
    "reception_department_first": ("reception_of",),
    "reception_person_best": ("reception_of",),
}


def lacking(of: Belongings, stated: GivenParameters) -> Iterator[tuple[str, str, str]]:
    """(kind, name, message) of everything that the regulation names and that is worked out with
    parameters that nothing in force states."""
    named = [
        *(("duties", name, NEEDS[name]) for name in of.duties if name in NEEDS),
        *(("consequences", name, FOLLOWS_FROM[name]) for name in of.consequences),
    ]
    for kind, name, parameters in named:
        missing = [each for each in parameters if getattr(stated, each) is None]
        if missing:
            them = "it" if len(missing) == 1 else "them"
            yield (
                kind,
                name,
                f"is worked out with {', '.join(missing)}, which no regulation in force states; "
                f"give {them} under parameters:",
            )
