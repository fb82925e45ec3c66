"""Rulebooks as data: regulations, their rules with dated limits, and the register of their clauses.

Models only; `checks.rulebook_text` parses YAML into them, `flows.rulebooks` reads the files.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, model_validator

from checks.concepts import TIERS
from checks.rule_words import (
    CONDITIONS,
    CONDITIONS_OF,
    PROOFS,
    ROLES,
    Condition,
    LimitCell,
    SubjectType,
    columns,
    end_columns,
    ends,
    expect,
    expect_known,
    parse_duration,
    starts,
)

__all__ = [
    "CONDITIONS", "Clause", "Limit", "Model", "Reading", "Regulation", "Rule", "Rulebooks", "Text", "end_columns",
    "parse_duration",
]  # fmt: skip

Name = Annotated[str, Field(min_length=1)]
Status = Literal["automated", "completeness", "conduct", "evidence", "manual", "not_a_duty"]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Text(Model):
    """The same words in Chinese and in English."""

    zh: Name
    en: Name


class Limit(Model):
    """One row of limits, in force for clocks that start on or after `since`.

    A tier without a limit has no obligation; a row without any repeals the rule from its date on.
    """

    since: Annotated[date | None, Field(alias="from", strict=True)] = None
    core: LimitCell | None = None
    important: LimitCell | None = None
    ordinary: LimitCell | None = None
    intent: LimitCell | None = None
    potential: LimitCell | None = None

    @property
    def cells(self) -> tuple[str | None, ...]:
        """The limits in the order of `TIERS`."""
        return tuple(getattr(self, tier) for tier in TIERS)


_UNIT_OF: Final = {"wall": "seconds", "workday": "workdays", "rings": "rings"}
_UNIT_HELP: Final = {
    "seconds": "hours or minutes (2h, 15min)",
    "workdays": "working days (1wd)",
    "rings": "a number of rings (3)",
    "x": "x (applies, no limit)",
}


class Rule(Model):
    """One rule that is decided case by case.

    `when`: conditions that all hold (`not X` negates); `start`, `end`: columns of the subject, an end also `a|b`
    (either) or `a & b` (both); `end_if`: another end where a condition holds; `by`: follow-up roles that count;
    `clock`: wall, workday, rings, presence, or promise:COLUMN.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*-[A-Za-z0-9.-]+$")]
    title: Text
    article: Name
    requirement: Text
    topic: Name
    subject: SubjectType
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    start: str
    end: str
    end_if: Mapping[str, str] = Field(default_factory=dict)
    by: tuple[str, ...] = ()
    clock: Annotated[str, Field(pattern=r"^(wall|workday|rings|presence|promise:[a-z_]+)$")]
    limits: Annotated[tuple[Limit, ...], Field(min_length=1)]
    renegotiable: StrictBool = False
    basis: Literal["explicit", "interpreted"]
    reading: Text | None = None

    @property
    def regulation(self) -> str:
        """The code that the id starts with."""
        return self.id.partition("-")[0]

    @property
    def clock_kind(self) -> str:
        """`promise:promised_at` -> `promise`."""
        return self.clock.partition(":")[0]

    @property
    def promise(self) -> str | None:
        """The column that a promise clock runs to."""
        return self.clock.partition(":")[2] or None

    @property
    def uniform(self) -> bool:
        """Whether all tiers have the same limit at all times: the tier is not needed then."""
        return all(len(set(limit.cells)) == 1 for limit in self.limits)

    def limit_on(self, day: date) -> Limit | None:
        """The limits in force when a clock started on `day`; None before the first."""
        return next((limit for limit in reversed(self.limits) if limit.since is None or limit.since <= day), None)

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        for word in (*(w.removeprefix("not ") for w in self.when), *self.end_if):
            expect_known(f"condition of a {self.subject}", word, CONDITIONS_OF[self.subject])
        expect_known("start", self.start, starts(self.subject))
        for name in end_columns(self.end, *self.end_if.values()):
            expect_known("end", name, ends(self.subject, self.clock_kind))
        if self.promise:
            expect_known("promise", self.promise, columns(self.subject, "due"))
        for role in self.by:
            expect_known("role", role, ROLES)
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        expect(self.clock != "rings" or self.subject == "call", "the rings clock is for calls only")
        expect(not self.by or self.end == "followup_at", "`by` goes with end: followup_at only")
        expect(
            not self.renegotiable or (self.subject == "ticket" and self.clock in ("wall", "workday")),
            "renegotiable goes with ticket rules on a wall or workday clock only",
        )
        unit = _UNIT_OF.get(self.clock_kind, "x")
        for cell in (cell for limit in self.limits for cell in limit.cells if cell is not None):
            found = "x" if cell == "x" else parse_duration(cell)[0]
            expect(found == unit, f"limit {cell!r} does not fit clock {self.clock}, which takes {_UNIT_HELP[unit]}")
        dates = [limit.since or date.min for limit in self.limits]
        expect(dates == sorted(set(dates)), "limits stand in order of `from`, each later than the one before")
        return self


class Scope(Model):
    """Which rules a reading is for: those of which every given property is true."""

    subject: SubjectType | None = None
    start: str | None = None
    clock: Literal["wall", "workday", "rings", "promise", "presence"] | None = None
    condition: str | None = None
    renegotiable: StrictBool | None = None

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        expect(bool(self.model_fields_set), f"say which rules; allowed: {', '.join(type(self).model_fields)}")
        if self.condition:
            expect_known("condition", self.condition, CONDITIONS)
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
    scope: Annotated[Scope, Field(alias="for")]
    text: Text


class Clause(Model):
    """One clause of a regulation, down to the numbered item, and how it is looked after.

    `rules`: ids of the rules that automate it; `by`: for the other statuses what decides it, a check as TABLE.check or
    the figures of the audit, `metrics`.
    """

    id: Name
    article: Name
    status: Status
    rules: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    summary: Text
    note: Text | None = None

    @model_validator(mode="after")
    def _status_and_proof_agree(self) -> Self:
        expect(bool(self.rules) == (self.status == "automated"), "an automated clause, and no other, names its rules")
        proven = self.status in ("completeness", "conduct", "evidence")
        expect(not proven or bool(self.by), f"a clause of status {self.status} says in `by` what decides it")
        for name in self.by:
            expect_known("table in by", name.partition(".")[0], PROOFS)
        return self


class Regulation(Model):
    """A regulation: its name, its rules and register of clauses in order; `ends`: where the source text breaks off."""

    code: str
    title: Text
    ends: Text | None = None
    rules: tuple[Rule, ...] = ()
    clauses: tuple[Clause, ...] = ()


class Rulebooks(Model):
    """All regulations in governing order, the names of the topics, and the readings that several rules share."""

    regulations: tuple[Regulation, ...]
    topics: Mapping[str, Text]
    readings: tuple[Reading, ...] = ()

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

    def rule(self, rule_id: str) -> Rule:
        """The rule of this id; KeyError if there is none."""
        return self._by_id[rule_id]

    def regulation(self, code: str) -> Regulation:
        """The regulation of this code; KeyError if there is none."""
        return {regulation.code: regulation for regulation in self.regulations}[code]

    def readings_of(self, rule: Rule) -> tuple[Text, ...]:
        """The readings of the rule, its own first, then those that it shares."""
        own = (rule.reading,) if rule.reading else ()
        return (*own, *(reading.text for reading in self.readings if reading.scope.holds(rule)))
