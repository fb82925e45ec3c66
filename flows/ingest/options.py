"""What a configuration may say about reading: time zone, absent tables, further words, sources mapped by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.ingest.sources import SourceSettings


@dataclass(frozen=True)
class IngestOptions:
    """Defaults read canonical tables in China.

    `aliases` extends the shipped words (checks/aliases), by table, in the same shape: `table`, `headings`, `values`.
    `sources` are other systems' exports and database queries, by name (flows.ingest.sources).
    `empty` are words that stand for an empty cell, such as "-" or "NULL".
    """

    time_zone: str = "Asia/Shanghai"
    absent: frozenset[str] = frozenset()
    aliases: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
