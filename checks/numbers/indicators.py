"""Indicators of the trade, beside the regulations' own rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from checks.numbers.base import Keyed, Section, Title

Unit = Literal["share", "seconds"]
WhyNot = Literal["not_recorded", "no_case", "undecided"]


@dataclass(frozen=True, kw_only=True)
class _Words(Section):
    title: Title
    definition: Title
    over: Title
    source: str


@dataclass(frozen=True, kw_only=True)
class TradeIndicator(_Words, Keyed):
    """An indicator in words and its `value`: a share (0 to 1) of `counted` in `of` cases, or a mean
    or median in seconds over `of` cases.

    `counted` is null for times, `p90` (nearest rank) and `longest` are null for shares and means.
    `unknown`: cases that could not be decided, `of` aside. Without a value `why_not` says why:
    nobody records what would show it, there was no case, or no case could be decided.
    """

    unit: Unit
    value: float | None
    counted: int | None
    of: int
    unknown: int
    p90: int | None = None
    longest: int | None = None
    why_not: WhyNot | None = None
