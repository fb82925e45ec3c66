"""Which shipped preset an unknown sheet is an export for, and what it needs beside the preset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from checks.records.parsing.profiles import Profile
from checks.records.parsing.times.columns import KINDS
from checks.records.tables import TABLES
from flows.ingest.draft_columns import Columns
from flows.ingest.draft_values import formats_of, signs
from flows.ingest.headings import Heading, NoHeading, headings_with
from flows.ingest.proposals import Proposal
from flows.ingest.sources import presets, rules_of, wanted_of
from flows.settings.sources import SourceSettings

LIKELY: Final = 0.6
"""The share of a preset's columns that a file must have to be taken for its."""


def as_preset(file: str, rows: int, profiles: Sequence[Profile], own: Proposal) -> Proposal:
    """The sheet as a vendor's export, or as the table of ours that it is likely to be (`own`)."""
    fitting, heading = ("", None) if own.ready else _fitting(file, [p.heading for p in profiles])
    if heading is None:
        return own
    preset = presets()[fitting]
    table = TABLES[preset.table or ""]
    rules = rules_of(preset)
    spoken = {c: rules.spoken_of(c) for c in rules.texts} if rules else {}
    there = {
        column: (profiles[heading.columns[names[0]]].heading, "")
        for column, names in spoken.items()
        if len(names) == 1 and names[0] in heading.columns and column not in preset.formats
    }
    by_heading = {p.heading: p for p in profiles}
    formats, decide = formats_of(table, Columns(there), by_heading)
    return Proposal(
        file,
        rows,
        table,
        f"its columns are those of the preset {fitting} ({preset.about})",
        fitting,
        formats=formats,
        empty=signs(by_heading[heading] for heading, _ in there.values()),
        decide=tuple(decide),
        profiles=tuple(profiles),
    )


def _fitting(file: str, headings: Sequence[str]) -> tuple[str, Heading | None]:
    """The preset most of whose columns are there, none of the needed ones missing, and where they
    are."""
    found: dict[str, tuple[float, Heading]] = {}
    for name, preset in presets().items():
        wanted = wanted_of(preset)
        try:
            heading = headings_with(wanted)([headings], file)
        except NoHeading:
            continue
        has = sum(column in heading.columns for column in wanted.columns)
        if not heading.missing and has >= LIKELY * len(wanted.columns):
            found[name] = (has / len(wanted.columns), heading)
    if not found:
        return "", None
    best = max(found, key=lambda name: found[name][0])
    return best, found[best][1]


def as_wide(width: int, preset: SourceSettings) -> bool:
    """Whether a file without headings has as many columns as the preset's."""
    most = len(preset.headings)
    return 0 < most - len(preset.optional) <= width <= most


def without_headings(file: str, rows: int, profiles: Sequence[Profile]) -> Proposal | None:
    """The preset of files without headings that have as many columns, with times where it has
    some."""
    for name, preset in presets().items():
        rules = rules_of(preset)
        if rules is None or not as_wide(len(profiles), preset):
            continue
        table, places = TABLES[preset.table or ""], {h: n for n, h in enumerate(preset.headings)}
        timed = [
            places[spoken]
            for column in rules.texts
            if table.by_name[column].kind in KINDS and table.by_name[column].required
            for spoken in rules.spoken_of(column)
        ]
        if profiles and all(n < len(profiles) and profiles[n].timed for n in timed):
            why = f"without headings, as the preset {name} ({preset.about})"
            return Proposal(file, rows, table, why, name, profiles=tuple(profiles))
    return None
