"""Whether a rulebook leaves a case without a rule, or binds it twice: every combination of what its
conditions ask, act by act.

The conditions are asked as judging asks them, of one made-up subject per combination. What a step
of the case itself brings about (a question was deferred, a fault is solved) is taken to have
happened: before it nothing is due.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final, Literal

import polars as pl

from checks.concepts import INSTANT, TIERS
from checks.law.rulebook import Rule, Rulebooks
from checks.records.as_of_cutoff import marked
from checks.records.tables import Column
from checks.subjects.conditions import applies, cells_fit
from checks.subjects.kind import SubjectKind

EMPTY: Final = ""
"""A cell that nothing is written in."""
OTHER: Final = "*"
"""A text that no rule names."""
_HAPPENED: Final = datetime(2026, 1, 1)
_MOST: Final = 200_000
"""Combinations of one act; more are not looked at."""
Standing = Literal["governed", "gap", "double", "scope"]
Cells = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Combinations:
    """Combinations of one act on one kind of subject that stand alike.

    `cells`: of each column the values that they have, a column of which they have all left out.
    `standing`: `governed`: several regulations bind the act, and the order of `rules` or their
    verdicts tell which governs; `gap`: no rule binds it, though others on the act bind cases of
    the same values; `double`: several rules of one regulation bind it; `scope`: values for which
    there is no rule on the act at all.
    """

    topic: str
    subject: str
    standing: Standing
    cells: Cells
    rules: tuple[str, ...] = ()


def combinations(rulebooks: Rulebooks, on: date) -> tuple[Combinations, ...]:
    """What is told of every act, for clocks that start on that day: gaps and scopes, then what is
    bound twice; acts in the order of their rules."""
    acts: dict[tuple[str, str], list[Rule]] = defaultdict(list)
    for rule in rulebooks.rules:
        acts[rule.topic, rule.subject].append(rule)
    return tuple(
        found
        for (topic, subject), rules in acts.items()
        for found in _of_act(topic, subject, rules, on)
    )


def _of_act(topic: str, subject: str, rules: Sequence[Rule], on: date) -> Iterator[Combinations]:
    in_force = [rule for rule in rules if (limit := rule.limit_on(on)) and any(limit.cells)]
    if not in_force:
        return
    values = _values(in_force)
    rows = _bound(in_force, values, on)
    columns = list(values)
    covered = {
        name: {row[name] for row in rows if row["binds"] or row["perhaps"]} for name in columns
    }
    covered["tier"] = set(TIERS)
    for name in columns:
        if beyond := set(values[name]) - covered[name]:
            yield Combinations(topic, subject, "scope", {name: frozenset(beyond)})
    inside = [row for row in rows if all(row[name] in covered[name] for name in columns)]
    for (standing, names), boxes in _alike(inside, in_force, columns).items():
        for box in boxes:
            cells = {name: box[name] for name in columns if box[name] != covered[name]}
            yield Combinations(topic, subject, standing, cells, names)


def _alike(
    rows: Sequence[Mapping[str, object]], rules: Sequence[Rule], columns: Sequence[str]
) -> dict[tuple[Standing, tuple[str, ...]], list[dict[str, frozenset[str]]]]:
    """The combinations that something is to be told of, by what binds them, in as few boxes as
    joining neighbours gives."""
    regulation = {rule.id: rule.regulation for rule in rules}
    found: dict[tuple[Standing, tuple[str, ...]], list[dict[str, frozenset[str]]]] = {}
    for row in rows:
        binds: tuple[str, ...] = tuple(row["binds"])  # type: ignore[arg-type]
        if not binds and row["perhaps"]:
            continue
        codes = [regulation[name] for name in binds]
        standing: Standing = "governed" if len(set(codes)) == len(codes) else "double"
        if not binds:
            standing = "gap"
        elif len(binds) == 1:
            continue
        box = {name: frozenset({str(row[name])}) for name in columns}
        found.setdefault((standing, binds), []).append(box)
    order: tuple[Standing, ...] = ("gap", "double", "governed")
    keys = sorted(found, key=lambda key: order.index(key[0]))
    return {key: _joined(found[key], columns) for key in keys}


def _joined(
    boxes: list[dict[str, frozenset[str]]], columns: Sequence[str]
) -> list[dict[str, frozenset[str]]]:
    """Boxes that differ in one column only, as one; until none are left."""
    before = 0
    while len(boxes) != before:
        before = len(boxes)
        for name in columns:
            others = [c for c in columns if c != name]

            def rest(box: dict[str, frozenset[str]], others: list[str] = others) -> list[list[str]]:
                return [sorted(box[c]) for c in others]

            groups = [list(group) for _, group in groupby(sorted(boxes, key=rest), key=rest)]
            boxes = [
                {**group[0], name: frozenset().union(*(box[name] for box in group))}
                for group in groups
            ]
    return boxes


def _words(rules: Sequence[Rule]) -> list[str]:
    return [word for rule in rules for word in (*rule.when, *rule.undecided_when)]


def _asked(rules: Sequence[Rule]) -> list[str]:
    """The columns of the subject's frame that the conditions ask."""
    meanings = rules[0].kind.conditions
    plain = [word.removeprefix("not ") for word in _words(rules)]
    cells = {name for rule in rules for name in rule.where}
    asked = {name for word in plain for name in meanings[word].holds.meta.root_names()}
    return sorted(asked | cells)


def _values(rules: Sequence[Rule]) -> dict[str, tuple[str, ...]]:
    """The columns that combinations differ in, with their values; EMPTY where a cell may be."""
    table = rules[0].kind.table.by_name
    asked = [table[name] for name in _asked(rules) if name in table]
    negated = {
        name
        for word in _words(rules)
        if word.startswith("not ")
        for name in rules[0].kind.conditions[word.removeprefix("not ")].holds.meta.root_names()
    }
    values = {c.name: v for c in asked if (v := _values_of(c, c.name in negated))}
    named = {
        name: dict.fromkeys(v.removeprefix("not ") for r in rules for v in r.where.get(name, ()))
        for rule in rules
        for name in rule.where
        if table[name].kind == "text"
    }
    texts = {name: (*written, OTHER, EMPTY) for name, written in named.items()}
    return {**values, **texts, "tier": TIERS}


def _values_of(column: Column, negated: bool) -> tuple[str, ...]:
    """None where the cell is filled by what happens in the case."""
    if column.values:
        return column.values if column.required else (*column.values, EMPTY)
    if column.kind == "bool":
        return ("yes", "no", EMPTY)
    return ("filled", EMPTY) if negated else ()


def _bound(
    rules: Sequence[Rule], values: Mapping[str, Sequence[str]], on: date
) -> list[dict[str, object]]:
    """One row per combination: its values, the rules that bind it and those that perhaps do."""
    frame = pl.DataFrame({"tier": values["tier"]})
    for name, of_column in values.items():
        if name != "tier":
            frame = frame.join(pl.DataFrame({name: of_column}), how="cross")
        if frame.height > _MOST:
            raise ValueError(f"{rules[0].topic}: more than {_MOST} combinations")
    kind = rules[0].kind
    cells = frame.lazy().with_columns(_cells(kind, _asked(rules), values))
    holds = [_holds(rule, kind, on).alias(str(n)) for n, rule in enumerate(rules)]
    answers = cells.select(holds).collect().to_dicts()
    ids = [rule.id for rule in rules]
    return [
        {
            **row,
            "binds": [name for name, answer in zip(ids, found.values(), strict=True) if answer],
            "perhaps": any(answer is None for answer in found.values()),
        }
        for row, found in zip(frame.to_dicts(), answers, strict=True)
    ]


def _holds(rule: Rule, kind: SubjectKind, on: date) -> pl.Expr:
    """Whether the rule binds: its conditions hold, and the tier has a limit."""
    limit = rule.limit_on(on)
    tiers = [tier for tier, cell in zip(TIERS, limit.cells, strict=True) if cell] if limit else []
    conditions = applies(kind.conditions, rule.when, rule.undecided_when)
    conditions = conditions & cells_fit(kind.table.by_name, rule.where)
    return pl.when(pl.col("tier").is_in(tiers)).then(conditions).otherwise(pl.lit(False))


def _cells(
    kind: SubjectKind, asked: Sequence[str], values: Mapping[str, Sequence[str]]
) -> list[pl.Expr]:
    """The columns of the made-up subjects: of each combination its values; what happens in a case
    has happened."""
    table, made = kind.table.by_name, []
    instants = {*kind.derived_starts, *kind.derived_ends}
    for name in asked:
        column = table.get(name)
        if name in values and name != "tier":
            text = pl.col(name)
            filled = text != EMPTY
            if column is not None and column.kind == "bool":
                made.append(pl.when(filled).then(text == "yes").alias(name))
            elif column is not None and column.kind in ("instant", "promise"):
                made.append(pl.when(filled).then(pl.lit(_HAPPENED, INSTANT)).alias(name))
            else:
                made.append(pl.when(filled).then(text).alias(name))
        elif name in instants or (column is not None and column.kind in ("instant", "promise")):
            made.append(pl.lit(_HAPPENED, INSTANT).alias(name))
        elif name != "tier":
            unreadable = any(name == marked(c.name) for c in kind.table.columns)
            made.append(pl.lit(not unreadable).alias(name))
    return made
