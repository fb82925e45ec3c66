"""YAML text that people write: whatever is wrong with it, one mistake with its line."""

from __future__ import annotations

import re
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

LARGEST: Final = 200_000
"""Values in a file, those that are repeated by reference counted each time."""


class YamlMistake(ValueError):
    """What is wrong, in one line without the place; `key` where one key is meant."""

    def __init__(self, line: int, message: str, key: str = "") -> None:
        super().__init__(message)
        self.line, self.message, self.key = line, message, key


def load_yaml(text: str) -> Any:
    """The content of a YAML text. Raises YamlMistake, and nothing else."""
    try:
        content = YAML(typ="safe").load(text)
    except MarkedYAMLError as error:
        raise _syntax(error, text) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        raise YamlMistake(
            line, f"the character U+{code:04X} has no place in YAML; delete it"
        ) from None
    except RecursionError:
        raise YamlMistake(1, "lists or mappings within one another without end") from None
    except (
        YAMLError,
        ValueError,
        TypeError,
        ArithmeticError,
        LookupError,
        AttributeError,
    ) as error:
        reason = str(error).partition("\n")[0][:120]
        raise YamlMistake(1, f"a value that can't be read ({reason}); put it in quotes") from None
    if not _fits(content):
        raise YamlMistake(
            1, f"more than {LARGEST} values, those that are repeated by reference counted each time"
        )
    return content


def line_of(text: str, key: tuple[str | int, ...]) -> int:
    """The line where `key` stands; of the nearest parent when it stands nowhere."""
    try:
        node: Any = YAML(typ="rt").load(text)
    except (
        YAMLError,
        ValueError,
        TypeError,
        ArithmeticError,
        LookupError,
        AttributeError,
        RecursionError,
    ):
        return 1  # read for its lines it may be wrong where it was not for its values
    line = 1
    for part in key:
        try:
            line = (node.lc.key(part) if isinstance(part, str) else node.lc.item(part))[0] + 1
            node = node[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line


def _syntax(error: MarkedYAMLError, text: str) -> YamlMistake:
    line = error.problem_mark.line + 1 if error.problem_mark else 1
    problem = str(error.problem or error)
    if isinstance(error, DuplicateKeyError) and (
        found := re.search(r'duplicate key "([^"]*)"', problem)
    ):
        return YamlMistake(line, "this key stands here twice; keep one", found[1])
    written = text.splitlines()[line - 1] if line <= text.count("\n") else ""
    if "\t" in written:
        problem = "a tab; indent with spaces"
    elif problem == "found unexpected ':'":
        problem = "a colon inside a value; put the value in quotes"
    return YamlMistake(line, f"not valid YAML: {problem.partition(chr(10))[0][:200]}")


def _fits(content: Any) -> bool:
    """Whether no more than LARGEST values are in it; references may repeat a value a billion
    times."""
    count, left = 0, [content]
    while left:
        value = left.pop()
        inner = (
            [*value, *value.values()]
            if isinstance(value, dict)
            else value
            if isinstance(value, list | set)
            else ()
        )
        count += len(inner) + 1
        if count > LARGEST:
            return False
        left.extend(inner)
    return True
