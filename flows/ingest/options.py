"""What a configuration may say about reading: time zone, absent tables, further words, other systems' sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.settings import Settings
from flows.settings.sources import SourceSettings, TableAliases


@dataclass(frozen=True)
class IngestOptions:
    """Defaults read canonical tables in China.

    `aliases` extends the shipped words by table; `sources` are other systems' exports and database queries, by name.
    `empty` are words that stand for an empty cell, such as "-" or "NULL".
    """

    time_zone: str = "Asia/Shanghai"
    absent: frozenset[str] = frozenset()
    aliases: Mapping[str, TableAliases] = field(default_factory=dict)
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    empty: tuple[str, ...] = ()


def options_of(settings: Settings) -> IngestOptions:
    """The options that a configuration file gives."""
    inputs = settings.inputs
    return IngestOptions(settings.time.zone, inputs.absent, inputs.aliases, inputs.sources, inputs.empty)
