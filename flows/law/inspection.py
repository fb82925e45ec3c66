"""`kelou rules check`: everything that is wrong in a company's rulebooks, read from its folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from checks.concepts import REGULATIONS
from checks.law.inspection import Inspected, inspect
from checks.law.register import coverage
from checks.law.rulebook_text import RulebookError, declare_subjects
from flows.law.package_files import parsed, parser
from flows.law.rule_tables import Listing, rule_words
from flows.law.rulebooks import beside_of, decoded, own_texts, shipped_parts
from flows.law.suites import load_suites
from flows.system.visible import message


def inspect_folder(folder: Path, order: Sequence[str] = REGULATIONS) -> Inspected:
    """All mistakes of the folder's files. Raises UsageError: there are no rulebooks in it."""
    texts, unread = [], []
    for code, path, raw in own_texts(folder):
        try:
            texts.append((code, path, decoded(path, raw)))
        except RulebookError as error:
            unread.append(error)
    for _, path, text in texts:
        try:
            declare_subjects(text, path)
        except RulebookError as error:
            unread.append(error)
    found = inspect(texts, shipped_parts(), order)
    every = {str(error): error for error in (*unread, *found.mistakes, *_beside(folder))}
    return Inspected(tuple(every.values()), found.rulebooks)


def _beside(folder: Path) -> Iterator[RulebookError]:
    """The first mistake of each suite and phrase list."""
    try:
        files = beside_of(folder)
    except RulebookError as error:
        yield error
        return
    for code, file in files:
        try:
            parsed(file, parser(file, code, load_suites()))
        except RulebookError as error:
            yield error


def mistake_listing(folder: Path, order: Sequence[str], lang: str) -> Listing:
    """One row per mistake: file, line, key, message; below them how many, or that none."""
    found, words = inspect_folder(folder, order), rule_words(lang).words
    rows = [
        {"file": e.file, "line": e.line, "key": e.key, "message": message(e.message)}
        for e in found.mistakes
    ]
    if rows:
        notes = [message(str(error)) for error in found.mistakes]
        notes.append(words.say("check", "mistakes", n=len(rows)))
        return Listing("mistakes", rows, [], [], notes)
    assert found.rulebooks is not None, "what has no mistake can be put together"
    notes = [words.say("check", "sound", n=len(found.rulebooks.rules))]
    if unlisted := [name for row in coverage(found.rulebooks) for name in row.unlisted]:
        notes.append(words.say("check", "unlisted", rules=", ".join(unlisted)))
    return Listing("mistakes", [], [], [], notes)
