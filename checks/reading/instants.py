"""Timestamps in every form that exports use -> local wall time of the configured zone.

Forms: `2026-10-03 09:05:00`, `2026/10/3 9:05`, ISO 8601 with `Z` or an offset, `2026年10月3日 9:05`,
`2026年10月3日9时5分`, `20261003090500`, Unix seconds or milliseconds, Excel's day numbers, a date alone (midnight).
All others are unreadable, and so is a date that no calendar has, an hour beyond 23 and a year of two digits.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from checks.concepts import INSTANT
from checks.reading.text import half_width

YEARS: Final = range(2010, 2041)
"""The years in which a zone's offset must not change."""
PLAIN: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
"""Forms of exactly 19 characters, which Polars parses without a regular expression."""
WRITTEN: Final = (
    r"^(?P<year>[0-9]{4})(?:[-/.]|年 ?)(?P<month>[0-9]{1,2})(?:[-/.]|月 ?)(?P<day>[0-9]{1,2})"
    r"(?:(?:[Tt]| +|日 *)(?P<hour>[0-9]{1,2})(?:[时点]|[:时点] ?(?P<minute>[0-9]{1,2})"
    r"(?:分|[:分] ?(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]{1,9}))?秒?)?)"
    r" ?(?P<offset>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?|日)?$"
)
COMPACT: Final = (
    r"^(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2}))?$"
)
NUMBER: Final = r"^(?P<whole>[0-9]{5}|[0-9]{10}|[0-9]{13})(?:\.(?P<fraction>[0-9]{1,17}))?$"
EXCEL_EPOCH: Final = datetime(1899, 12, 30)
EXCEL_DAYS: Final = (25569, 73050)
"""Day numbers taken for Excel's: 1970 to 2099."""
_DAY_US: Final = 86_400_000_000


def zone_offset(name: str) -> timedelta:
    """The one offset that the zone has in `YEARS`. Raises ValueError for an unknown or a shifting zone."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"there is no time zone {name!r}; write it like Asia/Shanghai") from None
    offsets = {
        datetime(year, month, 1, tzinfo=UTC).astimezone(zone).utcoffset() for year in YEARS for month in range(1, 13)
    }
    if len(offsets) > 1:
        raise ValueError(
            f"the time zone {name} changes its offset within the year; a zone with a fixed offset is needed"
        )
    return offsets.pop() or timedelta()


def instants(text: pl.Series, offset: timedelta) -> pl.Series:
    """Parse stripped text (null = empty) into `INSTANT`, null where unreadable; `offset` is the configured zone's.

    Each form is tried only on what the forms before it left, the commonest first.
    """
    read = text.clear(0).cast(INSTANT).extend_constant(None, len(text))
    left = text.is_not_null().arg_true()
    for parse in (_plain, _with_offset, _written, _compact, _number):
        if left.is_empty():
            break
        rest = text.gather(left)
        found = _sane(parse(rest if parse is _plain else half_width(rest), offset))
        read = read.scatter(left.filter(found.is_not_null()), found.drop_nulls())
        left = left.filter(found.is_null())
    return read


def _sane(read: pl.Series) -> pl.Series:
    """Years before 1900 are slips of the pen, not times of service."""
    return read.zip_with((read >= datetime(1900, 1, 1)).fill_null(False), pl.Series([None], dtype=INSTANT))


def _plain(text: pl.Series, _offset: timedelta) -> pl.Series:
    # strptime takes second 60 for a leap second and moves it into the next minute; local logs have none.
    possible = (text.str.len_bytes() == 19) & ~text.str.ends_with(":60")
    space, letter = (text.str.strptime(INSTANT, form, strict=False) for form in PLAIN)
    return space.zip_with(space.is_not_null(), letter).zip_with(possible, pl.Series([None], dtype=INSTANT))


def _with_offset(text: pl.Series, offset: timedelta) -> pl.Series:
    read = _plain(text.str.slice(0, 19), offset)
    return read + _shift(text.str.slice(19), offset)


def _shift(written: pl.Series, offset: timedelta) -> pl.Series:
    """`Z` or `+08:00` -> what to add to reach the configured zone (null for anything else). Few distinct values."""
    frame = pl.DataFrame({"text": written.unique()})
    parts = "^([+-])([0-9]{2}):?([0-5][0-9])?$"
    sign, hours, minutes = (pl.col("text").str.extract(parts, group) for group in (1, 2, 3))
    hours, minutes = hours.cast(pl.Int64), minutes.fill_null("0").cast(pl.Int64)
    behind = pl.when(sign == "-").then(hours * 60 + minutes).when(hours <= 14).then(-hours * 60 - minutes)
    add = (
        pl.when(pl.col("text").str.to_lowercase() == "z")
        .then(pl.lit(0, pl.Int64))
        .when(sign.is_not_null())
        .then(behind)
    )
    known = frame.select("text", add=(add + int(offset.total_seconds()) // 60) * 60_000_000)
    return written.replace_strict(known["text"], known["add"], default=None, return_dtype=pl.Int64).cast(
        pl.Duration("us")
    )


def _written(text: pl.Series, offset: timedelta) -> pl.Series:
    parts = text.str.extract_groups(WRITTEN).struct.unnest()
    read = parts.select(_assembled()).to_series()
    local = _shift(parts["offset"].fill_null("-"), offset)
    return read + local.zip_with(parts["offset"].is_not_null(), pl.Series([0]).cast(pl.Duration("us")))


def _compact(text: pl.Series, offset: timedelta) -> pl.Series:
    parts = text.str.extract_groups(COMPACT).struct.unnest().with_columns(fraction=pl.lit(None, pl.String))
    return parts.select(_assembled()).to_series()


def _assembled() -> pl.Expr:
    """The columns year … second, fraction (text) as one instant; null where the calendar or the clock lacks it."""
    clock = [pl.col(part).fill_null("0").str.zfill(2) for part in ("hour", "minute", "second")]
    date = pl.concat_str("year", pl.col("month").str.zfill(2), pl.col("day").str.zfill(2), separator="-")
    second = pl.concat_str(date, pl.lit(" "), pl.concat_str(clock, separator=":")).str.strptime(
        INSTANT, PLAIN[0], strict=False
    )
    possible = pl.col("second").fill_null("0").cast(pl.Int64) < 60
    micro = pl.col("fraction").fill_null("0").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64)
    return pl.when(possible).then(second + pl.duration(microseconds=micro))


def _number(text: pl.Series, offset: timedelta) -> pl.Series:
    """Unix seconds (10 digits) or milliseconds (13), Excel's day number (5 digits) rounded to the second."""
    parts = text.str.extract_groups(NUMBER).struct.unnest()
    whole, digits = pl.col("whole").cast(pl.Int64), pl.col("whole").str.len_bytes()
    part = pl.concat_str(pl.lit("0."), pl.col("fraction").fill_null("0")).cast(pl.Float64)
    micro = (part * 1_000_000).round(0).cast(pl.Int64)
    local = pl.lit(datetime(1970, 1, 1)).cast(INSTANT) + pl.duration(
        microseconds=int(offset.total_seconds()) * 1_000_000
    )
    seconds = (part * 86_400).round(0).cast(pl.Int64)
    excel = pl.lit(EXCEL_EPOCH).cast(INSTANT) + pl.duration(microseconds=whole * _DAY_US + seconds * 1_000_000)
    value = (
        pl.when(digits == 10).then(local + pl.duration(microseconds=whole * 1_000_000 + micro))
        .when(digits == 13).then(local + pl.duration(microseconds=whole * 1_000 + micro // 1_000))
        .when(whole.is_between(*EXCEL_DAYS)).then(excel)
    )  # fmt: skip
    return parts.select(value).to_series()
