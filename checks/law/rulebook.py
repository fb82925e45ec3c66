"""Rulebooks as data: regulations, their rules with dated limits, and the register of their clauses.

Models only; `checks.law.rulebook_text` parses YAML into them, `flows.law.rulebooks` reads the
files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, model_validator

from checks.law.belongings import Belongings, Consequence, Holidays, TierName
from checks.law.declared import DeclaredSubject
from checks.law.hours import BusinessHours, PauseReason
from checks.law.indicator import Indicator
from checks.law.parameters import GivenParameters, Parameters, amounts, in_force
from checks.law.rule import Limit, Model, Name, Rule, Text, Travel
from checks.law.topic import Topic
from checks.law.vocabulary import (
    SubjectType,
    conditions,
    end_columns,
    expect,
    expect_known,
    gathered,
    parse_duration,
    proofs,
)

__all__ = [
    "Clause",
    "Limit",
    "Model",
    "Parameters",
    "Reading",
    "Regulation",
    "Rule",
    "Rulebooks",
    "Text",
    "Topic",
    "Travel",
    "end_columns",
    "parse_duration",
]

Status = Literal["automated", "completeness", "conduct", "evidence", "manual", "not_a_duty"]


class Scope(Model):
    """Which rules a reading is for: those of which every given property is true."""

    subject: SubjectType | None = None
    start: str | None = None
    clock: Literal["wall", "workday", "business", "rings", "promise", "presence"] | None = None
    condition: str | None = None
    renegotiable: StrictBool | None = None

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        expect(
            bool(self.model_fields_set),
            f"say which rules; allowed: {', '.join(type(self).model_fields)}",
        )
        if self.condition:
            expect_known("condition", self.condition, conditions(), "condition")
        return self

    def holds(self, rule: Rule) -> bool:
        """Whether the rule is one of those described."""
        facts = {
            "subject": rule.subject,
            "start": rule.start,
            "clock": rule.clock_kind,
            "renegotiable": rule.renegotiable,
            "condition": self.condition if self.condition in (*rule.when, *rule.end_if) else None,
        }
        return all(facts[name] == getattr(self, name) for name in self.model_fields_set)


class Reading(Model):
    """A reading that the texts leave open, chosen once for every rule that it is `for`."""

    id: Name
    title: Text
    scope: Annotated[Scope, Field(alias="for")]
    text: Text


class Clause(Model):
    """One clause of a regulation, down to the numbered item, and how it is looked after.

    `rules`: ids of the rules that automate it; `by`: for the other statuses what decides it, a
    check as TABLE.check or the figures of the audit, `metrics`.
    """

    id: Name
    article: Name
    status: Status
    rules: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    summary: Text
    note: Text | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        with gathered():
            self._status_and_proof_agree()
        return self

    def _status_and_proof_agree(self) -> None:
        automated = self.status == "automated"
        expect(bool(self.rules) or not automated, "an automated clause names its rules", "status")
        expect(automated or not self.rules, "only an automated clause names rules", "rules")
        proven = self.status in ("completeness", "conduct", "evidence")
        expect(
            bool(self.by) or not proven,
            f"a clause of status {self.status} says in `by` what decides it",
            "status",
        )
        for index, name in enumerate(self.by):
            expect_known("table", name.partition(".")[0], proofs(), "by", index)


class PackageFile(Model):
    """A file of a regulation's folder that holds no rules: a suite of completeness, or phrase
    lists, as text; `file` is the name that errors give."""

    kind: Literal["suites", "phrases"]
    file: str
    text: str


class Regulation(Model):
    """A regulation: its name, its rules and register of clauses in order; `ends`: where the source
    text breaks off; `shipped`: whether it is the text that Kelou's own checks cite; `holidays`:
    whose its working days leave out; `belongings`: whatever else it asks for; `beside`: the suites
    and phrase lists of its folder."""

    code: str
    title: Text
    ends: Text | None = None
    rules: tuple[Rule, ...] = ()
    clauses: tuple[Clause, ...] = ()
    shipped: bool = False
    holidays: Holidays = "none"
    belongings: Belongings = Belongings()
    beside: tuple[PackageFile, ...] = ()

    def cites(self, articles: Iterable[str]) -> tuple[str, ...]:
        """Articles as the text numbers them, with the code in front: `TC 第八条(一)`."""
        return tuple(f"{self.code} {article}" for article in articles)


class Rulebooks(Model):
    """All regulations in governing order, the topics, the parameters as the files in force state
    them, and as the shipped files do (what judging can't do without is theirs where nothing in
    force states it), the calendars of business hours, why clocks may stand, the readings that
    several rules share, the indicators of the trade by name, and the kinds of subject that
    packages declare, and the events that tell a customer how a ticket stands (`updates`)."""

    regulations: tuple[Regulation, ...]
    topics: Mapping[str, Topic]
    stated_parameters: GivenParameters
    shipped_parameters: GivenParameters = GivenParameters()
    calendars: Mapping[str, BusinessHours] = Field(default_factory=dict)
    pause_reasons: Mapping[str, PauseReason] = Field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    indicators: Mapping[str, Indicator] = Field(default_factory=dict)
    subjects: Mapping[str, DeclaredSubject] = Field(default_factory=dict)
    updates: tuple[str, ...] = ()

    @cached_property
    def parameters(self) -> Parameters:
        """The amounts of the parameters. KeyError where one is given by no file."""
        return amounts(in_force((self.shipped_parameters, self.stated_parameters)))

    @property
    def order(self) -> tuple[str, ...]:
        """The codes in governing order."""
        return tuple(regulation.code for regulation in self.regulations)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule: by governing order of the regulations, then by the order within each."""
        return tuple(rule for regulation in self.regulations for rule in regulation.rules)

    @cached_property
    def _by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def in_force(self, articles: Iterable[str]) -> tuple[str, ...]:
        """Of the articles that a shipped check cites, as `TC 第八条(一)`, those of regulations in
        force. A company's own text of the same code is another one."""
        codes = {regulation.code for regulation in self.regulations if regulation.shipped}
        return tuple(article for article in articles if article.partition(" ")[0] in codes)

    def citing(self, article: str) -> str:
        """The article, as `TC 第八条(二)`, where its regulation is in force and holds it; else
        nothing. Where the register is the company's own it names the article."""
        code, _, clause = article.partition(" ")
        for regulation in self.regulations:
            if regulation.code == code:
                holds = regulation.shipped or any(c.article == clause for c in regulation.clauses)
                return article if holds else ""
        return ""

    def asks_for(self, kind: str, name: str) -> tuple[str, ...]:
        """The articles of the regulations in force that name a duty, a check or a phrase list among
        their belongings of the kind."""
        named = (
            regulation.cites(getattr(regulation.belongings, kind).get(name, ()))
            for regulation in self.regulations
        )
        return tuple(article for articles in named for article in articles)

    def beside(self, kind: str) -> tuple[tuple[Regulation, PackageFile], ...]:
        """The suites or phrase lists that folders of regulations in force hold, with the
        regulation of each."""
        every = (
            (regulation, file) for regulation in self.regulations for file in regulation.beside
        )
        return tuple((regulation, file) for regulation, file in every if file.kind == kind)

    def owner(self, duty: str) -> str | None:
        """The department that answers for an evidence duty, as the first regulation in force that
        names one has it; None where the texts name nobody."""
        named = (dict[str, str](r.belongings.owners.items()) for r in self.regulations)
        return next((owners[duty] for owners in named if duty in owners), None)

    def consequence(self, name: Consequence) -> str | None:
        """The article from which it follows, as `TC 第十六条(二)2`; None where no regulation in
        force foresees it."""
        return self.foreseen.get(name)

    @cached_property
    def foreseen(self) -> Mapping[Consequence, str]:
        """The article, as `TC 第十六条(二)2`, of everything that follows by a regulation in
        force."""
        return {
            name: f"{regulation.code} {article}"
            for regulation in reversed(self.regulations)
            for name, article in regulation.belongings.consequences.items()
        }

    @property
    def holidays(self) -> Holidays:
        """Whose holidays working days leave out: the State Council's where one regulation in force
        counts by them."""
        return "prc" if any(r.holidays == "prc" for r in self.regulations) else "none"

    @cached_property
    def tiers(self) -> Mapping[TierName, Text]:
        """What the regulations in force call the tiers, where they name them; the first one's
        word."""
        return {
            tier: text
            for regulation in reversed(self.regulations)
            for tier, text in regulation.belongings.tiers.items()
        }

    @cached_property
    def roles(self) -> Mapping[str, Text]:
        """What the regulations in force call those who sign, where they name them."""
        return {
            role: text
            for regulation in reversed(self.regulations)
            for role, text in regulation.belongings.roles.items()
        }

    def rule(self, rule_id: str) -> Rule:
        """The rule of this id; KeyError if there is none."""
        return self._by_id[rule_id]

    def topic(self, rule: Rule) -> Topic:
        """The act that the rule binds."""
        return self.topics[rule.topic]

    def topics_that(self, holds: Callable[[Topic], bool]) -> tuple[str, ...]:
        """The names of the topics of which it is true, in the order of the rulebooks."""
        return tuple(name for name, topic in self.topics.items() if holds(topic))

    def regulation(self, code: str) -> Regulation:
        """The regulation of this code; KeyError if there is none."""
        return {regulation.code: regulation for regulation in self.regulations}[code]

    def readings_of(self, rule: Rule) -> tuple[Text, ...]:
        """The readings of the rule, its own first, then those that it shares."""
        own = (rule.reading,) if rule.reading else ()
        return (*own, *(reading.text for reading in self.readings if reading.scope.holds(rule)))
