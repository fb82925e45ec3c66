"""What a configuration may say about reading: time zone, absent tables, further words, other
systems' sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from checks.law.hours import own_events
from checks.records.parsing.times.bounds import EARLIEST
from checks.records.parsing.times.offsets import moves
from checks.records.tables import NEEDED
from flows.law.rulebooks import rulebooks_of
from flows.settings import Settings
from flows.settings.sources import SourceSettings, TableAliases


@dataclass(frozen=True)
class IngestOptions:
    """Defaults read canonical tables in China.

    `aliases` extends the shipped words by table; `sources` are other systems' exports and database
    queries, by name. `empty` are further words that stand for an empty cell, `empty_identifiers`
    further ones that do so in identifiers, evidence and remedies. `period_end`: the end of the
    audited period where there is one (in the scale of canonical times: local time, or UTC where
    the zone moves its clocks); an event long after it is unreadable. `events`: those of tickets of
    which rulebooks speak beside the milestones. `needed`: tables without which an audit would be
    blind to some rule. `earliest`: before it no event can have been.
    """

    time_zone: str = "Asia/Shanghai"
    absent: frozenset[str] = frozenset()
    aliases: Mapping[str, TableAliases] = field(default_factory=dict)
    sources: Mapping[str, SourceSettings] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    empty_identifiers: tuple[str, ...] = ()
    period_end: datetime | None = None
    events: tuple[str, ...] = ()
    needed: tuple[str, ...] = NEEDED
    earliest: datetime = EARLIEST

    @property
    def moved(self) -> str | None:
        """The configured zone if it moves its clocks."""
        return self.time_zone if moves(self.time_zone) else None


def options_of(settings: Settings, period_end: datetime | None = None) -> IngestOptions:
    """The options that a configuration file gives, for an audit of a period that ends then."""
    inputs = settings.inputs
    if period_end is not None and period_end.tzinfo is not None:
        period_end = period_end.astimezone(UTC).replace(tzinfo=None)
    return IngestOptions(
        settings.time.zone,
        inputs.absent,
        inputs.aliases,
        inputs.sources,
        inputs.empty,
        inputs.empty_identifiers,
        period_end,
        *_asked_for(settings),
        earliest=datetime.combine(inputs.earliest, time.min) if inputs.earliest else EARLIEST,
    )


def _asked_for(settings: Settings) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The events and the tables that the rulebooks in force ask for."""
    judging = settings.judging
    if judging.rulebooks is None and judging.regulations is None:
        return (), NEEDED
    rulebooks = rulebooks_of(settings).rulebooks
    judged = {rule.kind.table.name for rule in rulebooks.rules}
    events = dict.fromkeys(own_events(rulebooks.pause_reasons, rulebooks.updates))
    return tuple(events), tuple(name for name in NEEDED if name in judged)
