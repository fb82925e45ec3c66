"""One unknown sheet -> which table it is likely to be, and why; what each of its columns is taken
for; what is left to be decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from checks.records.parsing.profiles import Profile
from checks.records.parsing.text import fold
from checks.records.parsing.times.columns import KINDS
from checks.records.parsing.vocabulary import TableWords, Vocabulary
from checks.records.tables import TABLES, Table
from flows.ingest.decisions import Decision
from flows.ingest.draft_columns import OWN, VALUES, Columns, columns_of, meanings
from flows.ingest.headings import NoHeading, headings_with
from flows.ingest.sources import presets, rules_of, wanted_of
from flows.settings.sources import SourceSettings

GUESSED: Final = ("tickets", "calls", "chats", "customers", "ticket_events")
"""Tables that a sheet may be by loose words and by values."""
LIKELY: Final = 0.6
"""The share of a preset's columns that a file must have to be taken for its."""


@dataclass(frozen=True)
class LookedUp:
    """Another sheet that explains a column's codes: `heading` is found under its `match`, and
    `take` says more."""

    file: str
    column: str
    heading: str
    match: str
    take: str


@dataclass(frozen=True)
class Proposal:
    """One sheet as a source: its table, the preset that fits, what each column is taken for and
    why, those made of several or the same in every row, declared forms, meanings of codes, the path
    to the records in JSON, sheets that explain codes, what somebody must decide, headings that are
    left over; `ready`: it is read without a source."""

    file: str
    rows: int
    table: Table | None
    why: str
    preset: str = ""
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    expressions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    records: str = ""
    lookups: Mapping[str, LookedUp] = field(default_factory=dict)
    decide: tuple[Decision, ...] = ()
    left: tuple[str, ...] = ()
    ready: bool = False
    profiles: tuple[Profile, ...] = ()


def proposal(
    file: str, records: str, rows: int, profiles: list[Profile], vocabulary: Vocabulary
) -> Proposal:
    own = _own(file, records, rows, profiles, vocabulary)
    fitting = "" if own.ready else _fitting_preset(file, [p.heading for p in profiles])
    if not fitting:
        return own
    table = TABLES[presets()[fitting].table or ""]
    why = f"its columns are those of the preset {fitting} ({presets()[fitting].about})"
    return Proposal(file, rows, table, why, fitting, profiles=tuple(profiles))


def _own(
    file: str, records: str, rows: int, profiles: list[Profile], vocabulary: Vocabulary
) -> Proposal:
    """The sheet as the table of ours that it is likely to be, or as none."""
    scored = [
        (_score(file, profiles, columns, TABLES[name], words), name, columns)
        for name, words in vocabulary.tables.items()
        for columns in [columns_of(TABLES[name], profiles, words)]
    ]
    (score, why), name, columns = max(scored, key=lambda found: (found[0][0], found[1]))
    if score <= 0:
        why = "no heading of any table is known"
        return Proposal(
            file, rows, None, why, left=_left(profiles, set()), profiles=tuple(profiles)
        )
    return _mapped(
        file, records, rows, profiles, TABLES[name], vocabulary.tables[name], columns, why
    )


def _fitting_preset(file: str, headings: Sequence[str]) -> str:
    """The preset most of whose columns are there, none of the needed ones missing."""
    shares: dict[str, float] = {}
    for name, preset in presets().items():
        wanted = wanted_of(preset)
        try:
            heading = headings_with(wanted)([headings], file)
        except NoHeading:
            continue
        has = sum(column in heading.columns for column in wanted.columns)
        if not heading.missing and has >= LIKELY * len(wanted.columns):
            shares[name] = has / len(wanted.columns)
    return max(shares, key=lambda name: shares[name]) if shares else ""


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


def _score(
    file: str, profiles: Sequence[Profile], columns: Columns, table: Table, words: TableWords
) -> tuple[float, str]:
    """How likely the sheet is of the table, and why; 0 where it is not."""
    needed = [c.name for c in table.columns if c.required]
    named = {name for name, (_, why) in columns.found.items() if why != VALUES}
    known = {name for name in named if columns.found[name][1] == OWN}
    has = sum(name in named for name in needed)
    why = f"{len(named)} of {len(profiles)} headings are known, {has} of {len(needed)} needed"
    called = _is_called(file, words)
    why += ", so is its name" if called else ""
    if table.name not in GUESSED:
        # The smaller tables have words that others have too
        score = (len(known) / max(len(profiles), 1) + 1) if {*needed} <= known else 0.0
        return (score + 0.5 * called if score else 0.0), why
    hint, told = _hint(table.name, profiles, columns)
    timed = any(p.timed for p in profiles) or table.name == "customers"
    if not timed or (not named and not hint):
        return (0.0, why) if not known else (len(known) / len(profiles), why)
    score = columns.share(table) + len(named) / max(len(profiles), 1) + hint
    return score + 0.5 * called, f"{why}; {told}" if told and not known else why


def _hint(table: str, profiles: Sequence[Profile], columns: Columns) -> tuple[float, str]:
    """What the values alone say for the table."""
    times = sum(p.timed for p in profiles)
    if table == "calls" and times and any(p.phones for p in profiles):
        return 0.4, "it has times and phone numbers"
    if table == "chats" and times == 1 and {"sender", "conversation_id"} <= {*columns.found}:
        return 0.4, "it has a time, a sender and rows that belong together"
    if table == "tickets" and times > 1 and any(p.unique for p in profiles):
        return 0.2, "it has a number for each row and several times"
    return 0.0, ""


def _mapped(
    file: str,
    records: str,
    rows: int,
    profiles: list[Profile],
    table: Table,
    words: TableWords,
    columns: Columns,
    why: str,
) -> Proposal:
    by_heading = {p.heading: p for p in profiles}
    decide = list(columns.doubts)
    formats, open_forms = _formats(table, columns, by_heading)
    for forms, names in open_forms.items():
        either = f"{', '.join(names)}: {' or '.join(forms)}; every cell can be either"
        decide.append(Decision(either, "form", tuple(names), forms))
    values, unknown = _codes(table, columns, by_heading, words)
    decide += unknown
    for name, (heading, _) in columns.found.items():
        if table.by_name[name].identifier and (lost := by_heading[heading].rounded):
            rounded = f"{name}: {lost} cells are rounded numbers; export it as text"
            decide.append(Decision(rounded, columns=(name,)))
    plain = all(how == OWN for _, how in columns.found.values())
    changed = formats or values or decide or columns.expressions or columns.constants or records
    return Proposal(
        file,
        rows,
        table,
        why,
        columns={**columns.found},
        expressions=columns.expressions,
        constants=columns.constants,
        formats=formats,
        values=values,
        records=records,
        decide=tuple(decide),
        left=_left(profiles, columns.used),
        ready=plain and not changed and _is_called(file, words),
        profiles=tuple(profiles),
    )


def _formats(
    table: Table, columns: Columns, by_heading: Mapping[str, Profile]
) -> tuple[dict[str, str], dict[tuple[str, ...], list[str]]]:
    """The declared form of each column that needs one, and the forms between which columns leave
    the choice; a column that leaves none decides for those of the sheet that are written alike."""
    forms = {
        name: by_heading[heading].forms
        for name, (heading, _) in columns.found.items()
        if table.by_name[name].kind in KINDS and by_heading[heading].forms
    }
    sure = {_days(p.forms[0]) for p in by_heading.values() if len(p.forms) == 1}
    chosen: dict[str, str] = {}
    undecided: dict[tuple[str, ...], list[str]] = {}
    for name, some in forms.items():
        alike = [form for form in some if _days(form) in sure]
        chosen[name] = alike[0] if len(alike) == 1 else some[0]
        if len(some) > 1 and len(alike) != 1:
            undecided.setdefault(some, []).append(name)
    return chosen, undecided


def _days(form: str) -> str:
    return form.partition(" ")[0]


def _codes(
    table: Table, columns: Columns, by_heading: Mapping[str, Profile], words: TableWords
) -> tuple[dict[str, dict[str, list[str]]], list[Decision]]:
    """What codes are proposed to mean, and those that nobody knows."""
    values: dict[str, dict[str, list[str]]] = {}
    unknown = []
    for name, (heading, _) in columns.found.items():
        column, facts = table.by_name[name], by_heading[heading]
        if column.kind not in ("code", "open_code") or facts.distinct > len(facts.values):
            continue
        own, known = words.values[name], meanings(table.name, name, words)
        for value, n in facts.values:
            word = fold([value])[0]
            if word in own or word in fold(column.values):
                continue
            if word in known:
                values.setdefault(name, {}).setdefault(known[word], []).append(value)
            else:
                shown = f"{value} ({n})"
                unknown.append(
                    Decision(
                        shown, "code", (name,), column.values, taken=False, value=value, cells=n
                    )
                )
    return values, unknown


def _left(profiles: Sequence[Profile], used: set[str]) -> tuple[str, ...]:
    """Headings that are left over, with what stands under them where that is sure."""
    return tuple(
        f"{p.heading} ({p.kind})" if p.kind else p.heading
        for p in profiles
        if p.heading not in used
    )


def _is_called(file: str, words: TableWords) -> bool:
    """Whether a file's name, or its folder's, begins as the table is called."""
    name = fold([file.partition("/")[0].partition(".")[0]])[0]
    return any(name.startswith(word) for word in words.names if len(word) > 1)
