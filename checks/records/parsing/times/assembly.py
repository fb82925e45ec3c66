"""The parts of a written time, each as text -> the instant, and how exactly it is known."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import polars as pl

from checks.concepts import INSTANT
from checks.records.parsing.times.offsets import to_zone
from checks.records.tables import PRECISION

PARTS: Final = (
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "fraction",
    "thousandths",
    "mark",
    "offset",
)
"""Named groups of the forms. `mark`: the hour is called one (9时); `thousandths`: what follows a
third colon."""
STAMP: Final = "%Y-%m-%d %H:%M:%S"
DAY, HOUR, MINUTE = 86_400, 3_600, 60
"""Precisions, in seconds."""
_CLOCK: Final = re.compile(r"%[-_0]?[HIkl]|%[TXRrcs+]")
_SECONDS: Final = re.compile(r"%[-_0]?S|%[TXrcs+]")


_MORNING = {h: h for h in range(4, 12)}
_FORENOON = {12: 0} | {h: h for h in range(12)}
_NIGHT = {12: 0} | {h: h for h in range(7)}
_NOON = {1: 13, 2: 14} | {h: h for h in range(11, 15)}
_AFTERNOON = {0: 12, 12: 12} | {h: h + 12 for h in range(1, 12)} | {h: h for h in range(13, 24)}
_DUSK = {h: h + 12 for h in range(4, 9)} | {h: h for h in range(16, 21)}
_EVENING = {h: h + 12 for h in range(5, 12)} | {h: h for h in range(17, 24)}
HALVES: Final = {
    "a": _FORENOON,
    "上午": _FORENOON,
    "p": _AFTERNOON,
    "下午": _AFTERNOON,
    "凌晨": _NIGHT,
    "清晨": _MORNING,
    "早晨": _MORNING,
    "早上": _MORNING,
    "中午": _NOON,
    "傍晚": _DUSK,
    "晚上": _EVENING,
}
"""Parts of the day: written hour -> hour of 24. What is not there (上午15时, 晚上12时) is not
understood."""
_HOURS: Final = {
    f"{word}{h}": str(hour) for word, hours in HALVES.items() for h, hour in hours.items()
}


def precision_of_form(form: str) -> int:
    """How exactly a form of strftime tells a time, in seconds."""
    return 0 if _SECONDS.search(form) else MINUTE if _CLOCK.search(form) else DAY


def assembled(parts: pl.DataFrame, offset: timedelta) -> pl.DataFrame:
    """`at` (INSTANT, null where calendar or clock lack it) and `precision` of rows with columns of
    `PARTS`, all text, and `half`, a key of HALVES; without an `offset` of its own a time is local.
    A column that is missing is null.
    """
    lacking = [
        pl.lit(None, pl.String).alias(name)
        for name in (*PARTS, "half")
        if name not in parts.columns
    ]
    parts = parts.with_columns(lacking)
    if parts["half"].null_count() < len(parts):
        parts = parts.with_columns(hour=_hour_of_24(), mark=pl.coalesce("mark", "half"))
    whole = parts["fraction"].null_count() == parts["thousandths"].null_count() == len(parts)
    read = parts.select(
        "offset", at=_at(pl.lit(0) if whole else _microseconds()), precision=_precision()
    )
    written = read["offset"].is_not_null()
    if written.any():
        local = read["at"] + to_zone(read["offset"], offset)
        read = read.with_columns(at=read["at"].zip_with(~written, local))
    return read.select("at", "precision")


def _hour_of_24() -> pl.Expr:
    """The hour that a part of the day makes of the written one; `99` where they contradict each
    other or none is."""
    number, half = pl.col("hour").str.strip_chars_start("0").replace("", "0"), pl.col("half")
    named = (
        (half + number).replace_strict(_HOURS, default=None, return_dtype=pl.String).fill_null("99")
    )
    return pl.when(half.is_not_null()).then(named).otherwise("hour")


def _at(micro: pl.Expr) -> pl.Expr:
    year, month, day = (pl.col(part).cast(pl.Int32) for part in ("year", "month", "day"))
    hour, minute, second = (
        pl.col(part).cast(pl.Int32).fill_null(0) for part in ("hour", "minute", "second")
    )
    # Nothing may be out of range when the instant is built; what was written is asked afterwards.
    first = pl.datetime(year, (month - 1) % 12 + 1, 1, hour % 24, minute % 60, second % 60)
    at = first + pl.duration(days=day - 1)
    clock = (hour < 24) | ((hour == 24) & (minute == 0) & (second == 0) & (micro == 0))
    facts = pl.col("hour").is_null() | pl.any_horizontal(pl.col("minute", "mark").is_not_null())
    possible = (
        (year > 0)
        & (at.dt.month() == month)
        & (day > 0)
        & clock
        & (minute < 60)
        & (second < 60)
        & facts
    )
    return (
        pl.when(possible).then(at + pl.duration(days=hour // 24, microseconds=micro)).cast(INSTANT)
    )


def _microseconds() -> pl.Expr:
    fraction = pl.coalesce("fraction", "thousandths", pl.lit("0"))
    return fraction.str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64)


def _precision() -> pl.Expr:
    return (
        pl.when(pl.col("hour").is_null())
        .then(DAY)
        .when(pl.col("minute").is_null())
        .then(HOUR)
        .when(pl.col("second").is_null())
        .then(MINUTE)
        .otherwise(0)
        .cast(PRECISION)
    )
