"""How often people who looked at a case came to another result than Kelou."""

from __future__ import annotations

from dataclasses import dataclass

from checks.numbers.base import Section
from checks.numbers.rates import Interval, Rate


@dataclass(frozen=True, kw_only=True)
class DifferingCheck(Section):
    """A spot check (TC 第十四条) that differs: what the inspector wrote (`result`) on the day
    `checked_on`, the rules of the ticket that Kelou found breached by then (`rules`, joined by `;`,
    empty where none), and who sees a breach alone: `kelou` or `inspector`."""

    ticket_id: str
    checked_on: str
    result: str
    rules: str
    seen_by: str


@dataclass(frozen=True, kw_only=True)
class Agreement(Section):
    """Spot checks whose result tells whether the ticket was in order, against the verdicts on its
    obligations due by the day of the check.

    `error`: checks that differ (`unfounded`: Kelou alone sees a breach, `missed`: the inspector
    alone) of those `compared`; its `unknown` are checks whose result or ticket decides nothing.
    `interval`: of the error, null without a comparison. `listed`: the first that differ.
    """

    error: Rate
    interval: Interval | None
    unfounded: int
    missed: int
    listed: tuple[DifferingCheck, ...]
