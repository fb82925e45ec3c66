"""The register of clauses: how each clause of a regulation is looked after, and what is left
open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final, get_args

from checks.law.rulebook import Clause, Regulation, Rule, Rulebooks, Status

STATUSES: Final[tuple[Status, ...]] = get_args(Status)


@dataclass(frozen=True)
class Coverage:
    """One regulation's clauses, counted; `unlisted` are its rules that no clause names."""

    regulation: Regulation
    clauses: dict[Status, int]
    rules: int
    unlisted: tuple[str, ...]

    @property
    def total(self) -> int:
        """All clauses of the register, those that are no duty included."""
        return sum(self.clauses.values())

    @property
    def duties(self) -> int:
        """The clauses that bind somebody to something."""
        return self.total - self.clauses["not_a_duty"]

    @property
    def by_records(self) -> int:
        """The duties that are decided from records rather than by a person."""
        return self.duties - self.clauses["manual"]


def coverage(rulebooks: Rulebooks) -> tuple[Coverage, ...]:
    """One row per regulation, in governing order."""
    return tuple(_coverage(regulation) for regulation in rulebooks.regulations)


def _coverage(regulation: Regulation) -> Coverage:
    counted = Counter(clause.status for clause in regulation.clauses)
    named = {name for clause in regulation.clauses for name in clause.rules}
    return Coverage(
        regulation=regulation,
        clauses={status: counted[status] for status in STATUSES},
        rules=len(regulation.rules),
        unlisted=tuple(rule.id for rule in regulation.rules if rule.id not in named),
    )


def clauses_of(rulebooks: Rulebooks, rule: Rule) -> tuple[Clause, ...]:
    """The clauses that the rule automates."""
    return tuple(
        clause
        for clause in rulebooks.regulation(rule.regulation).clauses
        if rule.id in clause.rules
    )
