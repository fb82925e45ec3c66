"""Everything that is wrong in a folder of rulebooks, in all its files, rather than the first.

What is wrong in itself is taken out and the rest put together, again and again until it holds: each
time the assembly names one mistake. A name that is not known because its entry was taken out is no
mistake of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from checks.law.assembly import Part, build
from checks.law.rulebook import Rulebooks
from checks.law.rulebook_text import (
    Document,
    Key,
    RulebookError,
    content_of,
    dotted,
    model_errors,
)
from checks.law.vocabulary import expect_known
from checks.text.yaml_text import line_of

_PLACE: Final = re.compile(r"\[(\d+)\]|\.?([^.\[\]]+)")
_UNKNOWN: Final = re.compile(r"unknown \w+ '([^']*)'")
"""A name that refers to nothing."""
_ALLOWED: Final = re.compile(r"allowed: (?!none$)([^,]+)")
"""The first that would refer to something."""


@dataclass
class _File:
    """A file with what is left of its content; `places`: of each list the places that its entries
    have in the file; `gone`: ids and names of what was taken out; `topics`: those of the rules that
    were, by where they stand."""

    code: str
    name: str
    text: str
    content: dict[str, Any]
    places: dict[str, list[int]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    topics: dict[Key, str] = field(default_factory=dict)

    def part(self) -> Part:
        """What is left, as a part of the rulebooks. Raises ValidationError."""
        return Part(self.code, self.name, self.text, Document.model_validate(self.content))

    def original(self, key: Key) -> Key:
        """Where an entry that is left stands in the file."""
        match key:
            case (str(kind), int(place), *rest) if kind in self.places:
                return (kind, self.places[kind][place], *rest)
        return key

    def take_out(self, key: Key) -> bool:
        """Take out the entry in which the key of the content lies; whether there was one."""
        if not key or key[0] not in self.content:
            return False
        kind = str(key[0])
        held = self.content[kind]
        if isinstance(held, list) and len(key) > 1 and isinstance(key[1], int):
            entry, place = held.pop(key[1]), self.places[kind].pop(key[1])
            if isinstance(entry, dict):
                self.gone |= {str(entry["id"])} if "id" in entry else set()
                if isinstance(entry.get("topic"), str):
                    self.topics[kind, place, "topic"] = entry["topic"]
        elif isinstance(held, dict) and len(key) > 1 and key[1] in held and kind != "regulation":
            del held[key[1]]
            self.gone.add(str(key[1]))
        else:
            del self.content[kind]
            self.gone.add(kind)
        return True

    def replace(self, key: Key, name: str) -> None:
        """Put a name that there is in the place of one that there is not."""
        held: Any = self.content
        for part in key[:-1]:
            held = held[part]
        held[key[-1]] = name


@dataclass(frozen=True)
class Inspected:
    """`mistakes` in order of file and line; `rulebooks`: what holds without them, None where
    nothing does."""

    mistakes: tuple[RulebookError, ...]
    rulebooks: Rulebooks | None


def inspect(
    texts: Sequence[tuple[str, str, str]], shipped: Sequence[Part], order: Sequence[str]
) -> Inspected:
    """Look at a company's files (code, name, text) on top of the shipped parts, put together in
    `order`."""
    found: list[RulebookError] = []
    files: list[_File] = []
    for code, name, text in texts:
        try:
            content = content_of(text, name)
        except RulebookError as error:
            found.append(error)
            continue
        places = {k: list(range(len(v))) for k, v in content.items() if isinstance(v, list)}
        files.append(_File(code, name, text, content, places))
    unread = len(found) > 0
    for file in files:
        found += _own_mistakes(file)
    rulebooks = _put_together(files, shipped, order, found, unread)
    return Inspected(tuple(_in_order(found, [name for _, name, _ in texts])), rulebooks)


def _in_order(found: Sequence[RulebookError], names: Sequence[str]) -> list[RulebookError]:
    each = {(error.file, error.line, error.key, error.message): error for error in found}
    order = {name: place for place, name in enumerate(names)}
    return sorted(each.values(), key=lambda e: (order.get(e.file, len(order)), e.line))


def _own_mistakes(file: _File) -> list[RulebookError]:
    """What is wrong in the file by itself; its entries are taken out."""
    try:
        file.part()
    except ValidationError as error:
        keys = {each["loc"][:2]: None for each in error.errors()}
        # From behind, so that the places of those before stay what they are.
        for key in sorted(keys, key=str, reverse=True):
            file.take_out(key)
        return model_errors(error, file.text, file.name)
    return []


def _put_together(
    files: Sequence[_File],
    shipped: Sequence[Part],
    order: Sequence[str],
    found: list[RulebookError],
    unread: bool,
) -> Rulebooks | None:
    """Build until it holds, adding to `found` each mistake that is named on the way."""
    left = list(files)
    before: set[tuple[str, str, str]] = set()
    while True:
        gone = {name for file in files for name in file.gone}
        try:
            rulebooks = build(shipped, [file.part() for file in left], order)
        except RulebookError as error:
            at = next((file for file in left if file.name == error.file), None)
            if at is None:  # not of these files: the governing order
                found.append(error)
                return None
            if not _follows(error, gone, unread):
                found.append(_placed(error, at))
            told = (error.file, error.key, error.message)
            if told in before or not _mended(error, at):
                left = [file for file in left if file.code != at.code]
            before.add(told)
            continue
        if not unread:
            found += _topics(files, tuple(rulebooks.topics), gone)
        return rulebooks


def _placed(error: RulebookError, file: _File) -> RulebookError:
    """The mistake at the place that it has in the file."""
    if not error.key:
        return error
    place = file.original(_parsed(error.key))
    line = line_of(file.text, place)
    return RulebookError(file.name, line, dotted(place), error.message)


def _mended(error: RulebookError, file: _File) -> bool:
    """Name something else that there is, or take the entry out; whether there was one."""
    key = _parsed(error.key)
    if _UNKNOWN.match(error.message) and (allowed := _ALLOWED.search(error.message)):
        with suppress(LookupError, TypeError):
            file.replace(key, allowed[1])
            return True
    return file.take_out(key)


def _topics(
    files: Sequence[_File], known: tuple[str, ...], gone: Collection[str]
) -> Iterator[RulebookError]:
    """Topics that there are not, of rules that have other mistakes too."""
    named = [(file, key, name) for file in files for key, name in file.topics.items()]
    for file, key, name in named:
        try:
            expect_known("topic", name, (*known, *gone) if name in gone else known)
        except ValueError as error:
            yield RulebookError(file.name, line_of(file.text, key), dotted(key), str(error))


def _follows(error: RulebookError, gone: Collection[str], unread: bool) -> bool:
    """Whether the mistake is but a consequence of what was taken out or could not be read."""
    if not error.key:
        return unread or "regulation" in gone
    named = _UNKNOWN.match(error.message)
    return named is not None and (unread or named[1] in gone)


def _parsed(key: str) -> Key:
    """`rules[1].limits[2].core` -> `("rules", 0, "limits", 1, "core")`."""
    parts = (match.groups() for match in _PLACE.finditer(key))
    return tuple(int(number) - 1 if number else name for number, name in parts)
