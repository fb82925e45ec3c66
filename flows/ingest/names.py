"""Whose name a file's name is, or begins with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from checks.records.parsing.text import fold

CONTINUED: Final = re.compile(
    "导出|明细|清单|列表|数据|总表|表|副本|全部|全量|第|上旬|中旬|下旬|[上下]半[月年]|[上本当]月|[一二三四五六七八九十]+(?:月|季度)"
)
"""Chinese writes words without a blank between them."""


@dataclass(frozen=True)
class Named:
    """The table that a name speaks of. `exact`: it says nothing else."""

    table: str
    exact: bool


def named(name: str, tables: Mapping[str, str]) -> Named | None:
    """The table with whose name (`tables`: folded name -> table) `name` begins; the longest goes
    first.

    A letter right after it makes another word of it (`callsheet`, 客户回访), unless it begins one
    of the words that only say which part of the table this is (`CONTINUED`) or is of another script
    (`calls下旬`).
    """
    for end in range(len(name), 0, -1):
        table = tables.get(fold([name[:end]])[0])
        if table and not _goes_on(name[:end], name[end:]):
            return Named(table, exact=not fold([name[end:]])[0])
    return None


def like(name: str, tables: Mapping[str, str]) -> str:
    """The table that a file may be meant for whose name does not say so; empty where none comes to
    mind."""
    folded = fold([name])[0]
    words = [word for word in tables if folded.startswith(word)]
    return tables[max(words, key=len)] if words else ""


def _goes_on(name: str, rest: str) -> bool:
    scripts = [_script(letter) for letter in name[-1:] + rest[:1]]
    return (
        len(scripts) == 2
        and None not in scripts
        and scripts[0] == scripts[1]
        and not CONTINUED.match(rest)
    )


def _script(letter: str) -> str | None:
    """`LATIN`, `CJK` …; None for what is no letter."""
    return (
        unicodedata.name(letter, "").removeprefix("FULLWIDTH ").partition(" ")[0]
        if letter.isalpha()
        else None
    )
