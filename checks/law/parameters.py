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
    value: str | tuple[str, ...]
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


class Article(Parameter):
    """An article of a regulation: TC 第八条(二)."""

    value: Name

    @property
    def amount(self) -> str:
        return self.value


class Words(Parameter):
    """Words of which one must stand in a text, whatever its case: [负责人, 主管]."""

    value: Annotated[tuple[Name, ...], Field(min_length=1)]

    @property
    def amount(self) -> tuple[str, ...]:
        return self.value


class Number(Parameter):
    """A whole number: 300."""

    value: Annotated[str, Field(pattern=r"^[1-9][0-9]{0,8}$")]

    @property
    def amount(self) -> int:
        return int(self.value)


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
    objective_causes: Article | None = None
    called_again_within: Span | None = None
    confirmed_within: Span | None = None
    mere_greeting: Words | None = None
    call_greeting: Words | None = None
    call_names: Words | None = None
    apology: Words | None = None
    speech_rate: Number | None = None
    interrupted_by: Span | None = None
    silence_from: Span | None = None
    attended_share: Share | None = None
    spot_check_share: Share | None = None
    found_in_order: Words | None = None
    found_wrong: Words | None = None
    department_head: Words | None = None
    executive_in_charge: Words | None = None
    emergency_team: Words | None = None
    induction_training: Words | None = None
    reception_training: Words | None = None
    special_training: Words | None = None
    everybody: Words | None = None
    weekly_summary: Words | None = None
    timeliness_report: Words | None = None
    reception_summary: Words | None = None
    monthly_report: Words | None = None
    timeliness_inspection: Words | None = None
    reception_inspection: Words | None = None
    inspection_report: Words | None = None
    approval: Words | None = None
    duty_roster: Words | None = None
    meeting_minutes: Words | None = None
    maintenance_report: Words | None = None
    assessment_record: Words | None = None


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
    objective_causes: the clause that excuses what objective causes delayed.
    called_again_within: after a call, within which another of the party is the same matter.
    confirmed_within: after on-site work, within which a confirmation was given on the spot.
    mere_greeting: what an agent says before saying anything.
    call_greeting, call_names: of which an agent's first words in a call hold one each: a greeting,
    and what names company or department. apology: of which a call-back holds one.
    speech_rate: characters a minute from which speech is too fast. interrupted_by: how long before
    the end of the customer's words an agent may not begin. silence_from: how long a silence is one.
    attended_share: hundredths of the contacts of a night that must be answered in it.
    spot_check_share: hundredths of a day's tickets that must be spot-checked.
    found_in_order, found_wrong: how the result of a spot check says so; the latter is asked first.
    department_head, executive_in_charge, emergency_team: how roles and recipients name them.
    everybody: how an owner says that a document is all the staff's.
    induction_training, reception_training, special_training: how topics of trainings name them.
    weekly_summary ... assessment_record: how a document's kind names it; `monthly_report` and
    `inspection_report` are the names that may mean several kinds, `approval` an approval.
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
    objective_causes: str
    called_again_within: timedelta
    confirmed_within: timedelta
    mere_greeting: tuple[str, ...]
    call_greeting: tuple[str, ...]
    call_names: tuple[str, ...]
    apology: tuple[str, ...]
    speech_rate: int
    interrupted_by: timedelta
    silence_from: timedelta
    attended_share: int
    spot_check_share: int
    found_in_order: tuple[str, ...]
    found_wrong: tuple[str, ...]
    department_head: tuple[str, ...]
    executive_in_charge: tuple[str, ...]
    emergency_team: tuple[str, ...]
    induction_training: tuple[str, ...]
    reception_training: tuple[str, ...]
    special_training: tuple[str, ...]
    everybody: tuple[str, ...]
    weekly_summary: tuple[str, ...]
    timeliness_report: tuple[str, ...]
    reception_summary: tuple[str, ...]
    monthly_report: tuple[str, ...]
    timeliness_inspection: tuple[str, ...]
    reception_inspection: tuple[str, ...]
    inspection_report: tuple[str, ...]
    approval: tuple[str, ...]
    duty_roster: tuple[str, ...]
    meeting_minutes: tuple[str, ...]
    maintenance_report: tuple[str, ...]
    assessment_record: tuple[str, ...]


NAMES: Final = tuple(GivenParameters.model_fields)


def in_force(files: Iterable[GivenParameters]) -> GivenParameters:
    """Of each parameter what the last file gives."""
    given = {name: value for file in files for name, value in file if value is not None}
    return GivenParameters(**given)


def amounts(given: GivenParameters) -> Parameters:
    """The amounts alone, for those who judge. KeyError where a parameter is given by no file."""
    known = {name: value.amount for name, value in given if value is not None}
    return Parameters(**{name: known[name] for name in NAMES})
