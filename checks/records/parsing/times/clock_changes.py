"""Times of a clock that is moved twice a year -> the configured zone's, judged as instants.

A local hour that exists twice is known to the hour only, unless an offset stands beside it; one
that the clock leaps over is no time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final, Literal

import polars as pl

from checks.records.parsing.times.assembly import DAY
from checks.records.parsing.times.offsets import Clock
from checks.records.tables import PRECISION

WHY: Final = "\x1f"
"""Between a cell that has no time only because of its clock, and the reason."""
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


def arrived(written: pl.Expr, clock: Clock) -> pl.Expr:
    """Local times of the writing clock in the configured zone; null where they are none or two."""
    if not clock.moved:
        return written + clock.shift if clock.shift else written
    first, last = _instant(written, clock, "earliest"), _instant(written, clock, "latest")
    return pl.when(first == last).then(first)


def in_zone(read: Callable[[timedelta], pl.DataFrame], clock: Clock) -> pl.DataFrame:
    """What `read` gives for a clock of that offset (`at`, `precision`, … of each cell), with
    `arrived`: the time in the configured zone, `until`: where a day without a time ends there, and
    `why`: what makes a time none, or null."""
    found = read(clock.offset)
    if not clock.moved:
        at = pl.col("at") + clock.shift
        return found.with_columns(arrived=at, until=at + _DAY, why=pl.lit(None, pl.String))
    # What moves with the offset has one of its own: it is an instant
    exact = found["at"] != read(clock.offset + _HOUR)["at"]
    found = found.with_columns(exact=exact.fill_null(False))
    day, at = pl.col("precision") == DAY, pl.col("at")
    first, last = _instant(at, clock, "earliest"), _instant(at, clock, "latest")
    # A day begins an hour later where the clock leaps over midnight
    midnight = pl.coalesce(first, _instant(at + _HOUR, clock, "earliest"))
    tomorrow = pl.coalesce(
        _instant(at + _DAY, clock, "earliest"), _instant(at + _DAY + _HOUR, clock, "earliest")
    )
    read_at = pl.when("exact").then(at + clock.shift).when(day).then(midnight).otherwise(first)
    found = found.with_columns(arrived=read_at, until=tomorrow)
    twice = ~pl.col("exact") & ~day & (first != last)
    longer = (last - first).dt.total_seconds() + pl.max_horizontal("precision", 1)
    whole = pl.max_horizontal("precision", (pl.col("until") - midnight).dt.total_seconds())
    nothing = at.is_not_null() & pl.col("arrived").is_null()
    return found.with_columns(
        precision=pl.when(twice)
        .then(longer)
        .when(day & ~pl.col("exact"))
        .then(whole)
        .otherwise("precision")
        .cast(PRECISION),
        why=pl.when(nothing)
        .then(pl.lit(f"no such hour: the clock of {clock.written_in} leaps over it"))
        .when(twice & (pl.col("kind") == "promise"))
        .then(pl.lit(f"the hour exists twice in {clock.written_in}; export it with its offset")),
    ).drop("exact")


def _instant(written: pl.Expr, clock: Clock, which: Literal["earliest", "latest"]) -> pl.Expr:
    zoned = written.dt.replace_time_zone(clock.written_in, ambiguous=which, non_existent="null")
    return zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None) + clock.shift
