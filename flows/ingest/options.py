"""What a configuration may say about reading: time zone, absent tables, further words, sources mapped by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class IngestOptions:
    """Defaults read canonical tables in China.

    `aliases` extends the shipped words (checks/aliases), by table, in the same shape: `table`, `headings`, `values`.
    `empty` are words that stand for an empty cell, such as "-" or "NULL".
    """

    time_zone: str = "Asia/Shanghai"
    absent: frozenset[str] = frozenset()
    aliases: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
