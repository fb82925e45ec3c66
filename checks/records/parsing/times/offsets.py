"""Zones and offsets: what leads from a written time to the configured zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from checks.local_time import in_zone
from checks.records.parsing.times.bounds import EARLIEST

YEARS: Final = range(2010, 2041)
"""The years in which a zone of a fixed offset keeps it."""
WRITTEN_OFFSET: Final = r"^ ?(?:(?:gmt|utc)([+-])([0-9]{1,2})|([+-])([0-9]{2})):?([0-5][0-9])?$"
FURTHEST: Final = 14
"""Hours from UTC that a zone may lie."""


@dataclass(frozen=True)
class Clock:
    """The clock that wrote a source's times: its `offset`, and the `shift` from it to the
    configured `zone`, or to UTC where that one moves its clocks.

    `written_in`: a zone that moves its clocks, empty for one of a fixed offset; of such `offset` is
    that of UTC. period_end: the end of the audited period where it is known; no event lies long
    after it, and none before `earliest`.
    """

    zone: str
    offset: timedelta
    shift: timedelta = timedelta()
    period_end: datetime | None = None
    written_in: str = ""
    earliest: datetime = EARLIEST

    @property
    def moved(self) -> bool:
        return bool(self.written_in)

    @property
    def scale(self) -> str:
        """The zone whose wall times canonical instants have: the configured one, or UTC where that
        one moves its clocks."""
        return "UTC" if moves(self.zone) else self.zone

    def local(self, at: pl.Expr) -> pl.Expr:
        """Canonical instants as the wall times of the configured zone."""
        if not moves(self.zone):
            return at
        return in_zone(at, self.zone).dt.replace_time_zone(None)


def zone_offset(name: str) -> timedelta:
    """The one offset that the zone has in `YEARS`. Raises ValueError for an unknown or a shifting
    zone."""
    offsets = _offsets(name)
    if len(offsets) > 1:
        raise ValueError(
            f"the time zone {name} changes its offset within the year; a zone with a fixed "
            f"offset is needed"
        )
    return offsets.pop() or timedelta()


@cache
def moves(name: str) -> bool:
    """Whether the zone moves its clocks. Raises ValueError for an unknown one."""
    return len(_offsets(name)) > 1


def _offsets(name: str) -> set[timedelta | None]:
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"there is no time zone {name!r}; write it like Asia/Shanghai") from None
    return {
        datetime(year, month, 1, tzinfo=UTC).astimezone(zone).utcoffset()
        for year in YEARS
        for month in range(1, 13)
    }


def to_zone(written: pl.Series, offset: timedelta) -> pl.Series:
    """`Z`, `GMT`, `+08:00`, `UTC+8` -> the Duration that leads to the zone with `offset`; null for
    anything else.

    The few distinct values are read once.
    """
    frame = pl.DataFrame({"text": written.unique()})
    text = pl.col("text").str.to_lowercase()
    named, named_hours, sign, hours, minutes = (
        text.str.extract(WRITTEN_OFFSET, group) for group in range(1, 6)
    )
    sign, hours = pl.coalesce(named, sign), pl.coalesce(named_hours, hours).cast(pl.Int64)
    away = hours * 60 + minutes.fill_null("0").cast(pl.Int64)
    ahead = pl.when(hours <= FURTHEST).then(pl.when(sign == "-").then(-away).otherwise(away))
    utc = text.str.strip_chars().is_in(["z", "gmt", "utc"])
    written_offset = pl.when(utc).then(pl.lit(0, pl.Int64)).otherwise(ahead)
    known = frame.select(
        "text", add=(int(offset.total_seconds()) // 60 - written_offset) * 60_000_000
    )
    add = written.replace_strict(known["text"], known["add"], default=None, return_dtype=pl.Int64)
    return add.cast(pl.Duration("us"))


def offset_of_zone(name: str) -> str | None:
    """The zone's offset as `+08:00`; None for an unknown or a shifting one."""
    try:
        minutes = int(zone_offset(name).total_seconds()) // 60
    except ValueError:
        return None
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
