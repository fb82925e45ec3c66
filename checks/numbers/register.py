"""What the register of everything not in order adds up to."""

from __future__ import annotations

from dataclasses import dataclass

from checks.numbers.base import Count, Section, Title


@dataclass(frozen=True, kw_only=True)
class RegisterGroup(Section):
    """Entries of one kind about one `step`: `failing` cases `of` those decided, the gravest
    `grade`, how many have each state, the departments (`unassigned` where the records name none),
    and the first of their `numbers`."""

    kind: str
    step: str
    title: Title
    clauses: tuple[str, ...]
    n: int
    failing: int
    of: int
    grade: str
    departments: tuple[Count, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Register(Section):
    """All entries, the cases of `findings` among them; `unattributed`: those for which the records
    name neither department nor person, `nobody`: no person. `groups`: those that are no cases."""

    total: int
    by_kind: tuple[Count, ...]
    by_grade: tuple[Count, ...]
    by_state: tuple[Count, ...]
    unattributed: int
    nobody: int
    groups: tuple[RegisterGroup, ...]
