"""Reading the phrase lists: the shipped ones and, on top, a company's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path

import polars as pl
from pydantic import ValidationError

from checks.conduct.phrases import (
    Manner,
    Phrasebook,
    PhraseList,
    asked,
    parse_lists,
    parse_manners,
    phrasebook,
)
from checks.law.rulebook import Rulebooks
from checks.text.yaml_text import YamlMistake
from flows.law.package_files import MANNERS, parser, read
from flows.system.errors import UsageError


def load_phrasebook(own: Path | None = None, rulebooks: Rulebooks | None = None) -> Phrasebook:
    """The lists in force. `own`: a folder of further *.yaml; a list of the same id replaces the
    shipped one. With rulebooks the shipped ones are those that they ask for, and regulations in
    force add those of their folders.

    Raises UsageError on a mistake in it.
    """
    shipped, manners = _shipped()
    lists = [*shipped]
    if rulebooks:
        lists, manners = [*asked(shipped, rulebooks)], asked(manners, rulebooks)
        for entry, where in _of_packages(rulebooks):
            if isinstance(entry, Manner):
                manners = (*manners, entry)
            else:
                _check_new(entry, lists, where)
                lists.append(entry)
    for path in own_lists(own):
        lists += _own(path)
    characters = (files("opencc") / "dictionary" / "TSCharacters.txt").read_text("utf-8")
    return phrasebook(lists, manners, characters)


@cache
def _shipped() -> tuple[tuple[PhraseList, ...], tuple[Manner, ...]]:
    folder = files("checks") / "conduct" / "phrases"
    texts = {f.name: f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".yaml")}
    manners = parse_manners(texts.pop(MANNERS))
    return tuple(chain.from_iterable(parse_lists(texts[name]) for name in sorted(texts))), manners


def _of_packages(rulebooks: Rulebooks) -> Iterator[tuple[PhraseList | Manner, str]]:
    """What the folders of regulations in force hold, with the file of each."""
    for regulation, file in rulebooks.beside("phrases"):
        for entry in read(file, parser(file, regulation.code, {})):
            yield entry, file.file


def _check_new(entry: PhraseList, known: Sequence[PhraseList], where: str) -> None:
    """Raises UsageError: a regulation in force has a list of that id, or a pattern is none."""
    if entry.id in {each.id for each in known}:
        raise UsageError(
            f"{where}: there is a phrase list {entry.id} already; give it another id, or ask for a "
            f"shipped one in the heading: phrases: {{{entry.id}: [...]}}"
        )
    _check_patterns(entry, where)


def own_lists(own: Path | None) -> list[Path]:
    """The company's own lists, in order of name. Raises UsageError when the folder has none."""
    found = sorted(own.glob("*.yaml")) if own else []
    if own and not found:
        raise UsageError(f"no phrase lists in {own}: expected {own}/*.yaml")
    return found


def _own(path: Path) -> tuple[PhraseList, ...]:
    where = f"phrase list {path}"
    try:
        lists = parse_lists(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{where}: can't be read ({error}); save it as UTF-8") from None
    except YamlMistake as mistake:
        raise UsageError(f"{where}, line {mistake.line}: {mistake.message}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
        raise UsageError(
            f"{where}: {key or 'the file'}: {first['msg'].removeprefix('Value error, ')}"
        ) from None
    for entry in lists:
        _check_patterns(entry, where)
    return lists


def _check_patterns(entry: PhraseList, where: str) -> None:
    """The engine that will look for them must understand them. Raises UsageError."""
    excused = [pattern for pair in entry.excused() for pattern in pair if pattern]
    for pattern in [*([entry.pattern] if entry.pattern else []), *excused]:
        try:
            pl.select(pl.lit("").str.contains(pattern))
        except pl.exceptions.PolarsError as error:
            reason = " ".join(str(error).split())[:160]
            raise UsageError(
                f"{where}: {entry.id}: not a regular expression: {pattern[:80]} ({reason})"
            ) from None
