"""Times of a call that an unknown log tells by durations: so long it rang, so long it lasted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from checks.records.parsing.profiles import Profile
from checks.records.parsing.text import fold
from checks.records.parsing.times.durations import durations
from checks.records.parsing.vocabulary import TableWords
from checks.records.tables import Table
from flows.ingest.decisions import Decision
from flows.ingest.draft_columns import Columns, guesses, meanings

Section = dict[str, Any]
"""A made column as TOML has it."""


def spans_of(
    table: Table, columns: Columns, profiles: Sequence[Profile], words: TableWords
) -> dict[str, tuple[Section, str]]:
    """Times that no column holds, as the start and a duration, and why: the answer of the calls
    that were answered, the end of all."""
    start = columns.found.get("started_at")
    if table.name != "calls" or start is None:
        return {}
    by_heading = {p.heading: p for p in profiles}
    folded = dict(zip(fold(by_heading), by_heading, strict=True))
    found: dict[str, tuple[Section, str]] = {}
    for name, called in guesses()["spans"].items():
        known = [folded[word] for word in fold(called) if word in folded]
        lasting = [h for h in known if h not in columns.used and _lasts(by_heading[h])]
        only = _answered(columns, by_heading, words) if name == "answered_at" else {}
        if name in columns.found or not lasting or only is None:
            continue
        made = {**origin(by_heading[start[0]]), "plus": lasting[0], **only}
        found[name] = (made, "the start and what it lasted")
    return found


def lasted(made: Mapping[str, tuple[Section, str]]) -> list[Decision]:
    """Whether the durations begin with the call, and count seconds."""
    if not made:
        return []
    spans = ", ".join(
        f"{name}: the start and {section['plus']}" for name, (section, _) in made.items()
    )
    return [Decision(f"{spans}; is it counted from the start of the call, in seconds?")]


def origin(facts: Profile) -> Section:
    """The column, or the day and the time of day that tell it together."""
    if not facts.parts:
        return {"from": facts.heading}
    day, clock = facts.parts
    told: object = {"from": clock, "empty": [*facts.fillers]} if facts.fillers else clock
    return {"join": [day, told], "by": " "}


def _lasts(facts: Profile) -> bool:
    values = pl.Series([value for value, _ in facts.values], dtype=pl.String)
    return bool(len(values)) and not durations(values).has_nulls() and not facts.timed


def _answered(
    columns: Columns, by_heading: Mapping[str, Profile], words: TableWords
) -> Section | None:
    """Which calls were answered; None where nothing tells, as a call that was not waited, too."""
    if "disposition" not in columns.found:
        return None
    heading = columns.found["disposition"][0]
    known = meanings("calls", "disposition", words)
    said = [v for v, _ in by_heading[heading].values if known.get(fold([v])[0]) == "answered"]
    return {"only": {heading: said}} if said else None
