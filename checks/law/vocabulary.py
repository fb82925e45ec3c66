"""The words that a rule may use: conditions, starts, ends, limits. What is not here, no rulebook
can say."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from checks.records.tables import TABLES, Column
from checks.subjects.registry import kind_of, kinds

SubjectType = Annotated[
    str,
    AfterValidator(lambda name: kind_of(name).name),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "enum": [kind.name for kind in kinds()]},
                {"type": "string", "description": "A kind that the package declares."},
            ]
        }
    ),
]


def conditions_of(subject: str) -> tuple[str, ...]:
    """The words that `when` of a rule on this kind of subject may use."""
    return tuple(kind_of(subject).conditions)


def conditions() -> tuple[str, ...]:
    """Every word that `when` may use, by kind of subject."""
    return tuple(dict.fromkeys(name for kind in kinds() for name in kind.conditions))


def spared() -> tuple[str, ...]:
    """Every word that a topic's `needless_when` may use."""
    return tuple(name for kind in kinds() for name in kind.needless)


Condition = Annotated[
    str,
    WithJsonSchema(
        {"type": "string", "enum": [*conditions(), *(f"not {name}" for name in conditions())]}
    ),
]

ROLES: Final = TABLES["tickets"].by_name["followup_role"].values


def proofs() -> tuple[str, ...]:
    """What may decide a clause that no rule automates: a table, or the figures of the audit."""
    return (*TABLES, "metrics")


DOUBTS: Final = (
    "unlinked",
    "contact-missing",
    "completion-untimed",
    "archive-untimed",
    "severity-empty",
    "locality-empty",
    "clocks-apart",
    "calls-missing",
    "chats-missing",
)
"""What a reconciliation may find that puts the rates of topics in doubt (checks.reconciliation)."""

EXCLUSIVE: Final = (
    ("inquiry", "fault", "demand", "complaint"),
    ("emergency", "general", "severity_empty"),
    ("local", "away"),
    ("online", "phone", "walk_in", "email"),
)
"""Conditions of which only one can hold."""

_UNITS: Final = {"s": 1, "min": 60, "h": 3600}
_DAYS: Final[dict[str, Unit]] = {
    "wd": "workdays",
    "wd@same": "same_time",
    "wd@clock": "clock_time",
}
_DURATION: Final = re.compile(r"([1-9][0-9]{0,5})(s|min|h|bmin|bh|wd|wd@same|wd@clock)?")
_LIMIT_HELP: Final = (
    "write 15min, 2h, 30s, 1wd (working days), 8bh or 30bmin (business time), 1wd@same (the same "
    "time of day, working days later), 1wd@clock (the same outside business hours), a number of "
    "rings, or x (applies, no limit)"
)

Unit = Literal["seconds", "rings", "workdays", "business", "same_time", "clock_time"]
"""What a limit is counted in; `business`: seconds of business time, `same_time`: working days, up
to the time of day at which the clock started; `clock_time`: likewise, where that is outside of
business hours, too."""


def parse_duration(text: str) -> tuple[Unit, int]:
    """`2h` -> ("seconds", 7200), `3wd` -> ("workdays", 3), `3` -> ("rings", 3), `8bh` ->
    ("business", 28800), `1wd@same` -> ("same_time", 1), `1wd@clock` -> ("clock_time", 1); anything
    else is a ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a limit; {_LIMIT_HELP}")
    count, unit = int(match[1]), match[2]
    if unit is None:
        return "rings", count
    if unit.startswith("wd"):
        return _DAYS[unit], count
    if unit.startswith("b"):
        return "business", count * _UNITS[unit.removeprefix("b")]
    return "seconds", count * _UNITS[unit]


def _limit_cell(value: object) -> str:
    """A ring limit is written as a bare number; inside it is text like every other limit."""
    text = str(value)
    if text != "x":
        parse_duration(text)
    return text


LimitCell = Annotated[
    str,
    BeforeValidator(_limit_cell),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^(x|{_DURATION.pattern})$"},
                {"type": "integer", "minimum": 1},
            ]
        }
    ),
]


def starts(subject: str) -> tuple[str, ...]:
    """What starts a clock of this subject: its instants, recorded or derived."""
    return (*kind_of(subject).derived_starts, *columns(subject, "instant"))


def ends(subject: str, clock: str) -> tuple[str, ...]:
    """What fulfils a rule: an instant, recorded or derived; for a presence rule any column."""
    kinds = () if clock == "presence" else ("instant",)
    return (*kind_of(subject).derived_ends, *columns(subject, *kinds))


def columns(subject: str, *kinds: str) -> tuple[str, ...]:
    """The columns of these kinds that a rule on this subject may name; all when none is given."""
    kind = kind_of(subject)
    if not kind.from_columns:
        return ()
    return tuple(c.name for c in kind.table.columns if not kinds or c.kind in kinds)


def fields(subject: str) -> dict[str, Column]:
    """The columns of text, codes and booleans that `where` of a rule on this subject may ask."""
    kind = kind_of(subject)
    asked = ("text", "code", "open_code", "bool")
    named = (c for c in kind.table.columns if kind.from_columns and c.kind in asked)
    # Limits ask for the tier, which hangs on the moment
    return {c.name: c for c in named if c.name != "tier"}


def _field_values(given: object) -> object:
    """One value as well as several; true and false as yes and no."""
    values = given if isinstance(given, list | tuple) else [given]
    return tuple({True: "yes", False: "no"}.get(v, v) if isinstance(v, bool) else v for v in values)


FieldValues = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(_field_values),
    Field(min_length=1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "boolean"]},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
]
"""What a cell must be, one of several, or `not` be."""


def end_columns(*expressions: str) -> tuple[str, ...]:
    """The columns that `a|b` or `a & b` name."""
    return tuple(
        name.strip() for expression in expressions for name in re.split(r"[|&]", expression)
    )


class Misfit(ValueError):
    """A rulebook entry that contradicts itself; `key` is where, within the entry."""

    def __init__(self, message: str, *key: str | int) -> None:
        super().__init__(message)
        self.key = key


class Misfits(ValueError):
    """Everything by which an entry contradicts itself; its text is that of the first."""

    def __init__(self, every: Sequence[Misfit]) -> None:
        super().__init__(str(every[0]))
        self.every = tuple(every)


_GATHERED: Final[ContextVar[list[Misfit] | None]] = ContextVar("gathered", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Within, a Misfit does not end the look at an entry; all of them are raised at the end, as
    Misfits."""
    found: list[Misfit] = []
    token = _GATHERED.set(found)
    try:
        yield
    finally:
        _GATHERED.reset(token)
    if found:
        raise Misfits(found)


def _misfit(message: str, *key: str | int) -> None:
    found = _GATHERED.get()
    if found is None:
        raise Misfit(message, *key)
    found.append(Misfit(message, *key))


def expect(holds: bool, message: str, *key: str | int) -> None:
    """Raise Misfit with the message, for that key, unless it holds."""
    if not holds:
        _misfit(message, *key)


def expect_known(what: str, name: str, allowed: tuple[str, ...], *key: str | int) -> None:
    """Raise Misfit, with the nearest word and all that are allowed, unless `name` is one of
    them."""
    if name in allowed:
        return
    close = difflib.get_close_matches(name, allowed, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    _misfit(f"unknown {what} {name!r}; {hint}allowed: {', '.join(allowed) or 'none'}", *key)


def expect_field(subject: str, name: str, allowed: tuple[str, ...], *key: str | int) -> None:
    """Likewise for a column that `where` asks for: one of ours, or one that a source keeps."""
    if name in allowed:
        return
    close = difflib.get_close_matches(name, allowed, n=1)
    kept = f'an export\'s own is kept by keep = ["{name}"] in its source; ' if allowed else ""
    hint = f"did you mean {close[0]}? " if close else kept
    listed = ", ".join(allowed) or "none"
    _misfit(f"unknown {subject} field {name!r}; {hint}allowed: {listed}", *key)
