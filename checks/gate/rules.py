"""Which rules the records can't show, because a column that would is recorded nowhere.

Source: the contract's *Not recorded*. What a rule needs is read off the rule itself: its ends, the
roles that count, the conditions under which it binds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from checks.law.rulebook import Rule, Rulebooks
from checks.law.vocabulary import end_columns
from checks.numbers.gate import RuleGap, Why

EXEMPTING: Final = frozenset({"exemptions"})


@dataclass(frozen=True)
class Fed:
    """What the columns of a source help to decide: rules by id, and clauses that other checks
    decide."""

    rules: tuple[str, ...]
    clauses: tuple[str, ...]


def rule_gaps(
    rules: Sequence[Rule], recorded: Mapping[str, frozenset[str]], provided: frozenset[str]
) -> tuple[RuleGap, ...]:
    """The rules that can't be judged, in their order. `recorded`: columns by table
    (checks.records.records.Records)."""
    found = (
        (rule, _gap(rule, recorded.get(rule.kind.table.name, frozenset()), provided))
        for rule in rules
    )
    return tuple(
        RuleGap(rule.id, f"{rule.regulation} {rule.article}", gap[0], gap[1], gap[2])
        for rule, gap in found
        if gap
    )


def _gap(
    rule: Rule, recorded: frozenset[str], provided: frozenset[str]
) -> tuple[Why, tuple[str, ...], bool] | None:
    table = rule.kind.table.name
    if table not in provided:
        return "table", (table,), False
    ways = [_lacking(end, recorded) for end in _ends(rule)]
    closed = [columns for columns, _ in ways if columns]
    if closed:
        partly = len(closed) < len(ways) or any(some for _, some in ways)
        return "end", _named(table, closed), partly
    unmet = [
        columns
        for columns, _ in (_lacking(need, recorded) for need in _conditions(rule))
        if columns
    ]
    return ("condition", _named(table, unmet), False) if unmet else None


def _named(table: str, groups: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{table}.{column}" for columns in groups for column in columns))


def _ends(rule: Rule) -> list[str]:
    """What shows that the rule was kept, each way that it may be; a role that counts must be
    recorded too."""
    if rule.kind.shown_by is not None:
        return list(rule.kind.shown_by)
    return [
        f"{end} & followup_role" if rule.by else end for end in (rule.end, *rule.end_if.values())
    ]


def _conditions(rule: Rule) -> Iterator[str]:
    meanings, cells = rule.kind.conditions, rule.kind.table.by_name
    yield from (meanings[w].needs for w in rule.when if w in meanings and meanings[w].needs)
    yield from (column for column in rule.where if not cells[column].required)
    if rule.kind.shown_by is None:
        replaced = rule.clock == "presence"  # an empty start is replaced by the request
        own = () if replaced or rule.start not in cells else (rule.start,)
        yield from (*own, *((rule.promise,) if rule.promise else ()))


def _lacking(expression: str, recorded: frozenset[str]) -> tuple[tuple[str, ...], bool]:
    """The columns for lack of which the expression can't be shown (none: it can), and whether a
    part of it is there."""
    columns = end_columns(expression)
    missing = tuple(column for column in columns if column not in recorded)
    if "&" in expression:
        return missing, len(missing) < len(columns)
    return (missing if len(missing) == len(columns) else ()), False


def fed_by(rulebooks: Rulebooks, table: str, columns: frozenset[str]) -> Fed:
    """What a source of that table feeds by these columns of it; of ticket_events by these
    milestones of the ticket."""
    rules = tuple(rule.id for rule in rulebooks.rules if _is_fed(rule, table, columns))
    clauses = tuple(
        f"{regulation.code} {clause.article}"
        for regulation in rulebooks.regulations
        for clause in regulation.clauses
        if any(name.partition(".")[0] == table for name in clause.by)
    )
    return Fed(rules, tuple(dict.fromkeys(clauses)))


def _is_fed(rule: Rule, table: str, columns: frozenset[str]) -> bool:
    if table in EXEMPTING:
        return True
    if table == "customers":
        return rule.needs_tier
    if table == "customer_contacts":
        return rule.needs_tier and rule.kind.by_number
    if table not in rule.kind.tables:
        return False
    if rule.kind.shown_by is not None:
        return True
    return not columns.isdisjoint(end_columns(*_ends(rule)))
