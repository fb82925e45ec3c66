"""Frames too long to be sorted or grouped in memory at once, a portion at a time."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl


def portions(frame: pl.LazyFrame, key: str, at_once: int) -> Iterator[pl.LazyFrame]:
    """The frame in portions of about `at_once` rows, those of one key together.

    By content, not by place: the order of the rows changes nothing. One empty portion of an empty
    frame.
    """
    number = frame.select(pl.len()).collect(engine="streaming").item() // at_once + 1
    portion = pl.col(key).hash() % number
    for n in range(number):
        yield frame.filter(portion == n)
