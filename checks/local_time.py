"""Local time: days and clock times of the configured zone, as instants.

Of a zone that keeps one offset an instant is its wall time, without a zone. Of one that moves its
clocks it carries the zone (the dtype of a column, `tzinfo` of a datetime): differences and
comparisons are those of instants, days, hours and texts those of the wall. The two never mix
silently, for Polars and Python refuse to compare or subtract them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from checks.concepts import INSTANT

_HOUR: Final = timedelta(hours=1)


def zone_of(at: datetime) -> str | None:
    """The name of the zone that an instant carries; None of a zone of one offset."""
    return None if at.tzinfo is None else str(at.tzinfo)


def dtype_in(zone: str | None) -> pl.Datetime:
    """The dtype of the instants of a zone that moves its clocks; without one INSTANT."""
    return pl.Datetime("us", zone) if zone else INSTANT


def instant_in(wall: datetime, zone: str | None) -> datetime:
    """What the wall clock shows, as an instant: the first of two; what the clock leaps over is as
    much later as it leaps."""
    if not zone:
        return wall
    place = ZoneInfo(zone)
    return wall.replace(tzinfo=place).astimezone(UTC).astimezone(place)


def midnight(day: date, zone: str | None) -> datetime:
    """The instant at which a day begins."""
    return instant_in(datetime.combine(day, time.min), zone)


def as_instant(wall: pl.Expr, zone: str | None, *, last: bool = False) -> pl.Expr:
    """A column of wall times (INSTANT) as instants: of two the first, or the last; what the clock
    leaps over is an hour later."""
    if not zone:
        return wall
    first, after = (
        each.dt.replace_time_zone(
            zone, ambiguous="latest" if last else "earliest", non_existent="null"
        )
        for each in (wall, wall + _HOUR)
    )
    return pl.coalesce(first, after)


def day_begins(day: pl.Expr, zone: str | None) -> pl.Expr:
    """The instant at which a day (pl.Date) begins."""
    return as_instant(day.cast(INSTANT), zone)


def in_zone(utc: pl.Expr, zone: str) -> pl.Expr:
    """Instants in UTC (INSTANT) as those of the zone."""
    return utc.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)


def from_utc(frame: pl.LazyFrame, schema: Mapping[str, pl.DataType], zone: str) -> pl.LazyFrame:
    """The instants of a frame (`schema`: its dtypes), which are in UTC, in the zone."""
    moved = [in_zone(pl.col(name), zone) for name, dtype in schema.items() if dtype == INSTANT]
    return frame.with_columns(moved) if moved else frame


def later(at: datetime, by: timedelta) -> datetime:
    """The instant that much later; Python alone adds to what the wall shows."""
    return at + by if at.tzinfo is None else (at.astimezone(UTC) + by).astimezone(at.tzinfo)


def apart(first: datetime, last: datetime) -> timedelta:
    """The time from one instant to another; Python alone subtracts what the wall shows."""
    return last - first if first.tzinfo is None else last.astimezone(UTC) - first.astimezone(UTC)


def twice(at: datetime) -> bool:
    """Whether the wall shows that time twice, so that only its offset tells which one it is."""
    return len({at.replace(fold=fold).utcoffset() for fold in (0, 1)}) > 1
