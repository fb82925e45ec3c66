"""Rates, their bounds and their intervals."""

from __future__ import annotations

import pytest

from checks.closing.rates import complement, rate, wilson
from checks.numbers.plain import plain


def test_nothing_of_nothing_is_no_case() -> None:
    assert plain(rate(0, 0)) == {
        "numerator": 0,
        "denominator": 0,
        "unknown": 0,
        "rate": None,
        "low": None,
        "high": None,
    }
    assert wilson(0, 0) is None


def test_only_unknowns_have_no_rate_but_bounds() -> None:
    found = rate(0, 0, 3)
    assert (found.rate, found.low, found.high) == (None, 0.0, 1.0)


def test_bounds_count_the_undecided_both_ways() -> None:
    found = rate(6, 8, 2)
    assert (found.rate, found.low, found.high) == (0.75, 0.6, 0.8)


def test_a_doubtful_case_counts_as_met_but_not_in_the_lower_bound() -> None:
    found = rate(6, 8, 2, doubtful=1)
    assert (found.unknown, found.rate, found.low, found.high) == (3, 0.75, 0.5, 0.8)


def test_a_rate_is_not_rounded_up_to_one() -> None:
    assert rate(99_999, 100_000).rate == 0.99999


def test_the_overtime_rate_is_the_rest() -> None:
    overtime = complement(rate(6, 8, 2))
    assert (overtime.numerator, overtime.rate, overtime.low, overtime.high) == (
        2,
        0.25,
        0.2,
        0.4,
    )


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    # scipy.stats.binomtest(x, n).proportion_ci(method="wilson")
    [
        (4, 4, 0.5101092, 1.0),
        (380, 400, 0.9240364, 0.9674026),
        (0, 10, 0.0, 0.2775328),
        (15, 30, 0.3315413, 0.6684587),
    ],
)
def test_wilson_interval(numerator: int, denominator: int, low: float, high: float) -> None:
    found = wilson(numerator, denominator)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)
