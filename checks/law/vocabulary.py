"""The words that a rule may use: conditions, starts, ends, limits. What is not here, no rulebook
can say."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, WithJsonSchema

from checks.records.tables import TABLES

SubjectType = Literal["call", "chat_session", "ticket"]

CONDITIONS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "call": ("inbound", "unanswered", "busy"),
    "chat_session": ("customer_waiting",),
    "ticket": (
        "any",
        "inquiry",
        "fault",
        "demand",
        "complaint",
        "online",
        "phone",
        "walk_in",
        "email",
        "deferred",
        "emergency",
        "general",
        "severity_empty",
        "onsite",
        "local",
        "away",
        "core_away",
        "remote_area",
        "agreed",
        "promised",
        "escalated",
        "evaluated",
        "solved",
        "disposed",
        "completed",
        "finished",
        "overtime",
        "objective_cause",
    ),
}
CONDITIONS: Final = tuple(name for names in CONDITIONS_OF.values() for name in names)
"""Every word that `when` may use; the engine has one expression for each."""

Condition = Annotated[
    str,
    WithJsonSchema(
        {"type": "string", "enum": [*CONDITIONS, *(f"not {name}" for name in CONDITIONS)]}
    ),
]

ROLES: Final = TABLES["tickets"].by_name["followup_role"].values

PROOFS: Final = (*TABLES, "metrics")
"""What may decide a clause that no rule automates: a table, or the figures of the audit."""

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

_TABLE_OF: Final = {"call": "calls", "ticket": "tickets"}
_DERIVED_STARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "chat_session": ("first_customer_message",),
    "ticket": ("requested_at", "finished_at", "overtime_since"),
}
_DERIVED_ENDS: Final[Mapping[str, tuple[str, ...]]] = {
    "call": ("callback_placed",),
    "chat_session": ("first_agent_message",),
}

_UNITS: Final = {"s": 1, "min": 60, "h": 3600}
_DURATION: Final = re.compile(r"([1-9][0-9]{0,5})(s|min|h|wd)?")
_LIMIT_HELP: Final = (
    "write 15min, 2h, 30s, 1wd (working days), a number of rings, or x (applies, no limit)"
)


def parse_duration(text: str) -> tuple[Literal["seconds", "rings", "workdays"], int]:
    """`2h` -> ("seconds", 7200), `3wd` -> ("workdays", 3), `3` -> ("rings", 3); anything else is a
    ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a limit; {_LIMIT_HELP}")
    count, unit = int(match[1]), match[2]
    if unit is None:
        return "rings", count
    return ("workdays", count) if unit == "wd" else ("seconds", count * _UNITS[unit])


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
    return (*_DERIVED_STARTS.get(subject, ()), *columns(subject, "instant"))


def ends(subject: str, clock: str) -> tuple[str, ...]:
    """What fulfils a rule: an instant, recorded or derived; for a presence rule any column."""
    kinds = () if clock == "presence" else ("instant",)
    return (*_DERIVED_ENDS.get(subject, ()), *columns(subject, *kinds))


def columns(subject: str, *kinds: str) -> tuple[str, ...]:
    """The subject's table columns of these kinds; all when none is given."""
    if subject not in _TABLE_OF:
        return ()
    return tuple(c.name for c in TABLES[_TABLE_OF[subject]].columns if not kinds or c.kind in kinds)


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


def expect(holds: bool, message: str, *key: str | int) -> None:
    """Raise Misfit with the message, for that key, unless it holds."""
    if not holds:
        raise Misfit(message, *key)


def expect_known(what: str, name: str, allowed: tuple[str, ...], *key: str | int) -> None:
    """Raise Misfit, with the nearest word and all that are allowed, unless `name` is one of
    them."""
    if name in allowed:
        return
    close = difflib.get_close_matches(name, allowed, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    raise Misfit(f"unknown {what} {name!r}; {hint}allowed: {', '.join(allowed) or 'none'}", *key)
