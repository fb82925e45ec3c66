"""Whose name a file's name is, or begins with."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from checks.reading.text import fold


@dataclass(frozen=True)
class Named:
    """The table that a name speaks of. `exact`: it says nothing else."""

    table: str
    exact: bool


def named(name: str, tables: Mapping[str, str]) -> Named | None:
    """The table with whose name (`tables`: folded name -> table) `name` begins; the longest goes first.

    A Latin letter right after a Latin name makes another word of it (`callsheet`); Chinese parts no words, so there
    the headings decide.
    """
    for end in range(len(name), 0, -1):
        table = tables.get(fold([name[:end]])[0])
        if table and not _goes_on(name[end - 1 : end + 1]):
            return Named(table, exact=not fold([name[end:]])[0])
    return None


def like(name: str, tables: Mapping[str, str]) -> str:
    """The table that a file may be meant for whose name does not say so; empty where none comes to mind."""
    folded = fold([name])[0]
    words = [word for word in tables if folded.startswith(word)]
    return tables[max(words, key=len)] if words else ""


def _goes_on(pair: str) -> bool:
    return len(pair) == 2 and all(_is_latin(letter) for letter in pair)


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and unicodedata.name(letter, "").removeprefix("FULLWIDTH ").startswith("LATIN")
