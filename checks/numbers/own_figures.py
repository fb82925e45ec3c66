"""What the service system itself says of its deadlines, against the verdicts."""

from __future__ import annotations

from dataclasses import dataclass

from checks.numbers.base import Count, Section


@dataclass(frozen=True, kw_only=True)
class OwnFigure(Section):
    """A case on which the system and Kelou differ. `system`, `kelou`: met or breached; deadlines
    as ISO text, null where there is none; `cause`: of checks.reconciliation.own_figures.CAUSES."""

    subject_type: str
    subject_id: str
    rule_id: str
    tier: str | None
    system: str
    kelou: str
    system_due_at: str | None
    due_at: str | None
    cause: str
    file: str | None
    row: int | None


@dataclass(frozen=True, kw_only=True)
class OwnFigures(Section):
    """Cases that the export judges itself: those `compared`, those that differ (`by_cause`), those
    that Kelou has not decided, and how many deadlines are others (`other_deadlines`), whatever the
    verdicts. `listed`: the first that differ; own_figures.csv holds all."""

    compared: int
    differ: int
    undecided: int
    other_deadlines: int
    by_cause: tuple[Count, ...]
    listed: tuple[OwnFigure, ...]
