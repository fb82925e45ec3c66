"""YAML text -> rulebook models. Strict: every mistake is an error that names file, line, key and
what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from checks.law.belongings import Belongings, Holidays, Paper, Signatory
from checks.law.parameters import GivenParameters
from checks.law.rulebook import Clause, Limit, Model, Reading, Rule, Scope, Text, Topic
from checks.law.vocabulary import Misfit
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
    """One rulebook file: any of a regulation's heading, topics, parameters, readings, rules
    and clauses."""

    regulation: Heading | None = None
    topics: Mapping[str, Topic] = Field(default_factory=dict)
    parameters: GivenParameters = Field(default_factory=GivenParameters)
    readings: tuple[Reading, ...] = ()
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
    "readings": Reading,
    "for": Scope,
    "text": Text,
    "papers": Paper,
    "signatories": Signatory,
    "tiers": Text,
}


def parse_document(text: str, file: str) -> Document:
    """Parse one file; `file` is the name that errors give."""
    try:
        content = load_yaml(text)
    except YamlMistake as mistake:
        raise RulebookError(file, mistake.line, mistake.key, mistake.message) from None
    if not isinstance(content, dict):
        raise RulebookError(
            file, 1, "", f"a rulebook file is a mapping of {', '.join(Document.model_fields)}"
        )
    try:
        return Document.model_validate(content)
    except ValidationError as error:
        raise _model_error(error.errors(), text, file) from None


def json_schema() -> dict[str, Any]:
    """The JSON schema of a rulebook file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Document.model_json_schema(),
    }


def _model_error(errors: Sequence[ErrorDetails], text: str, file: str) -> RulebookError:
    """The first mistake; a key that is unknown before one that is missing, which may be the same
    misspelt."""
    error = min(errors, key=lambda each: each["type"] != "extra_forbidden")
    misfit = error.get("ctx", {}).get("error")
    key: Key = (*error["loc"], *(misfit.key if isinstance(misfit, Misfit) else ()))
    return RulebookError(file, line_of(text, key), dotted(key), _in_words(error, key))


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
