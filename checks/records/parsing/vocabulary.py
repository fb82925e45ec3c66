"""What headings and code values are called: data in checks/records/aliases, extended by a user's
configuration."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from checks.records.milestones import ALIASES
from checks.records.parsing.text import fold
from checks.records.tables import TABLES, Table

Words = Mapping[str, Sequence[str]]
REST: Final = "*"
"""Among the words of a code: every word that no code has."""


@dataclass(frozen=True)
class TableWords:
    """One table's other names, by folded word: of the table, of its columns, and of each code
    column's values."""

    names: frozenset[str]
    headings: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Vocabulary:
    """`tables` has every canonical table; `booleans` maps a folded word to its truth."""

    tables: Mapping[str, TableWords]
    booleans: Mapping[str, bool]


def vocabulary(
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    booleans: Mapping[str, Sequence[str]],
    events: Collection[str] = (),
    subjects: Collection[str] = (),
) -> Vocabulary:
    """Build from the milestones' names and from parsed alias files: per table one or more mappings
    with `table`, `headings`, `values`; later ones win. `events`: further events of ticket_events,
    those of which rulebooks speak. `subjects`: kinds of subject that packages declare, which may
    pause.

    Raises ValueError when a mapping names a column, a code or a table that does not exist.
    """
    if unknown := set(tables) - set(TABLES):
        raise ValueError(f"there is no table {_one(unknown)}; the tables are {', '.join(TABLES)}")
    truth = {
        word: {"true": True, "false": False}[key]
        for key, words in booleans.items()
        for word in fold(words)
    }
    own = {
        "ticket_events": {"event": tuple(events)},
        "pauses": {"subject_type": tuple(subjects)},
    }
    known = {
        t.name: _table_words(t, tables.get(t.name, ()), own.get(t.name, {}))
        for t in TABLES.values()
    }
    return Vocabulary(known, truth)


def _table_words(table: Table, documents: Sequence[Mapping[str, Any]], own: Words) -> TableWords:
    """`own`: further codes of columns, which a company's rulebooks bring."""
    names, headings = {*fold([table.name])}, _inverted({c.name: () for c in table.columns})
    codes = {c.name: (*own.get(c.name, ()), *c.values) for c in table.columns if c.values}
    values = {name: _inverted(dict.fromkeys(some, ())) for name, some in codes.items()}
    for document in (ALIASES.get(table.name, {}), *documents):
        names |= {*fold(document.get("table", ()))}
        _check(document.get("headings", {}), table.by_name, f"{table.name} has no column")
        headings |= _inverted(document.get("headings", {}))
        _check(document.get("values", {}), values, f"{table.name} has no column with codes named")
        for column, words in document.get("values", {}).items():
            _check(words, codes[column], f"{table.name}.{column} has no value")
            values[column] |= _inverted(words)
    return TableWords(frozenset(names), headings, values)


def _inverted(words: Words) -> dict[str, str]:
    """Every word, and the canonical name itself, -> the canonical name."""
    found = {
        word: name
        for name, others in words.items()
        for word in fold([name, *(other for other in others if other.strip() != REST)])
    }
    for name, others in words.items():
        if any(other.strip() == REST for other in others):
            found[REST] = name
    return found


def _check(given: Mapping[str, Any], known: Any, complaint: str) -> None:
    if unknown := set(given) - set(known):
        raise ValueError(f"{complaint} {_one(unknown)}; there are {', '.join(known)}")


def _one(names: set[str]) -> str:
    return repr(min(names))
