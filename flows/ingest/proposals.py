"""One unknown sheet -> which table it is likely to be, and why; what each of its columns is taken
for; what is left to be decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from checks.records.parsing.profiles import Profile
from checks.records.parsing.text import fold
from checks.records.parsing.vocabulary import TableWords, Vocabulary
from checks.records.tables import TABLES, Table
from flows.ingest.decisions import Decision
from flows.ingest.draft_columns import OWN, VALUES, Columns, columns_of
from flows.ingest.draft_spans import lasted, spans_of
from flows.ingest.draft_values import codes_of, formats_of, left_times, signs

GUESSED: Final = ("tickets", "calls", "chats", "customers", "ticket_events")
"""Tables that a sheet may be by loose words and by values."""


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
    why, those made of several (as SQL, or `made` as TOML has them) or the same in every row,
    declared forms, signs for nothing, meanings of codes, the path to the records in JSON, sheets
    that explain codes, what somebody must decide, headings that are left over; `ready`: it is read
    without a source."""

    file: str
    rows: int
    table: Table | None
    why: str
    preset: str = ""
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    expressions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    made: Mapping[str, tuple[Mapping[str, object], str]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    empty: tuple[str, ...] = ()
    values: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    records: str = ""
    lookups: Mapping[str, LookedUp] = field(default_factory=dict)
    decide: tuple[Decision, ...] = ()
    left: tuple[str, ...] = ()
    ready: bool = False
    profiles: tuple[Profile, ...] = ()


def own_table(
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
    formats, open_forms = formats_of(table, columns, by_heading)
    decide += open_forms
    values, unknown = codes_of(table, columns, by_heading, words)
    decide += unknown
    for name, (heading, _) in columns.found.items():
        if table.by_name[name].identifier and (lost := by_heading[heading].rounded):
            rounded = f"{name}: {lost} cells are rounded numbers; export it as text"
            decide.append(Decision(rounded, columns=(name,)))
    decide += left_times(table, columns, profiles)
    made = spans_of(table, columns, profiles, words)
    decide += lasted(made)
    like_start = {name: formats["started_at"] for name in made if "started_at" in formats}
    empty = signs(by_heading[heading] for heading in columns.used if heading in by_heading)
    whole = not any(by_heading[heading].parts for heading, _ in columns.found.values())
    plain = whole and all(how == OWN for _, how in columns.found.values())
    read_as_is = not any(
        (formats, values, decide, columns.expressions, made, columns.constants, records, empty)
    )
    return Proposal(
        file,
        rows,
        table,
        why,
        columns={**columns.found},
        expressions=columns.expressions,
        constants=columns.constants,
        made=made,
        formats=formats | like_start,
        empty=empty,
        values=values,
        records=records,
        decide=tuple(decide),
        left=_left(profiles, columns.used | {str(m["plus"]) for m, _ in made.values()}),
        ready=plain and read_as_is and _is_called(file, words),
        profiles=tuple(profiles),
    )


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
