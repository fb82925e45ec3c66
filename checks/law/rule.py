"""One rule and its dated limits. `checks.law.rulebook` holds what rules are part of, and is where
others import from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, model_validator

from checks.concepts import STEP_CLOCKS, TIERS
from checks.law.counting import CalendarFor, Pausing, expect_unit
from checks.law.model import Model as Model
from checks.law.model import Name as Name
from checks.law.model import Text as Text
from checks.law.vocabulary import (
    ROLES,
    Condition,
    FieldValues,
    LimitCell,
    SubjectType,
    columns,
    conditions_of,
    end_columns,
    ends,
    expect,
    expect_field,
    expect_known,
    fields,
    gathered,
    starts,
)
from checks.subjects.kind import SubjectKind
from checks.subjects.registry import kind_of


def _rule_id(text: str) -> str:
    expect(
        bool(re.fullmatch(_ID, text)),
        f"{text!r} is not a rule's id; write CODE-name, as TC-6.1-phone",
    )
    return text


def _clock(text: str) -> str:
    expect(
        bool(re.fullmatch(_CLOCK, text)),
        f"unknown clock {text!r}; allowed: wall, workday, business, rings, presence, "
        "promise:COLUMN",
    )
    return text


_ID: Final = r"[A-Z][A-Z0-9]*-[A-Za-z0-9.-]+"
_CLOCK: Final = r"wall|workday|business|rings|presence|promise:[a-z_]+"
RuleId = Annotated[str, AfterValidator(_rule_id), Field(json_schema_extra={"pattern": f"^{_ID}$"})]
Clock = Annotated[
    str, AfterValidator(_clock), Field(json_schema_extra={"pattern": f"^({_CLOCK})$"})
]


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


class Travel(Model):
    """The time that a technician may take to arrive, where one limit counts from the request and
    another allows the journey.

    Where the condition `when` holds, the limit of the rule `limit_of` comes on top; where
    `agreed_when` holds as well and the promised time `agreed` is filled, the limit counts from that
    time, or from the start if that is later.
    """

    when: Condition
    limit_of: RuleId
    agreed_when: Condition
    agreed: str


class Rule(Model):
    """One rule that is decided case by case.

    `when`: conditions that all hold (`not X` negates); `undecided_when`: conditions under which
    nobody can say whether the rule binds, so that its obligation exists and is unknown
    (`condition`); `where`: cells of the subject that are among the values given, or `not` among
    them, an empty cell leaves it undecided; `start`, `end`: columns of the subject, an end also
    `a|b` (either) or `a & b` (both); `end_if`: another end where a condition holds; `by`: follow-up
    roles that count; `clock`: wall, workday, business, rings, presence, or promise:COLUMN;
    `calendar`: the business hours that a business clock counts, unless one of `calendar_for` fits
    (of several the last); `pauses`: what stops the clock; `excused_by`: the answering rule that
    lets a caller go who hung up early; `travel`: time to arrive that is added to the limit.
    """

    id: RuleId
    title: Text
    article: Name
    requirement: Text
    topic: Name
    subject: SubjectType
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    undecided_when: tuple[Condition, ...] = ()
    where: Mapping[str, FieldValues] = Field(default_factory=dict)
    start: str
    end: str
    end_if: Mapping[str, str] = Field(default_factory=dict)
    by: tuple[str, ...] = ()
    excused_by: RuleId | None = None
    travel: Travel | None = None
    clock: Clock
    calendar: Name | None = None
    calendar_for: tuple[CalendarFor, ...] = ()
    pauses: tuple[Pausing, ...] = ()
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
    def kind(self) -> SubjectKind:
        """The kind of subject that the rule is about."""
        return kind_of(self.subject)

    @property
    def uniform(self) -> bool:
        """Whether all tiers have the same limit at all times: the tier is not needed then."""
        return all(len(set(limit.cells)) == 1 for limit in self.limits)

    @property
    def needs_tier(self) -> bool:
        """Whether the deadline hangs on the tier: by its limit, its calendar or its pauses."""
        calendars, pauses = (row.tier for row in self.calendar_for), (p.tier for p in self.pauses)
        return not self.uniform or any(calendars) or any(pauses)

    @property
    def stands(self) -> bool:
        """Whether the clock stands at times, outside business hours or in a pause, so that a share
        of the limit is no share of the time that has passed."""
        return self.clock == "business" or bool(self.pauses)

    @property
    def calendars(self) -> tuple[str, ...]:
        """The calendars of business hours that the rule names, the usual one first."""
        named = (self.calendar, *(row.calendar for row in self.calendar_for))
        return tuple(dict.fromkeys(name for name in named if name))

    def limit_on(self, day: date) -> Limit | None:
        """The limits in force when a clock started on `day`; None before the first."""
        return next(
            (limit for limit in reversed(self.limits) if limit.since is None or limit.since <= day),
            None,
        )

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        with gathered():
            self._known_words()
            self._fits_together()
        return self

    def _known_words(self) -> None:
        subject = self.subject
        for index, word in enumerate(self.when):
            expect_known(
                f"{subject} condition",
                word.removeprefix("not "),
                conditions_of(subject),
                "when",
                index,
            )
        for index, word in enumerate(self.undecided_when):
            known = conditions_of(subject)
            expect_known(
                f"{subject} condition", word.removeprefix("not "), known, "undecided_when", index
            )
        self._known_fields()
        expect_known("start", self.start, starts(subject), "start")
        for name in end_columns(self.end):
            expect_known("end", name, ends(subject, self.clock_kind), "end")
        for word, end in self.end_if.items():
            expect_known(f"{subject} condition", word, conditions_of(subject), "end_if", word)
            for name in end_columns(end):
                expect_known("end", name, ends(subject, self.clock_kind), "end_if", word)
        if self.promise:
            expect_known("promise", self.promise, columns(subject, "promise"), "clock")
        if self.travel:
            expect_known(
                "promise", self.travel.agreed, columns(subject, "promise"), "travel", "agreed"
            )
            for key in ("when", "agreed_when"):
                word = str(getattr(self.travel, key)).removeprefix("not ")
                expect_known(f"{subject} condition", word, conditions_of(subject), "travel", key)
        for index, role in enumerate(self.by):
            expect_known("role", role, ROLES, "by", index)

    def _known_fields(self) -> None:
        known = fields(self.subject)
        for name, values in self.where.items():
            expect_field(self.subject, name, tuple(known), "where", name)
            negated = [value.startswith("not ") for value in values]
            expect(len(set(negated)) == 1, "write `not` at every value or at none", "where", name)
            if name not in known:
                continue
            codes = ("yes", "no") if known[name].kind == "bool" else known[name].values
            for value in values if codes else ():
                expect_known(f"value of {name}", value.removeprefix("not "), codes, "where", name)

    def _fits_together(self) -> None:
        expect(
            self.clock != "rings" or self.kind.rings,
            "the rings clock is for calls only",
            "clock",
        )
        expect(
            self.clock != "presence" or bool(self.kind.completed),
            f"a {self.subject} is never completed, so that its evidence is never missing",
            "clock",
        )
        expect(
            not self.by or self.end == "followup_at", "`by` goes with end: followup_at only", "by"
        )
        may = self.kind.milestones and self.clock_kind in STEP_CLOCKS
        expect(
            may or not self.renegotiable, "for ticket rules with a deadline only", "renegotiable"
        )
        expect(
            self.excused_by is None or self.end == "callback_placed",
            "for call-backs only",
            "excused_by",
        )
        expect(
            self.travel is None or (may and self.clock == "wall"),
            "for ticket rules on a wall clock only",
            "travel",
        )
        self._expect_calendar_and_pauses()
        for index, limit in enumerate(self.limits):
            previous = self.limits[index - 1].since if index else None
            later = not index or (limit.since is not None and limit.since > (previous or date.min))
            expect(
                later,
                "limits stand in order of `from`, each later than the one before",
                "limits",
                index,
                "from",
            )
            for tier in TIERS:
                expect_unit(self.clock, getattr(limit, tier), "limits", index, tier)

    def _expect_calendar_and_pauses(self) -> None:
        business = self.clock == "business"
        expect(
            bool(self.calendar) or not business,
            "a business clock names its calendar, as calendar: NAME",
            "clock",
        )
        for key in ("calendar", "calendar_for"):
            expect(business or not getattr(self, key), "goes with clock: business only", key)
        expect(
            not self.pauses or (self.clock in ("wall", "business") and self.travel is None),
            "for rules on a wall or business clock only, and not together with travel",
            "pauses",
        )
