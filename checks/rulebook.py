"""Rulebooks as data: regulations, their rules with dated limits, and the register of their clauses.

Models only; `checks.rulebook_text` parses YAML into them, `flows.rulebooks` reads the files.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, WithJsonSchema, model_validator

from checks.concepts import TIERS
from checks.tables import TABLES

SubjectType = Literal["call", "chat_session", "ticket"]
Status = Literal["automated", "completeness", "conduct", "evidence", "manual", "not_a_duty"]

CONDITIONS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "call": ("inbound", "unanswered", "busy"),
    "chat_session": ("customer_waiting",),
    "ticket": (
        "any", "inquiry", "fault", "demand", "complaint", "walk_in", "email", "deferred", "emergency", "general",
        "onsite", "local", "away", "core_away", "remote_area", "agreed", "promised", "escalated", "evaluated",
        "solved", "disposed", "completed", "overtime", "objective_cause",
    ),
}  # fmt: skip
CONDITIONS: Final = tuple(name for names in CONDITIONS_OF.values() for name in names)
"""Every word that `when` may use; the engine has one expression for each."""

_DERIVED_STARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "call": (),
    "chat_session": ("first_customer_message",),
    "ticket": ("requested_at", "overtime_since"),
}
_DERIVED_ENDS: Final[Mapping[str, tuple[str, ...]]] = {
    "call": ("callback_placed",),
    "chat_session": ("first_agent_message",),
    "ticket": (),
}
_TABLE_OF: Final = {"call": "calls", "ticket": "tickets"}
ROLES: Final = TABLES["tickets"].by_name["followup_role"].values

_UNITS: Final = {"s": 1, "min": 60, "h": 3600}
_DURATION: Final = re.compile(r"([1-9][0-9]*)(s|min|h|wd)?")
DURATION_HELP: Final = "write 15min, 2h, 30s, 1wd (working days), a number of rings, or x (applies, no limit)"


def parse_duration(text: str) -> tuple[Literal["seconds", "rings", "workdays"], int]:
    """`2h` -> ("seconds", 7200), `3wd` -> ("workdays", 3), `3` -> ("rings", 3); anything else is a ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a limit; {DURATION_HELP}")
    count, unit = int(match[1]), match[2]
    if unit is None:
        return "rings", count
    return ("workdays", count) if unit == "wd" else ("seconds", count * _UNITS[unit])


def _limit_cell(value: object) -> object:
    """A ring limit is written as a bare number; inside it is text like every other limit."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and text != "x":
        parse_duration(text)
    return text


LimitCell = Annotated[
    str,
    BeforeValidator(_limit_cell),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": f"^(x|{_DURATION.pattern})$"}, {"type": "integer", "minimum": 1}]}
    ),
]
Name = Annotated[str, Field(min_length=1)]


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


class Rule(Model):
    """One rule that is decided case by case.

    `when`: conditions that all hold (`not X` negates); `start`, `end`: columns of the subject, an end also `a|b`
    (either) or `a & b` (both); `end_if`: another end where a condition holds; `by`: follow-up roles that count;
    `clock`: wall, workday, rings, presence, or promise:COLUMN.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*-[A-Za-z0-9.-]+$")]
    title: Text
    article: Name
    requirement: Text | None = None
    topic: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    subject: SubjectType
    when: Annotated[tuple[str, ...], Field(min_length=1)]
    start: str
    end: str
    end_if: dict[str, str] = {}
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
        conditions = CONDITIONS_OF[self.subject]
        for word in (*(w.removeprefix("not ") for w in self.when), *self.end_if):
            _expect_known(f"condition of a {self.subject}", word, conditions)
        _expect_known("start", self.start, (*_DERIVED_STARTS[self.subject], *_columns(self.subject, "instant")))
        kinds = () if self.clock_kind == "presence" else ("instant",)
        ends = (*_DERIVED_ENDS[self.subject], *_columns(self.subject, *kinds))
        for name in end_columns(self.end, *self.end_if.values()):
            _expect_known("end", name, ends)
        if self.promise:
            _expect_known("promise", self.promise, _columns(self.subject, "due"))
        for role in self.by:
            _expect_known("role", role, ROLES)
        return self

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        _expect(self.clock != "rings" or self.subject == "call", "the rings clock is for calls only")
        _expect(not self.by or self.end == "followup_at", "by goes with end: followup_at only")
        _expect(
            not self.renegotiable or (self.subject == "ticket" and self.clock_kind in ("wall", "workday")),
            "renegotiable goes with ticket rules on a wall or workday clock only",
        )
        unit = {"wall": "seconds", "workday": "workdays", "rings": "rings"}.get(self.clock_kind, "x")
        for cell in (cell for limit in self.limits for cell in limit.cells if cell is not None):
            found = "x" if cell == "x" else parse_duration(cell)[0]
            _expect(found == unit, f"limit {cell!r} on the {self.clock_kind} clock, which takes {_UNIT_HELP[unit]}")
        dates = [limit.since or date.min for limit in self.limits]
        _expect(dates == sorted(set(dates)), "limits must be in order of `from`, each later than the one before")
        return self


_UNIT_HELP: Final = {
    "seconds": "hours or minutes (2h, 15min)",
    "workdays": "working days (1wd)",
    "rings": "a number of rings",
    "x": "x (applies, no limit)",
}


def end_columns(*ends: str) -> tuple[str, ...]:
    """The columns that `a|b` or `a & b` name."""
    return tuple(name.strip() for end in ends for name in re.split(r"[|&]", end))


def _columns(subject: str, *kinds: str) -> tuple[str, ...]:
    """The subject's table columns of these kinds; all when none is given."""
    if subject not in _TABLE_OF:
        return ()
    return tuple(c.name for c in TABLES[_TABLE_OF[subject]].columns if not kinds or c.kind in kinds)


def _expect(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


def _expect_known(what: str, name: str, allowed: tuple[str, ...]) -> None:
    close = difflib.get_close_matches(name, allowed, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    _expect(name in allowed, f"unknown {what} {name!r}; {hint}allowed: {', '.join(allowed) or 'none'}")


class Clause(Model):
    """One clause of a regulation, down to the numbered item, and how it is looked after.

    `rules`: ids of the rules that automate it; `by`: the table or check that decides it, for the other statuses.
    """

    id: Name
    article: Name
    status: Status
    rules: tuple[str, ...] = ()
    by: str | None = None
    summary: Text
    note: Text | None = None


class Regulation(Model):
    """A regulation: its name, its rules and register of clauses in order; `ends`: where the source text breaks off."""

    code: str
    title: Text
    ends: Text | None = None
    rules: tuple[Rule, ...] = ()
    clauses: tuple[Clause, ...] = ()


class Rulebooks(Model):
    """All regulations in governing order."""

    regulations: tuple[Regulation, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """The codes in governing order."""
        return tuple(regulation.code for regulation in self.regulations)

    @property
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
