"""A verdict and its reason as one word inside the engine (`exempt:approved`), so that each step of
a decision rewrites one column.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import polars as pl

from checks.concepts import EXEMPT_REASONS, UNKNOWN_REASONS

OUTCOMES: Final = (
    "met",
    "met:implied",
    "late",
    "overdue",
    "missing",
    "pending",
    *(f"unknown:{reason}" for reason in UNKNOWN_REASONS),
    *(f"exempt:{reason}" for reason in EXEMPT_REASONS),
)
OUTCOME: Final = pl.Enum(OUTCOMES)
UNKNOWN: Final = tuple(o for o in OUTCOMES if o.startswith("unknown:"))


@cache
def outcome(word: str) -> pl.Expr:
    """The word as a literal; kept, for making one costs more than a step of a decision."""
    return pl.lit(word, OUTCOME)


def is_one_of(column: str, words: Sequence[str]) -> pl.Expr:
    return _is_one_of(column, tuple(words))


@cache
def _is_one_of(column: str, words: tuple[str, ...]) -> pl.Expr:
    return pl.col(column).is_in(list(words))


def verdict_and_reason(column: str) -> tuple[pl.Expr, pl.Expr]:
    """The two words that an outcome stands for; the reason is empty where there is none."""
    parts = [word.partition(":") for word in OUTCOMES]
    verdict = pl.col(column).replace_strict(OUTCOMES, [p[0] for p in parts], return_dtype=pl.String)
    reason = pl.col(column).replace_strict(OUTCOMES, [p[2] for p in parts], return_dtype=pl.String)
    return verdict, reason


def first_that_applies(steps: Sequence[tuple[pl.Expr, pl.Expr]], otherwise: pl.Expr) -> pl.Expr:
    """The outcome of the first step whose condition is true; a null condition does not apply."""
    result = otherwise
    for condition, then in reversed(steps):
        result = pl.when(condition).then(then).otherwise(result)
    return result
