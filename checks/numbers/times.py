"""How long things took, what is still open, when requests came, and what nobody records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from checks.numbers.base import Keyed, Section, Title
from checks.numbers.rates import Rate


@dataclass(frozen=True, kw_only=True)
class _Hour(Section):
    weekday: int
    hour: int


@dataclass(frozen=True, kw_only=True)
class HeatCell(Rate, _Hour):
    """The timeliness of what started in an hour of the week: `weekday` 1 (Monday) to 7, `hour` 0 to
    23."""


@dataclass(frozen=True, kw_only=True)
class Spread(Section):
    """`n` times, and in seconds their nearest-rank percentiles and longest; null without one."""

    n: int
    p50: int | None
    p90: int | None
    max: int | None


@dataclass(frozen=True, kw_only=True)
class DelayRow(Keyed):
    """A timed rule: `taken` from start to fulfilment, `overrun` past the deadline."""

    taken: Spread
    overrun: Spread


@dataclass(frozen=True, kw_only=True)
class NearMissRow(Keyed):
    """A rule's `met` obligations whose fulfilment has a time, and those that were `near` a miss."""

    near: int
    met: int


@dataclass(frozen=True, kw_only=True)
class NearMisses(Section):
    """Met obligations that had used more than `threshold` (a share) of their limit: their `share`
    of all that were met."""

    threshold: float
    share: Rate
    by_rule: tuple[NearMissRow, ...]


@dataclass(frozen=True, kw_only=True)
class AgeRow(Keyed):
    """Open acts of one band of ages (`under_1_day` … `over_30_days`)."""

    pending: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class Backlog(Section):
    """Acts still open at the cutoff, and the same by age since their clock started."""

    pending: int
    overdue: int
    by_age: tuple[AgeRow, ...]


@dataclass(frozen=True, kw_only=True)
class RecordGap(Section):
    """A rule whose obligations nobody can decide, because `columns` (as `tickets.recorded_at`) are
    recorded nowhere: how many `obligations`, and the `governing` ones among them.

    `finding_id`: `G-` and 12 hexadecimal digits, the same in every closing.
    """

    kind: Literal["gap"]
    finding_id: str
    rule_id: str
    clause: str
    topic: str
    title: Title
    columns: tuple[str, ...]
    obligations: int
    governing: int
