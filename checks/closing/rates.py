"""A rate from its counts, and the interval that says how far it can be trusted."""

from __future__ import annotations

from math import sqrt
from typing import Final

from checks.numbers.rates import Interval, Rate

Z95: Final = 1.959963984540054
"""The 97.5 % quantile of the normal distribution: two-sided 95 % intervals."""


def rate(numerator: int, denominator: int, unknown: int = 0, doubtful: int = 0) -> Rate:
    """`numerator` of `denominator` decided cases, and `unknown` more that are undecided.

    `doubtful`: cases within the numerator that also hold something undecided, such as a ticket with
    one step met and another unknown.
    """
    possible = denominator + unknown
    return Rate(
        numerator=numerator,
        denominator=denominator,
        unknown=unknown + doubtful,
        rate=numerator / denominator if denominator else None,
        low=(numerator - doubtful) / possible if possible else None,
        high=(numerator + unknown) / possible if possible else None,
    )


def complement(of: Rate) -> Rate:
    """The share of the opposite outcome: the overtime rate beside the timeliness rate."""
    return rate(of.denominator - of.numerator, of.denominator, of.unknown)


def wilson(numerator: int, denominator: int) -> Interval | None:
    """The 95 % score interval of a share, null without cases.

    Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    JASA 22 (1927), 209-212.
    """
    if denominator == 0:
        return None
    p, z2n = numerator / denominator, Z95**2 / denominator
    centre, half = p + z2n / 2, Z95 * sqrt(p * (1 - p) / denominator + z2n / (4 * denominator))
    return Interval(
        low=max(0.0, (centre - half) / (1 + z2n)), high=min(1.0, (centre + half) / (1 + z2n))
    )
