"""What belongs to a regulation beside its rules and clauses: duties that other records show, fields
that must be filled in, documents to be made of an audit, and what follows from a rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from checks.law.rule import Model, Name, Text
from checks.law.vocabulary import expect, expect_known, gathered

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


ROLES: Final = (
    "customer_service",
    "human_resources",
    "audit",
    "executive",
    "timeliness_controller",
    "reception_lead",
)
"""Roles that the report has a word for."""
WORDS: Final = ("title", "addressee", "opening", "mandate", "audit_note", "decision")
"""The words of a document."""
PLACES: Final = {"opening": "{period}", "mandate": "{title}"}
"""What may stand in braces in the words of a document: the period, the regulation's name."""


class Signatory(Model):
    """Somebody who signs: in which role, one of the known ones or of the regulation's `roles`, and
    for which part."""

    role: Name
    part: Literal["lead", "join", "prepare", "review", "approve"]


class Paper(Model):
    """A document that the regulation asks for: the article that does, and who signs it; the last
    one decides. Its words, where the general ones would not do: `title`, `addressee`, `opening`
    (the first sentence; {period} stands for the month), `mandate` (what the article asks for;
    {title} stands for the regulation's name), `audit_note` (who inspected whom), `decision` (what
    is asked of who decides)."""

    basis: Name
    signatories: Annotated[tuple[Signatory, ...], Field(min_length=1)]
    title: Text | None = None
    addressee: Text | None = None
    opening: Text | None = None
    mandate: Text | None = None
    audit_note: Text | None = None
    decision: Text | None = None

    @model_validator(mode="after")
    def _only_known_places(self) -> Self:
        with gathered():
            for name, text in self.words.items():
                place = PLACES.get(name, "")
                left = f"{text.zh}{text.en}".replace(place, "") if place else f"{text.zh}{text.en}"
                known = f"only {place} may stand in braces" if place else "no braces here"
                expect("{" not in left and "}" not in left, known, name)
        return self

    @property
    def words(self) -> dict[str, Text]:
        """The words that are given, by name."""
        given = {name: getattr(self, name) for name in WORDS}
        return {name: text for name, text in given.items() if text is not None}


PaperName = Literal["inspection", "timeliness", "reception-inspection", "reception-summary"]


class Belongings(Model):
    """`duties`: evidence duties with their articles; `owners`: the departments that the text names
    for some of them; `completeness`: checks TABLE.check of the
    shipped suites, `phrases`: shipped lists and manners, each with the articles that ask for it
    here; `papers`: documents of an audit; `roles`: further ones that sign, or other words for the
    known ones; `consequences`: what follows, with its article; `tiers`: what tiers are called."""

    duties: Mapping[DutyName, Articles] = Field(default_factory=dict)
    owners: Mapping[DutyName, Name] = Field(default_factory=dict)
    completeness: Mapping[CheckName, Articles] = Field(default_factory=dict)
    phrases: Mapping[Name, Articles] = Field(default_factory=dict)
    papers: Mapping[PaperName, Paper] = Field(default_factory=dict)
    consequences: Mapping[Consequence, Name] = Field(default_factory=dict)
    roles: Mapping[Name, Text] = Field(default_factory=dict)
    tiers: Mapping[TierName, Text] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known_roles(self) -> Self:
        with gathered():
            for name, paper in self.papers.items():
                for place, who in enumerate(paper.signatories):
                    known = (*ROLES, *self.roles)
                    expect_known(
                        "role", who.role, known, "papers", name, "signatories", place, "role"
                    )
        return self
