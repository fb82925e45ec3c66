"""Which column of an unknown sheet is which of ours, by heading, by values, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from ruamel.yaml import YAML

from checks.records.parsing.profiles import Profile
from checks.records.parsing.text import fold
from checks.records.parsing.times.columns import KINDS
from checks.records.parsing.vocabulary import TableWords
from checks.records.tables import Column, Table
from flows.ingest.decisions import Decision
from flows.ingest.sources import presets

OWN: Final = "by its heading"
VALUES: Final = "by its values"
MOST_OPTIONS: Final = 9
"""Headings among which somebody is asked to choose."""
Made = tuple[str, str]
"""What a column of ours is made of, and why."""


@dataclass
class Columns:
    """A table's columns as far as they were found. `expressions`: those made of several;
    `constants`: those that no column tells; `parties`: the headings of both
    ends of a call; `doubts`: what somebody must decide about them."""

    found: dict[str, Made]
    expressions: dict[str, Made] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    doubts: list[Decision] = field(default_factory=list)

    parties: tuple[str, ...] = ()

    @property
    def used(self) -> set[str]:
        return {*(heading for heading, _ in self.found.values()), *self.parties}

    def share(self, table: Table) -> float:
        """How much of what the table needs is there; what was guessed by values counts half."""
        needed = [c.name for c in table.columns if c.required]
        points = {name: 0.5 if why == VALUES else 1.0 for name, (_, why) in self.found.items()}
        points |= dict.fromkeys(self.expressions, 0.5)
        return sum(points.get(name, 0.0) for name in needed) / len(needed) if needed else 0.0


@cache
def guesses() -> dict[str, Any]:
    """The words of guesses.yaml."""
    text = files("flows.ingest").joinpath("guesses.yaml").read_text(encoding="utf-8")
    return dict(YAML(typ="safe").load(text))


def columns_of(table: Table, profiles: Sequence[Profile], words: TableWords) -> Columns:
    """The columns of the table among those of a sheet."""
    columns = Columns(_named(profiles, table, words))
    if table.name == "calls":
        _add_party(columns, profiles, words)
    for needed in (c for c in table.columns if c.required and c.name not in columns.found):
        if needed.name not in columns.expressions:
            _add_by_values(columns, needed, table, profiles, words)
    return columns


def _named(profiles: Sequence[Profile], table: Table, words: TableWords) -> dict[str, Made]:
    """What headings say: in words that are known for the table, of which the one known first goes
    before the others, then as exports often call their columns, then as a vendor does."""
    by_heading = {p.heading: p for p in profiles}
    folded = {
        word: heading for word, heading in zip(fold(by_heading), by_heading, strict=True) if word
    }
    known = {word: meant for word, meant in words.headings.items() if word in folded}
    columns: dict[str, Made] = {}
    for word, meant in known.items():
        columns.setdefault(meant, (folded[word], OWN))
    taken = {heading for heading, _ in columns.values()}
    for word, meant in _loose_words(table.name):
        heading = folded.get(word, "")
        fits = heading and heading not in taken and _fits(table.by_name[meant], by_heading[heading])
        if fits and meant not in columns:
            columns[meant] = (heading, "as exports often call it")
            taken.add(heading)
    for word, (meant, preset) in _vendor_words(table.name).items():
        if folded.get(word, "") not in {*taken, ""} and meant not in columns:
            columns[meant] = (folded[word], f"as {preset} calls it")
            taken.add(folded[word])
    order = {heading: n for n, heading in enumerate(by_heading)}
    return dict(sorted(columns.items(), key=lambda item: order[item[1][0]]))


@cache
def _vendor_words(table: str) -> dict[str, tuple[str, str]]:
    """Folded names of vendors' columns that are ours as they are -> our column, and the preset."""
    found: dict[str, tuple[str, str]] = {}
    for name, preset in presets().items():
        if preset.table != table:
            continue
        for column, text in preset.columns.items():
            if isinstance(text, str) and re.fullmatch(r'[A-Za-z_]\w*|"[^"]+"', text):
                own = text.strip('"')
                for word in fold([own, *preset.labels.get(own, ())]):
                    found.setdefault(word, (column, name))
    return found


@cache
def _loose_words(table: str) -> tuple[tuple[str, str], ...]:
    headings = guesses()["headings"].get(table, {})
    return tuple((word, meant) for meant, loose in headings.items() for word in fold(loose))


def _fits(column: Column, facts: Profile) -> bool:
    """Whether the values can be the column's: a loose word alone is not enough."""
    if not facts.filled:
        return True
    if column.kind in KINDS:
        return facts.timed or (not facts.coded and not facts.phones and not facts.durations)
    return not facts.timed and not facts.durations


def meanings(table: str, column: str, words: TableWords) -> dict[str, str]:
    """Folded code -> what it means: those known, and those that exports often use."""
    loose = guesses()["values"].get(table, {}).get(column, {})
    often = {word: code for code, some in loose.items() for word in fold(map(str, some))}
    return {**often, **words.values.get(column, {})}


def _add_party(columns: Columns, profiles: Sequence[Profile], words: TableWords) -> None:
    """The other party of a call where the log has both, and the direction where only they tell."""
    by_word = dict(zip(fold(p.heading for p in profiles), profiles, strict=True))
    sides = []
    for side in ("from", "to"):
        called = fold(guesses()["parties"][side])
        found = next((by_word[word] for word in called if word in by_word), None)
        if found is None or found.heading in columns.used - {columns.found.get("number", ("",))[0]}:
            return
        sides.append(found)
    ours, theirs = (spoken(side.heading) for side in sides)
    if (direction := columns.found.get("direction")) is not None:
        known = meanings("calls", "direction", words)
        facts = next(p for p in profiles if p.heading == direction[0])
        out = [v for v, _ in facts.values if known.get(fold([v])[0]) == "outbound"]
        listed = ", ".join(f"'{value}'" for value in out)
        test = f"{spoken(direction[0])} IN ({listed})" if out else "FALSE"
    else:
        test = f"LENGTH({ours}) <= 5"
        text = f"CASE WHEN {test} THEN 'outbound' ELSE 'inbound' END"
        columns.expressions["direction"] = (text, "an extension calls out")
        extensions = "direction: whose numbers are extensions? taken: at most five digits"
        columns.doubts.append(Decision(extensions))
    columns.found.pop("number", None)
    columns.parties = tuple(side.heading for side in sides)
    text = f"CASE WHEN {test} THEN {theirs} ELSE {ours} END"
    columns.expressions["number"] = (text, "the other party's")


def _add_by_values(
    columns: Columns,
    needed: Column,
    table: Table,
    profiles: Sequence[Profile],
    words: TableWords,
) -> None:
    found = list(_by_values(needed, table, profiles, words, columns.used))
    if found:
        columns.found[needed.name] = (found[0], VALUES)
        if len(found) > 1:
            others = f"{needed.name}: which column is it; others: {', '.join(found[1:4])}"
            columns.doubts.append(Decision(others, "heading", (needed.name,), tuple(found[:4])))
    elif usual := guesses()["usual"].get(table.name, {}).get(needed.name):
        columns.constants[needed.name] = usual
        columns.doubts.append(taken_for(needed.name, usual, table, needed.values))
    else:
        free = tuple(p.heading for p in profiles if p.heading not in columns.used)
        lacking = f"{needed.name}: no column"
        columns.doubts.append(
            Decision(lacking, "heading", (needed.name,), free[:MOST_OPTIONS], taken=False)
        )


def taken_for(name: str, usual: str, table: Table, codes: tuple[str, ...]) -> Decision:
    """The decision whether every row is what rows usually are."""
    every = f"{name}: no column tells; every row of {table.name} is taken for {usual}"
    first = (usual, *(code for code in codes if code != usual))
    return Decision(every, "constant", (name,), first)


def _by_values(
    column: Column,
    table: Table,
    profiles: Sequence[Profile],
    words: TableWords,
    used: set[str],
) -> Iterator[str]:
    """Headings of columns that hold what the column holds, the likeliest first."""
    free = [p for p in profiles if p.heading not in used and p.filled]
    if column.kind in KINDS:
        timed = [p for p in free if p.timed]
        yield from (p.heading for p in sorted(timed, key=lambda p: (-p.filled, str(p.middle))))
    elif column.identifier and (column.name,) == table.key[-1:]:
        most = max((p.filled for p in profiles), default=0)
        yield from (p.heading for p in free if p.unique and p.filled == most and not p.durations)
    elif column.identifier:
        several = [p for p in free if not p.kind and not p.coded and 1 < p.distinct < p.filled]
        yield from (p.heading for p in sorted(several, key=lambda p: -p.distinct))
    elif column.kind in ("code", "open_code"):
        known = meanings(table.name, column.name, words)
        told = {p.heading: told_share(p, known) for p in free if p.coded}
        yield from sorted((h for h, share in told.items() if share >= 0.5), key=lambda h: -told[h])


def told_share(facts: Profile, known: Mapping[str, str]) -> float:
    """The share of a column's cells whose code is known."""
    counted = sum(n for value, n in facts.values if fold([value])[0] in known)
    return counted / facts.filled if facts.filled else 0.0


def spoken(heading: str) -> str:
    """A heading as an SQL expression speaks of it."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", heading) and heading.upper() not in RESERVED:
        return heading
    return '"' + heading.replace('"', '""') + '"'


RESERVED: Final = frozenset(
    re.findall(
        r"\w+",
        """
        ALL AND AS ASC AT BETWEEN BY CASE CAST DATE DESC DISTINCT ELSE END EXISTS FALSE FROM FULL
        GROUP HAVING IN INTERVAL IS JOIN LEFT LIKE LIMIT NOT NULL OFFSET ON OR ORDER RIGHT SELECT
        SET TABLE THEN TIME TIMESTAMP TO TRUE UNION USER USING VALUES WHEN WHERE WITH
        """,
    )
)
"""Words of the language that are no column's name without quotes."""
