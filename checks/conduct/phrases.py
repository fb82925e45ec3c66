"""Phrase lists as data: what agents must not say, should rather not say, and are expected to
say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final, Literal, TypeVar

from pydantic import Field, TypeAdapter, model_validator

from checks.law.rulebook import Model, Rulebooks, Text
from checks.text.yaml_text import load_yaml

Weight = Literal["explicit", "advice"]
"""`explicit`: the text forbids these words, and a finding counts; `advice`: a hint about style,
reported apart."""
_PLACE: Final = re.compile(r"\{([a-z]+)\}")


class Exemption(Model):
    """What excuses the phrases that it covers, by clause; `despite`: a clause that is not excused
    all the same."""

    why: str
    when: str
    despite: str | None = None


class PhraseList(Model):
    """Phrases of one kind, in simplified characters and without punctuation. `also`: further
    clauses that ask for the same.

    `{name}` in a phrase is each of the words of that name in turn; `{NAME}` in a pattern or an
    exception, which are regular expressions, is any of them.
    """

    id: str = Field(pattern=r"^[a-z-]+$")
    article: str
    also: tuple[str, ...] = ()
    weight: Weight
    title: Text
    words: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    phrases: tuple[str, ...] = Field(min_length=1)
    patterns: tuple[str, ...] = ()
    exceptions: tuple[Exemption, ...] = ()

    @model_validator(mode="after")
    def _words_given(self) -> PhraseList:
        used = {name for phrase in self.phrases for name in _PLACE.findall(phrase)}
        if unknown := used - set(self.words):
            raise ValueError(f"{self.id}: `words` does not give {', '.join(sorted(unknown))}")
        return self

    @cached_property
    def spelled(self) -> tuple[str, ...]:
        """Every phrase in full, without repetition."""
        return tuple(
            dict.fromkeys(text for phrase in self.phrases for text in _spell(phrase, self.words))
        )

    @property
    def pattern(self) -> str | None:
        """The patterns as one regular expression."""
        return "|".join(self._full(p) for p in self.patterns) or None

    def excused(self) -> tuple[tuple[str, str | None], ...]:
        """(when, despite) of each exception, as regular expressions in full."""
        return tuple(
            (self._full(e.when), self._full(e.despite) if e.despite else None)
            for e in self.exceptions
        )

    def _full(self, pattern: str) -> str:
        for name, words in self.words.items():
            pattern = pattern.replace(f"{{{name.upper()}}}", f"(?:{'|'.join(words)})")
        return pattern.replace("{{", "{").replace("}}", "}")


class Manner(Model):
    """What is expected to be said: one of some phrases, or something of a pattern. `also`: further
    clauses that ask for the same; `listed`: whether each conversation without it is listed, or they
    are counted only."""

    id: Literal["greeting", "closing", "polite", "reply-time", "auto-reply"]
    article: str
    also: tuple[str, ...] = ()
    title: Text
    any_of: tuple[str, ...] = ()
    pattern: str | None = None
    listed: bool = True


Said = TypeVar("Said", PhraseList, Manner)


@dataclass(frozen=True)
class Phrasebook:
    """Every list in force, and the characters to be written in their simplified form before
    comparing."""

    lists: tuple[PhraseList, ...]
    manners: Mapping[str, Manner]
    simplified: Mapping[str, str]


_LISTS: Final = TypeAdapter(tuple[PhraseList, ...])
_MANNERS: Final = TypeAdapter(tuple[Manner, ...])


def parse_lists(text: str, code: str = "") -> tuple[PhraseList, ...]:
    """The phrase lists in a YAML text. `code`: the regulation that they belong to, whose articles
    stand without it. Raises ValidationError or YamlMistake, with the place."""
    return _citing(_LISTS.validate_python(load_yaml(text)), code)


def parse_manners(text: str, code: str = "") -> tuple[Manner, ...]:
    """The manners in a YAML text, likewise. Raises ValidationError or YamlMistake."""
    return _citing(_MANNERS.validate_python(load_yaml(text)), code)


def _citing(entries: tuple[Said, ...], code: str) -> tuple[Said, ...]:
    """The entries with the code in front of their articles."""
    if not code:
        return entries
    return tuple(
        entry.model_copy(
            update={
                "article": f"{code} {entry.article}",
                "also": tuple(f"{code} {each}" for each in entry.also),
            }
        )
        for entry in entries
    )


def phrasebook(
    lists: Iterable[PhraseList], manners: Iterable[Manner], characters: str
) -> Phrasebook:
    """The phrasebook of the lists; of two lists with one id the later replaces the earlier.

    `characters`: OpenCC's table, one traditional character and its simplified forms per line. Only
    those whose simplified form occurs in a list are kept: no others can matter.
    """
    chosen = tuple({entry.id: entry for entry in lists}.values())
    expected: dict[str, Manner] = {manner.id: manner for manner in manners}
    texts = [
        text
        for entry in chosen
        for text in (*entry.spelled, entry.pattern or "", *(w for w, _ in entry.excused()))
    ]
    texts += [
        text for manner in expected.values() for text in (*manner.any_of, manner.pattern or "")
    ]
    return Phrasebook(chosen, expected, _simplified(characters, set("".join(texts))))


def asked(entries: Iterable[Said], rulebooks: Rulebooks) -> tuple[Said, ...]:
    """The lists or manners that a regulation in force asks for, each with its articles."""
    cited = ((entry, _articles(entry, rulebooks)) for entry in entries)
    return tuple(
        entry.model_copy(update={"article": articles[0], "also": articles[1:]})
        for entry, articles in cited
        if articles
    )


def _articles(entry: PhraseList | Manner, rulebooks: Rulebooks) -> tuple[str, ...]:
    cited = rulebooks.in_force((entry.article, *entry.also))
    return (*cited, *rulebooks.asks_for("phrases", entry.id))


def _simplified(characters: str, used: set[str]) -> dict[str, str]:
    rows = (line.split("\t") for line in characters.splitlines() if "\t" in line)
    forms = (
        (old, form) for old, new in rows for form in new.split() if form in used and old not in used
    )
    return {old: form for old, form in forms if old != form}


def _spell(phrase: str, words: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    names = list(dict.fromkeys(_PLACE.findall(phrase)))
    for chosen in product(*(words[name] for name in names)):
        text = phrase
        for name, word in zip(names, chosen, strict=True):
            text = text.replace(f"{{{name}}}", word)
        yield text
