"""Suites of expectations as data: what each table must hold, and which article asks for it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Literal, Self

from pydantic import Field, model_validator

from checks.completeness.formats import FORMATS
from checks.completeness.volumes import VOLUMES
from checks.law.rulebook import Model, Rulebooks, Text
from checks.records.milestones import MILESTONES, WORDS
from checks.records.tables import TABLES, Table
from checks.text.yaml_text import load_yaml

SUITED: Final[Mapping[str, Table]] = ChainMap(TABLES, {VOLUMES.name: VOLUMES})
"""Tables that a suite can be about, those that packages declare included."""

Kind = Literal[
    "columns", "filled", "allowed", "readable", "unique", "format", "between", "in_order", "known"
]
KINDS: Final[tuple[Kind, ...]] = (
    "columns",
    "filled",
    "allowed",
    "readable",
    "unique",
    "format",
    "between",
    "in_order",
    "known",
)
Wanted = bool | Literal["filled", "empty"] | tuple[str, ...]
Where = Mapping[str, Wanted]
"""Which rows a check is asked of: every named column is true or false, filled or empty, or one of
the values."""


class Entry(Model):
    """One entry of a suite file: exactly one kind of check, of one or several columns, for the rows
    of `where`.

    `in_order` names pairs "earlier <= later"; `known` a column and the "table.column" that must
    list its values; `milestones` in `readable` stands for all of them.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    article: tuple[str, ...] = Field(min_length=1)
    title: Text
    where: dict[str, Wanted] = Field(default_factory=dict)
    columns: tuple[str, ...] = ()
    filled: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    readable: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    format: dict[str, str] = Field(default_factory=dict)
    between: dict[str, tuple[int, int | None]] = Field(default_factory=dict)
    in_order: tuple[str, ...] = ()
    known: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [kind for kind in KINDS if getattr(self, kind)]
        if len(given) != 1:
            raise ValueError(
                f"{self.id}: give exactly one of {', '.join(KINDS)}; "
                f"found {', '.join(given) or 'none'}"
            )
        if unknown := set(self.format.values()) - set(FORMATS):
            raise ValueError(
                f"{self.id}: no format {', '.join(sorted(unknown))}; there are {', '.join(FORMATS)}"
            )
        return self

    @property
    def kind(self) -> Kind:
        return next(kind for kind in KINDS if getattr(self, kind))


class Suite(Model):
    """A table's suite; `fields` holds the words in which a report names a column."""

    table: str
    fields: dict[str, Text] = Field(default_factory=dict)
    checks: tuple[Entry, ...]

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        if self.table not in SUITED:
            raise ValueError(f"table {self.table!r} is not one of {', '.join(SUITED)}")
        for check in expand(self):
            unknown = {*check.columns, *check.where} - set(SUITED[self.table].schema)
            if unknown:
                raise ValueError(
                    f"{check.id}: {self.table} has no column {', '.join(sorted(unknown))}"
                )
            if unnamed := set(check.columns) - {
                *self.fields,
                *(f"{f}_unreadable" for f in self.fields),
            }:
                raise ValueError(
                    f"{check.id}: `fields` gives no words for {', '.join(sorted(unnamed))}"
                )
        return self


@dataclass(frozen=True)
class Check:
    """One expectation about one column (or one key, or one pair), as a suite entry asks for it.

    `columns` are the columns looked at; `values` the allowed codes, the pattern, the bounds or the
    reference.
    """

    id: str
    table: str
    kind: Kind
    columns: tuple[str, ...]
    where: Where
    article: tuple[str, ...]
    title: Text
    values: tuple[Any, ...] = ()


def parse(text: str, code: str = "", known: Mapping[str, Suite] | None = None) -> Suite:
    """The suite in a YAML text, of tickets with the milestones' words. `code`: the regulation that
    it belongs to, whose articles stand without it; `known`: suites by table whose words for columns
    it need not repeat. Raises ValidationError or YamlMistake, with the place."""
    content = load_yaml(text)
    if isinstance(content, dict):
        table = str(content.get("table"))
        words = dict(known[table].fields) if known and table in known else {}
        milestones = WORDS if table == "tickets" else {}
        own = content.get("fields", {})
        if isinstance(own, dict):
            content["fields"] = {**words, **own, **milestones}
    suite = Suite.model_validate(content)
    if not code:
        return suite
    cited = (
        entry.model_copy(update={"article": tuple(f"{code} {each}" for each in entry.article)})
        for entry in suite.checks
    )
    return suite.model_copy(update={"checks": tuple(cited)})


def asked(suite: Suite, rulebooks: Rulebooks) -> Suite:
    """The suite without what no regulation in force asks for, each check with the articles that
    do."""
    kept = (
        entry.model_copy(update={"article": articles})
        for entry in suite.checks
        if (
            articles := (
                *rulebooks.in_force(entry.article),
                *rulebooks.asks_for("completeness", f"{suite.table}.{entry.id}"),
            )
        )
    )
    return suite.model_copy(update={"checks": tuple(kept)})


def expand(suite: Suite) -> Iterator[Check]:
    """Every single check of a suite, in its order."""
    for entry in suite.checks:
        for name, columns, values in _parts(suite.table, entry):
            title = (
                entry.title
                if entry.kind in ("unique", "columns")
                else _titled(entry.title, suite, columns)
            )
            identity = f"{suite.table}.{entry.id}" + (f".{name}" if name else "")
            where = (
                {**entry.where, **_legible(suite.table, columns)}
                if entry.kind == "filled"
                else entry.where
            )
            yield Check(
                identity, suite.table, entry.kind, columns, where, entry.article, title, values
            )


def _parts(table: str, entry: Entry) -> Iterator[tuple[str, tuple[str, ...], tuple[Any, ...]]]:
    """(name within the entry, columns, values) of each check that the entry stands for."""
    match entry.kind:
        case "columns":
            yield "", entry.columns, ()
        case "unique":
            yield "", entry.unique, ()
        case "filled":
            yield from ((c, (c,), ()) for c in entry.filled)
        case "allowed":
            yield from ((c, (c,), SUITED[table].by_name[c].values) for c in entry.allowed)
        case "readable":
            named = (MILESTONES if c == "milestones" else (c,) for c in entry.readable)
            yield from ((c, (f"{c}_unreadable",), ()) for c in chain.from_iterable(named))
        case "format":
            yield from ((c, (c,), (FORMATS[name],)) for c, name in entry.format.items())
        case "between":
            yield from ((c, (c,), bounds) for c, bounds in entry.between.items())
        case "known":
            yield from ((c, (c,), tuple(target.split("."))) for c, target in entry.known.items())
        case "in_order":
            for pair in entry.in_order:
                earlier, later = (part.strip() for part in pair.split("<="))
                yield f"{earlier}-{later}", (earlier, later), ()


def _legible(table: str, columns: tuple[str, ...]) -> Where:
    """A filled but unreadable cell is not a missing one: `readable` finds it."""
    marks = (f"{c}_unreadable" for c in columns)
    return {mark: False for mark in marks if mark in SUITED[table].schema}


def _titled(title: Text, suite: Suite, columns: tuple[str, ...]) -> Text:
    words = [suite.fields.get(c.removesuffix("_unreadable")) for c in columns]
    known = [w for w in words if w is not None]
    return Text(
        zh=f"{title.zh}：{'、'.join(w.zh for w in known)}",
        en=f"{title.en}: {', '.join(w.en for w in known)}",
    )
