"""What every maker of records needs to know of the portion of a month that it fills."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flows.generate.clock import Clock
from flows.generate.draws import NONE, Draws, Real, Whole
from flows.generate.habits import Habits
from flows.generate.tickets import Cases, Pace
from flows.generate.world import World


@dataclass(frozen=True)
class Scene:
    """The cases of a portion, who takes part, how fast the work goes; it spans the shares [low,
    high) of the month."""

    cases: Cases
    world: World
    pace: Pace
    low: float
    high: float

    @property
    def draws(self) -> Draws:
        return self.pace.draws

    @property
    def clock(self) -> Clock:
        return self.pace.clock

    @property
    def habits(self) -> Habits:
        return self.pace.habits

    def moments(self, n: int) -> Whole:
        """Instants of the portion, as its hours are busy."""
        return self.clock.moments(self.low + (self.high - self.low) * self.draws.unit(n))

    def strain(self, agent: Whole, at: Whole) -> Real:
        """How much likelier than usual somebody is late at an instant."""
        return self.world.staff_quality[agent] * self.clock.strain(at)

    def about(self, n: int, none: float) -> Whole:
        """Cases that later contacts are about, by index; a share of the contacts is about
        `NONE`."""
        without = self.draws.chance(n, none)
        return np.where(without, NONE, self.draws.whole(n, 0, len(self.cases) - 1))

    def departments(self, ticket: Whole, kind: str) -> Whole:
        """Who is in charge: the ticket's department, else one drawn by the weights of `kind` (call,
        chat)."""
        drawn = self.draws.pick(len(ticket), self.habits.weights("department", kind))
        return np.where(ticket == NONE, drawn, self.cases.department[ticket])

    def numbers(self, ticket: Whole) -> Whole:
        """The tickets' numbers."""
        return np.where(ticket == NONE, NONE, self.cases.number[ticket])
