"""Suites and phrase lists of a company's own regulation: what is wrong in one is said with file and
line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from checks.completeness.suite import Suite, parse
from checks.conduct.phrases import parse_lists, parse_manners
from checks.law.rulebook import PackageFile
from checks.law.rulebook_text import RulebookError, dotted
from checks.text.yaml_text import YamlMistake, line_of
from flows.system.errors import UsageError

MANNERS: Final = "manners.yaml"
Read = TypeVar("Read")


def read(file: PackageFile, parsing: Callable[[str], Read]) -> Read:
    """What `parsing` makes of the file. Raises UsageError: the first mistake in it."""
    try:
        return parsed(file, parsing)
    except RulebookError as error:
        raise UsageError(f"rulebook {error}") from None


def parsed(file: PackageFile, parsing: Callable[[str], Read]) -> Read:
    """The same. Raises RulebookError."""
    try:
        return parsing(file.text)
    except YamlMistake as mistake:
        raise RulebookError(file.file, mistake.line, mistake.key, mistake.message) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        said = first["msg"].removeprefix("Value error, ")
        line = line_of(file.text, first["loc"])
        raise RulebookError(file.file, line, dotted(first["loc"]), said) from None


def parser(file: PackageFile, code: str, known: dict[str, Suite]) -> Callable[[str], Any]:
    """What reads a file of the regulation `code`; `known`: suites whose words it may use."""
    if file.kind == "suites":
        return partial(parse, code=code, known=known)
    return partial(parse_manners if Path(file.file).name == MANNERS else parse_lists, code=code)
