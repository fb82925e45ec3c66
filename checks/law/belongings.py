"""What belongs to a regulation beside its rules and clauses: duties that other records show, fields
that must be filled in, documents to be made of an audit, and what follows from a rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from checks.law.rule import Model, Name, Text

DutyName = Literal[
    "warnings",
    "overdue_alerts",
    "alert_recipients",
    "duty",
    "duty_rosters",
    "trained_staff",
    "monthly_training",
    "quarterly_training",
    "outages",
    "spot_checks",
    "rectifications",
    "exemptions",
    "weekly_summaries",
    "timeliness_reports",
    "reception_summaries",
    "timeliness_inspections",
    "inspection_approvals",
    "reception_inspections",
    "meetings",
    "maintenance",
    "assessments",
]
"""The duties of checks.duties that a regulation may name."""
Consequence = Literal[
    "department_below",
    "department_first",
    "person_overtime",
    "person_first",
    "reception_breach",
    "reception_department_first",
    "reception_person_best",
]
"""What may follow for a department or a person from what a month or a year came to."""
Holidays = Literal["prc", "none"]
"""Whose holidays working days leave out: `prc` the State Council's, `none` nobody's."""
Articles = Annotated[tuple[Name, ...], Field(min_length=1)]
CheckName = Annotated[str, Field(pattern=r"^[a-z_]+\.[a-z0-9-]+$")]
TierName = Literal["core", "important", "ordinary", "intent", "potential"]


class Signatory(Model):
    """Somebody who signs: in which role, and for which part."""

    role: Literal[
        "customer_service",
        "human_resources",
        "audit",
        "executive",
        "timeliness_controller",
        "reception_lead",
    ]
    part: Literal["lead", "join", "prepare", "review", "approve"]


class Paper(Model):
    """A document that the regulation asks for: the article that does, and who signs it; the last
    one decides."""

    basis: Name
    signatories: Annotated[tuple[Signatory, ...], Field(min_length=1)]


PaperName = Literal["inspection", "timeliness", "reception-inspection", "reception-summary"]


class Belongings(Model):
    """`duties`: evidence duties with their articles; `owners`: the departments that the text names
    for some of them; `completeness`: checks TABLE.check of the
    shipped suites, `phrases`: shipped lists and manners, each with the articles that ask for it
    here; `papers`: documents of an audit; `consequences`: what follows, with its article; `tiers`:
    what the tiers are called."""

    duties: Mapping[DutyName, Articles] = Field(default_factory=dict)
    owners: Mapping[DutyName, Name] = Field(default_factory=dict)
    completeness: Mapping[CheckName, Articles] = Field(default_factory=dict)
    phrases: Mapping[Name, Articles] = Field(default_factory=dict)
    papers: Mapping[PaperName, Paper] = Field(default_factory=dict)
    consequences: Mapping[Consequence, Name] = Field(default_factory=dict)
    tiers: Mapping[TierName, Text] = Field(default_factory=dict)
