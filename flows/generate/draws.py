"""Seeded random draws and the arrays they fill. Only uniform doubles are taken from NumPy: the rest
is arithmetic written here, so that a seed gives the same records on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from checks.concepts import INSTANT

Whole: TypeAlias = npt.NDArray[np.int64]
Real: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]

NEVER: Final = np.iinfo(np.int64).min
"""In an array of instants (whole seconds since 1970, local wall time): it did not happen."""
NONE: Final = -1
"""In an array of indexes: no value."""


class Draws:
    """A stream of draws that a key of whole numbers determines."""

    def __init__(self, *key: int) -> None:
        self._rng = np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))

    def unit(self, n: int) -> Real:
        return self._rng.random(n)

    def chance(self, n: int, share: float | Real) -> Mask:
        return self._rng.random(n) < share

    def whole(self, n: int, low: int, high: int) -> Whole:
        """Whole numbers from `low` to `high`, both included."""
        drawn: Whole = low + (self._rng.random(n) * (high - low + 1)).astype(np.int64)
        return drawn

    def pick(self, n: int, weights: Sequence[float]) -> Whole:
        """Indexes drawn by weight."""
        cumulated = np.cumsum(np.asarray(weights, dtype=np.float64))
        found = np.searchsorted(cumulated, self._rng.random(n) * cumulated[-1], side="right")
        index: Whole = np.minimum(found, len(weights) - 1).astype(np.int64)
        return index

    def stretch(self, late: Real) -> Real:
        """Time taken as a multiple of the usual time: above 1 with probability `late`,
        log-logistic, at most 8."""
        drawn = np.clip(self._rng.random(len(late)), 1e-9, 1 - 1e-9)
        odds = drawn / (1 - drawn) * late / (1 - late)
        return np.minimum(np.sqrt(odds), 8.0)


def never(n: int) -> Whole:
    return np.full(n, NEVER, dtype=np.int64)


def instants(columns: dict[str, Whole]) -> pl.DataFrame:
    """Seconds as canonical instants; `NEVER` is null."""
    frame = pl.DataFrame(columns)
    names = [pl.col(name) for name in columns]
    return frame.select(pl.when(c != NEVER).then(c * 1_000_000).cast(INSTANT) for c in names)


def words(values: Sequence[str | None], index: Whole, name: str = "") -> pl.Series:
    """The values at the indexes; `NONE` is null."""
    pool = pl.Series(name, [*values, None], dtype=pl.String)
    return pool.gather(pl.Series(np.where(index == NONE, len(values), index).astype(np.uint32)))


def given(values: Whole | Mask, where: Mask, name: str) -> pl.Series:
    """The values where they are given, null elsewhere."""
    frame = pl.DataFrame({name: values, "given": where})
    return frame.select(pl.when("given").then(name).alias(name)).to_series()


def labels(prefix: str, index: Whole, width: int, name: str = "") -> pl.Series:
    """`prefix` and the index in at least `width` digits; a negative index is null."""
    number = pl.col("number")
    text = pl.lit(prefix) + number.cast(pl.String).str.zfill(width)
    return (
        pl.DataFrame({"number": index})
        .select(pl.when(number >= 0).then(text).alias(name))
        .to_series()
    )
