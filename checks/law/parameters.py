"""Amounts of the law that no single rule holds: what counts as one conversation, when a record is
missing, whose term overtime is."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from checks.law.rule import Model, Name, Text
from checks.law.vocabulary import expect, parse_duration


def _of_unit(unit: str, help_: str) -> AfterValidator:
    def check(text: str) -> str:
        expect(parse_duration(text)[0] == unit, f"{text!r} is not {help_}")
        return text

    return AfterValidator(check)


def _share(text: str) -> str:
    expect(bool(re.fullmatch("[1-9][0-9]?%", text)), f"{text!r} is not a share; write 80%")
    return text


class Parameter(Model):
    """What it is in words, the article that it serves, and the reading where the text is silent."""

    title: Text
    article: Name
    value: str
    reading: Text | None = None


class Span(Parameter):
    """A length of time: 30min, 6h."""

    value: Annotated[
        str,
        _of_unit("seconds", "a length of time; write 30s, 30min or 6h"),
        Field(json_schema_extra={"pattern": "^[1-9][0-9]{0,5}(s|min|h)$"}),
    ]

    @property
    def amount(self) -> timedelta:
        return timedelta(seconds=parse_duration(self.value)[1])


class WorkingDays(Parameter):
    """A number of working days: 1wd."""

    value: Annotated[
        str,
        _of_unit("workdays", "a number of working days; write 1wd"),
        Field(json_schema_extra={"pattern": "^[1-9][0-9]{0,5}wd$"}),
    ]

    @property
    def amount(self) -> int:
        return parse_duration(self.value)[1]


class Share(Parameter):
    """A share: 80%."""

    value: Annotated[
        str,
        AfterValidator(_share),
        Field(json_schema_extra={"pattern": "^[1-9][0-9]?%$"}),
    ]

    @property
    def amount(self) -> int:
        """In hundredths."""
        return int(self.value.removesuffix("%"))


class Code(Parameter):
    """The code of a regulation: TC."""

    value: Name

    @property
    def amount(self) -> str:
        return self.value


class GivenParameters(Model):
    """The parameters that one file gives; a company's own replace the shipped ones."""

    session_gap: Span | None = None
    on_the_spot: Span | None = None
    same_episode: Span | None = None
    fallback_within: Span | None = None
    record_due: WorkingDays | None = None
    warned_from: Share | None = None
    office_opens: Span | None = None
    office_closes: Span | None = None
    overtime_of: Code | None = None
    reception_of: Code | None = None
    penalised_below: Share | None = None


@dataclass(frozen=True)
class Parameters:
    """The parameters in force.

    session_gap: between two messages, from which on they may belong to two sessions.
    on_the_spot: between response and reply, within which a question was answered on the spot.
    same_episode: between two unanswered calls of one party, below which they are one episode.
    fallback_within: between a system's failure and its fallback.
    record_due: working days after completion until a record is missing.
    warned_from: hundredths of a limit that are used when a warning is due.
    office_opens, office_closes: time of a working day from which, and until which, it is no
    off-duty hour.
    overtime_of: code of the regulation whose deadlines put a ticket into overtime.
    reception_of: code of the regulation that rewards and penalises the reception of inquiries.
    penalised_below: hundredths of a department's monthly rate below which it is to be penalised.
    """

    session_gap: timedelta
    on_the_spot: timedelta
    same_episode: timedelta
    fallback_within: timedelta
    record_due: int
    warned_from: int
    office_opens: timedelta
    office_closes: timedelta
    overtime_of: str
    reception_of: str
    penalised_below: int


NAMES: Final = tuple(GivenParameters.model_fields)


def in_force(files: Iterable[GivenParameters]) -> GivenParameters:
    """Of each parameter what the last file gives."""
    given = {name: value for file in files for name, value in file if value is not None}
    return GivenParameters(**given)


def amounts(given: GivenParameters) -> Parameters:
    """The amounts alone, for those who judge. KeyError where a parameter is given by no file."""
    known = {name: value.amount for name, value in given if value is not None}
    return Parameters(**{name: known[name] for name in NAMES})
