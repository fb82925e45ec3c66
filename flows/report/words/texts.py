"""The words of the report, from the locale files: nothing that a reader sees stands in code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from ruamel.yaml import YAML

from checks.records.parsing.times.clock_changes import LEAPT, TWICE
from flows.system.errors import UsageError
from flows.system.languages import languages

TEMPLATES = "report_templates"
_DEFECTS: Final = {
    "not one of ": "not_one_of",
    "cells to the right of the last heading: ": "beyond",
    LEAPT: "leapt",
    TWICE: "twice",
}
"""How reasons begin that end in something of the data."""


class Texts:
    """Messages of one language by dotted key, with `{name}` placeholders.

    A message with `one` and `other` is chosen by its number: `texts.count("violation", 3)`. A key
    or placeholder that is missing raises KeyError: a report with a hole in it must not be written.
    """

    def __init__(self, lang: str, messages: Mapping[str, Any]) -> None:
        self.lang = lang
        self._messages = messages
        self._found: dict[str, Any] = {}

    def calling(self, words: Mapping[str, Any]) -> Texts:
        """The same texts with other messages under these keys."""
        other = Texts(self.lang, self._messages)
        other._found.update(words)
        return other

    def __call__(self, key: str, **values: object) -> str:
        message = self._find(key)
        if not isinstance(message, str):
            raise KeyError(f"{key} in {self.lang}.yaml is not a message")
        return message.format(**values) if values else message

    def count(self, noun: str, n: int, shown: str | None = None) -> str:
        """`1 violation`, `1,234 violations`, `1,234 件违规`; `shown` replaces the digits."""
        forms = self._find(f"nouns.{noun}")
        form = forms["one" if n == 1 and "one" in forms else "other"]
        return str(form).format(n=shown or f"{n:,}")

    def has(self, key: str) -> bool:
        try:
            self._find(key)
        except KeyError:
            return False
        return True

    def name(self, group: str, code: str | None) -> str:
        """The word for a code of a closed list; a code that the list lacks (a company's own) is
        shown as it is."""
        if not code:
            return self(f"{group}.none")
        return self(f"{group}.{code}") if self.has(f"{group}.{code}") else code

    def defect(self, reason: str) -> str:
        """Why a row or cell could not be used; reasons of a company's own mapping are shown as they
        are."""
        for start, key in _DEFECTS.items():
            if reason.startswith(start):
                return self(f"defect.{key}", values=reason.removeprefix(start))
        return self.name("defect", reason)

    def under(self, key: str) -> Mapping[str, Any]:
        """What stands under a key, as it is; nothing where there is none."""
        return dict(self._find(key)) if self.has(key) else {}

    def items(self, key: str) -> list[str]:
        """A list of messages."""
        return [str(item) for item in self._find(key)]

    def _find(self, key: str) -> Any:
        if key in self._found:
            return self._found[key]
        node: Any = self._messages
        for part in key.split("."):
            if not isinstance(node, Mapping) or part not in node:
                raise KeyError(f"{key} is missing in {self.lang}.yaml")
            node = node[part]
        self._found[key] = node
        return node


@cache
def load_texts(lang: str) -> Texts:
    """The words of one of flows.system.languages.languages(), or of another file there. Raises
    UsageError: a further language lacks some of those that English has."""
    words = _messages(lang)
    if (
        lang in languages()
        and lang not in ("zh", "en")
        and (lacking := missing(words, _messages("en")))
    ):
        more = f" and {len(lacking) - 10} more" if len(lacking) > 10 else ""
        raise UsageError(
            f"report_templates/locales/{lang}.yaml lacks {', '.join(lacking[:10])}{more}; "
            f"translate them from en.yaml"
        )
    return Texts(lang, words)


def _messages(lang: str) -> dict[str, Any]:
    source = (files(TEMPLATES) / "locales" / f"{lang}.yaml").read_text("utf-8")
    return dict(YAML(typ="safe").load(source))


def missing(words: Mapping[str, Any], reference: Mapping[str, Any], under: str = "") -> list[str]:
    """The keys of the reference that the words lack; of forms of a noun `other` is enough."""
    found = []
    for key, text in reference.items():
        name, own = f"{under}{key}", words.get(key)
        if own is None and key != "one":
            found.append(name)
        elif isinstance(text, Mapping) and key in words:
            found += missing(own if isinstance(own, Mapping) else {}, text, f"{name}.")
    return found
