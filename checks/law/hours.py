"""Business hours as a rulebook states them: the shifts of a week, the days on which nobody works,
and the reasons for which a clock may stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from checks.law.model import Name, Text
from checks.law.public_holidays import expect_place
from checks.law.vocabulary import expect
from checks.records.milestones import ALIASES
from checks.records.tables import EVENT_NAMES

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES: Final = 24 * 60
_TIME: Final = r"([01]?[0-9]|2[0-4]):([0-5][0-9])"
_SHIFT: Final = re.compile(f"{_TIME}-{_TIME}")
CLOSED: Final = "closed"
_DAYS: Final = re.compile(f"({'|'.join(WEEKDAYS)})(?:-({'|'.join(WEEKDAYS)}))?")
Span = tuple[int, int]
"""Minutes of the day from which and until which a shift works; past 1440 on the next day."""


def spans_of(shifts: str) -> tuple[Span, ...]:
    """`09:00-12:00, 13:00-17:00` -> ((540, 720), (780, 1020)); `22:00-06:00` ends on the next day;
    `closed` -> (). ValueError for anything else, and where one begins before the one before it has
    ended."""
    if shifts == CLOSED:
        return ()
    spans = tuple(_span_of(shift.strip()) for shift in shifts.split(","))
    expect(
        all(before[1] <= after[0] for before, after in pairwise(spans)),
        f"{shifts!r}: shifts stand in order, none begins before the one before it has ended",
    )
    return spans


def _span_of(shift: str) -> Span:
    found = _SHIFT.fullmatch(shift)
    expect(
        found is not None,
        f"{shift!r} is not a shift; write 09:00-12:00, several with commas between, or {CLOSED}",
    )
    assert found is not None
    opens, closes = (int(found[n]) * 60 + int(found[n + 1]) for n in (1, 3))
    expect(
        opens < DAY_MINUTES and closes <= DAY_MINUTES and opens != closes,
        f"{shift!r} is not a shift; it opens before 24:00 and closes at another time",
    )
    return opens, closes if closes > opens else closes + DAY_MINUTES


def _shifts(text: str) -> str:
    spans_of(text)
    return text


def _time(value: object) -> str:
    expect(bool(re.fullmatch(_TIME, str(value))), f"{value!r} is not a time of day; write 17:00")
    return str(value)


def _days(text: str) -> str:
    weekdays_of(text)
    return text


def weekdays_of(text: str) -> tuple[str, ...]:
    """`mon-fri` -> (mon, tue, wed, thu, fri); `sat` -> (sat,). ValueError for anything else."""
    found = _DAYS.fullmatch(text)
    expect(found is not None, f"{text!r} is no day of the week; write sat, or mon-fri")
    assert found is not None
    first = WEEKDAYS.index(found[1])
    length = (WEEKDAYS.index(found[2] or found[1]) - first) % 7
    return tuple(WEEKDAYS[(first + n) % 7] for n in range(length + 1))


Shifts = Annotated[
    str,
    AfterValidator(_shifts),
    Field(json_schema_extra={"pattern": f"^({CLOSED}|{_SHIFT.pattern}(, *{_SHIFT.pattern})*)$"}),
]
TimeOfDay = Annotated[
    str, BeforeValidator(_time), WithJsonSchema({"type": "string", "pattern": f"^{_TIME}$"})
]
Days = Annotated[
    str, AfterValidator(_days), Field(json_schema_extra={"pattern": f"^{_DAYS.pattern}$"})
]


def _holidays(value: object) -> str | tuple[date, ...]:
    if isinstance(value, str):
        expect_place(value)
        return value
    days = tuple(value) if isinstance(value, list | tuple) else ()
    expect(
        bool(days) and all(type(day) is date for day in days),
        f"{value!r} are no holidays; write prc, none, US, US-MA, or a list of days, [2026-12-24]",
    )
    return days


_DAY_SCHEMA: Final = {"type": "string", "format": "date"}
Holidays = Annotated[
    str | tuple[date, ...],
    PlainValidator(_holidays),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": _DAY_SCHEMA}]}),
]


class BusinessHours(Text):
    """A named calendar of business hours.

    week: shifts by days of the week (09:00-12:00, 13:00-17:00); a day that is not named is no
    working day. holidays: `prc` (the State Council's table, with make-up days), `none`, a country
    or region of the library `holidays` (US, US-MA), or listed days. days: days with shifts of their
    own (or `closed`), which win over everything else. make_up: the shifts of a day that is declared
    a working day although the week has none for it; by default those of the first day of the week
    that has some. closing: when a working day ends for limits in working days; by default with its
    last shift.
    """

    week: Annotated[Mapping[Days, Shifts], Field(min_length=1)]
    holidays: Holidays
    days: Mapping[Annotated[date, Field(strict=True)], Shifts] = Field(default_factory=dict)
    make_up: Shifts | None = None
    closing: TimeOfDay | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[str] = set()
        for text in self.week:
            named = weekdays_of(text)
            expect(
                seen.isdisjoint(named), "names a day of the week that stands already", "week", text
            )
            seen.update(named)
        expect(bool(self.by_weekday), "no day of the week has a shift", "week")
        return self

    @cached_property
    def by_weekday(self) -> Mapping[int, tuple[Span, ...]]:
        """Spans by ISO day of the week, 1 is Monday; days without shifts are left out."""
        return {
            WEEKDAYS.index(day) + 1: spans
            for text, shifts in self.week.items()
            if (spans := spans_of(shifts))
            for day in weekdays_of(text)
        }

    @property
    def made_up(self) -> tuple[Span, ...]:
        """The spans of a working day that is none by the week."""
        if self.make_up:
            return spans_of(self.make_up)
        return self.by_weekday[min(self.by_weekday)]

    @property
    def closes_at(self) -> int | None:
        """`closing` as a minute of the day."""
        if self.closing is None:
            return None
        hours, minutes = self.closing.split(":")
        return int(hours) * 60 + int(minutes)


class PauseReason(Text):
    """Why a clock may stand, and how records say so.

    words: what the table `pauses` may call it beside its own name. begins, ends: the events of
    `ticket_events` that begin such a pause, and those of which the next one ends it: a pair of
    events, or the statuses of a history.
    """

    words: tuple[Name, ...] = ()
    begins: tuple[Name, ...] = ()
    ends: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _pairs(self) -> Self:
        expect(
            bool(self.begins) == bool(self.ends),
            "events that begin a pause go together with those that end it",
            "ends" if self.begins else "begins",
        )
        for index, event in enumerate(self.begins):
            expect(event not in self.ends, f"{event!r} also ends it", "begins", index)
        for key in ("begins", "ends"):
            for index, event in enumerate(getattr(self, key)):
                known = _MILESTONE_WORDS.get(event, event)
                expect(
                    known == event, f"{event!r} means the milestone {known}; write that", key, index
                )
        return self


_MILESTONE_WORDS: Final[Mapping[str, str]] = {
    word: event
    for event, words in ALIASES["ticket_events"]["values"]["event"].items()
    for word in words
}


def own_events(pauses: Mapping[str, PauseReason], updates: Iterable[str]) -> Iterator[str]:
    """The events that the reasons name, and the `updates`, that are no milestones."""
    named = (e for reason in pauses.values() for e in (*reason.begins, *reason.ends))
    yield from (event for event in (*named, *updates) if event not in EVENT_NAMES)
