"""YAML text -> rulebook models. Strict: every mistake is an error that names file, line, key and
what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from checks.law.belongings import Belongings, Holidays, Paper, Signatory
from checks.law.counting import CalendarFor, Pausing
from checks.law.declared import DeclaredColumn, DeclaredSubject, Plain, declare
from checks.law.hours import BusinessHours, PauseReason
from checks.law.indicator import Indicator
from checks.law.model import Name
from checks.law.parameters import GivenParameters
from checks.law.rulebook import Clause, Limit, Model, Reading, Rule, Scope, Text, Topic
from checks.law.tiers import Tier, one_step
from checks.law.vocabulary import Misfit, Misfits
from checks.text.yaml_text import YamlMistake, line_of, load_yaml

Key = tuple[str | int, ...]


class RulebookError(Exception):
    """A mistake in a rulebook; its text is one line that a person can act on."""

    def __init__(self, file: str, line: int, key: str, message: str) -> None:
        super().__init__(f"{file}, line {line}: {key + ': ' if key else ''}{message}")
        self.file, self.line, self.key, self.message = file, line, key, message


class Heading(Belongings):
    """What `regulation:` says of a regulation as a whole."""

    title: Text
    ends: Text | None = None
    holidays: Holidays = "none"


class Document(Model):
    """One rulebook file: any of a regulation's heading, topics, parameters, calendars of business
    hours, reasons for pauses, readings, indicators of the trade, kinds of subject, rules and
    clauses.

    `treated_as`: tiers for which the regulation's rules (of a file in no folder, all rules) give no
    limit, and the tier whose limit they have then: {intent: ordinary}. `updates`: the events of
    `ticket_events` that tell a customer how a ticket stands, for rules on `ticket_update`.
    """

    regulation: Heading | None = None
    treated_as: Annotated[Mapping[Tier, Tier], AfterValidator(one_step)] = Field(
        default_factory=dict
    )
    topics: Mapping[str, Topic] = Field(default_factory=dict)
    parameters: GivenParameters = Field(default_factory=GivenParameters)
    calendars: Mapping[Name, BusinessHours] = Field(default_factory=dict)
    pause_reasons: Mapping[Name, PauseReason] = Field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    indicators: Mapping[Name, Indicator] = Field(default_factory=dict)
    subjects: Mapping[Plain, DeclaredSubject] = Field(default_factory=dict)
    updates: tuple[Plain, ...] = ()
    rules: tuple[Rule, ...] = ()
    clauses: tuple[Clause, ...] = ()


_MODEL_AT: Final[dict[str, type[BaseModel]]] = {
    "regulation": Heading,
    "rules": Rule,
    "clauses": Clause,
    "limits": Limit,
    "title": Text,
    "requirement": Text,
    "reading": Text,
    "summary": Text,
    "note": Text,
    "ends": Text,
    "topics": Topic,
    "parameters": GivenParameters,
    "calendars": BusinessHours,
    "pause_reasons": PauseReason,
    "calendar_for": CalendarFor,
    "pauses": Pausing,
    "readings": Reading,
    "indicators": Indicator,
    "subjects": DeclaredSubject,
    "columns": DeclaredColumn,
    "definition": Text,
    "over": Text,
    "for": Scope,
    "text": Text,
    "papers": Paper,
    "signatories": Signatory,
    "tiers": Text,
}


def parse_document(text: str, file: str) -> Document:
    """Parse one file; `file` is the name that errors give."""
    content = content_of(text, file)
    try:
        return Document.model_validate(content)
    except ValidationError as error:
        raise _model_error(error, text, file) from None


def declare_subjects(text: str, file: str) -> None:
    """Make the kinds of subject known that a file declares, so that rules of any file may be about
    them. Raises RulebookError."""
    content = content_of(text, file)
    if "subjects" not in content:
        return
    try:
        said = Document.model_validate({"subjects": content["subjects"]}).subjects
    except ValidationError as error:
        raise _model_error(error, text, file) from None
    for name, subject in said.items():
        try:
            declare({name: subject})
        except ValueError as error:
            key = ("subjects", name)
            raise RulebookError(file, line_of(text, key), dotted(key), str(error)) from None


def content_of(text: str, file: str) -> dict[str, Any]:
    """The mapping that a file holds. Raises RulebookError."""
    try:
        content = load_yaml(text)
    except YamlMistake as mistake:
        raise RulebookError(file, mistake.line, mistake.key, mistake.message) from None
    if not isinstance(content, dict):
        raise RulebookError(
            file, 1, "", f"a rulebook file is a mapping of {', '.join(Document.model_fields)}"
        )
    return content


def json_schema() -> dict[str, Any]:
    """The JSON schema of a rulebook file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Document.model_json_schema(),
    }


def model_errors(error: ValidationError, text: str, file: str) -> list[RulebookError]:
    """Every mistake of a file, in order of their lines."""
    every = [each for details in error.errors() for each in _keyed(details)]
    misspelt = {key for details, key in every if details["type"] == "extra_forbidden"}
    follows = {
        "missing": lambda key: _is_misspelt(key, misspelt),
        # A list of which an entry is wrong counts as one that lacks it.
        "too_short": lambda key: any(k[: len(key)] == key != k for _, k in every),
    }
    found = [
        RulebookError(file, line_of(text, key), dotted(key), _in_words(details, key))
        for details, key in every
        if not follows.get(details["type"], lambda key: False)(key)
    ]
    return sorted(found, key=lambda mistake: mistake.line)


def _model_error(error: ValidationError, text: str, file: str) -> RulebookError:
    """The first mistake; a key that is unknown before one that is missing, which may be the same
    misspelt."""
    details = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    first, key = _keyed(details)[0]
    return RulebookError(file, line_of(text, key), dotted(key), _in_words(first, key))


def _keyed(details: ErrorDetails) -> list[tuple[ErrorDetails, Key]]:
    """The mistakes that an error of pydantic stands for, each with where it is."""
    raised = details.get("ctx", {}).get("error")
    misfits = raised.every if isinstance(raised, Misfits) else (raised,)
    place = [
        part for part in details["loc"] if part != "[key]"
    ]  # of a mapping's key, not its value
    return [
        (
            {**details, "ctx": {**details.get("ctx", {}), "error": misfit}},
            (*place, *(misfit.key if isinstance(misfit, Misfit) else ())),
        )
        for misfit in misfits
    ]


def _is_misspelt(missing: Key, unknown: set[Key]) -> bool:
    """Whether a key beside the missing one looks like it, written wrongly."""
    beside = [str(key[-1]) for key in unknown if key[:-1] == missing[:-1]]
    return bool(difflib.get_close_matches(str(missing[-1]), beside, n=1))


def dotted(key: Key) -> str:
    """`("rules", 0, "limits", 1, "core")` -> `rules[1].limits[2].core`, counting from one as people
    do."""
    return "".join(f".{part}" if isinstance(part, str) else f"[{part + 1}]" for part in key).lstrip(
        "."
    )


def _in_words(error: ErrorDetails, key: Key) -> str:
    context = error.get("ctx", {})
    words = {
        "extra_forbidden": f"unknown key; {_allowed_keys(key)}",
        "missing": "this key is missing",
        "value_error": f"{context.get('error')}",
        "literal_error": f"{error['input']!r} is not known; allowed: {context.get('expected')}",
        "bool_type": f"{error['input']!r} is neither true nor false",
        "date_type": f"{error['input']!r} is not a date; write 2026-01-01, without quotes or time",
        "string_type": f"{error['input']!r} is not text; put it in quotes",
        "string_too_short": "must not be empty",
        "too_short": "must not be empty",
        "tuple_type": "write a list, each entry after a - or all in [ ]",
        "model_type": "write a mapping, as key: value",
        "dict_type": "write a mapping, as key: value",
    }
    return words.get(error["type"], f"{error['msg']}, not {error['input']!r}")


def _allowed_keys(key: Key) -> str:
    names: Sequence[str | int] = [part for part in key[:-1] if part in _MODEL_AT]
    model = _MODEL_AT[str(names[-1])] if names else Document
    allowed = [field.alias or name for name, field in model.model_fields.items()]
    close = difflib.get_close_matches(str(key[-1]), allowed, n=1)
    return f"{f'did you mean {close[0]}? ' if close else ''}allowed: {', '.join(allowed)}"
