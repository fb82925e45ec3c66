"""Between the numbers and plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from checks.concepts import SCHEMA_VERSION
from checks.numbers.base import Section
from checks.numbers.whole import Metrics

S = TypeVar("S", bound=Section)


_WORDS: Final = {
    "missing": "is missing",
    "unexpected_keyword_argument": "is a key that this program does not know",
}


class NotNumbers(ValueError):
    """What was read is not what the schema describes; one line: where, and what is wrong there."""


def plain(section: Section) -> dict[str, Any]:
    """A section as JSON holds it, keys in their order.

    What the whole leaves open (None) is left out. Raises PydanticSerializationError where a value
    is not of its field's type: what its schema does not describe is not published.
    """
    dumped = _adapter(type(section)).dump_python(section, by_alias=True, warnings="error")
    content: dict[str, Any] = _listed(dumped)
    if isinstance(section, Metrics):
        return {key: value for key, value in content.items() if value is not None}
    return content


def _listed(value: Any) -> Any:
    """Sequences as lists. What pydantic calls JSON would replace the bytes of a file's name that
    are no text."""
    if isinstance(value, dict):
        return {key: _listed(each) for key, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, list | tuple) else value


def to_json(metrics: Metrics) -> dict[str, Any]:
    """The content of metrics.json."""
    return plain(metrics)


def read(kind: type[S], content: Mapping[str, Any]) -> S:
    """The section of that kind from JSON. Raises NotNumbers."""
    try:
        section: S = _adapter(kind).validate_python(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        said = f"{first['msg'][0].lower()}{first['msg'][1:]}"
        raise NotNumbers(f"{place}: {_WORDS.get(first['type'], said)}") from error
    return section


def from_json(content: Mapping[str, Any]) -> Metrics:
    """What an earlier closing wrote into metrics.json.

    Sections that it may lack (those of Metrics and Counted with a default) are None. Raises
    NotNumbers: of another version, or not as the schema says.
    """
    version = content.get("schema_version")
    if version != SCHEMA_VERSION:
        raise NotNumbers(f"schema_version: {version!r} instead of {SCHEMA_VERSION}")
    return read(Metrics, content)


def json_schema() -> dict[str, Any]:
    """The JSON schema of metrics.json."""
    facts = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return facts | _adapter(Metrics).json_schema(by_alias=True)


def _adapter(kind: type[Section]) -> TypeAdapter[Any]:
    """Made when first asked for: building one takes a fifth of a second."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


_ADAPTERS: Final[dict[type[Section], TypeAdapter[Any]]] = {}
