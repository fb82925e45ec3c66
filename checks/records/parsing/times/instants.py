"""Timestamps in every form that exports use -> local wall time of the configured zone, and how
exactly it is known.

Forms: `2026-10-03 09:05:00`, `2026/10/3 9:05`, ISO 8601 with `Z` or an offset, `2026年10月3日
9:05`, `2026年10月3日9时5分`, `20261003090500` (8, 12, 14 or 17 digits), Unix seconds or
milliseconds, Excel's day numbers, a date alone, `24:00` (the next day's midnight), and the wordy
ones of `checks.records.parsing.times.time_words`. All others are unreadable, and so is a date that
no calendar has, a year of two digits beside a month in digits, and `3/10/2026`: day and month could
be either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from checks.concepts import INSTANT
from checks.records.parsing.text import bare, put, where
from checks.records.parsing.times.assembly import DAY, MINUTE, STAMP, assembled
from checks.records.parsing.times.offsets import to_zone
from checks.records.parsing.times.time_words import in_digits
from checks.records.parsing.times.zero_dates import BEFORE, zero_instants, zero_texts
from checks.records.tables import PRECISION

WITH_T: Final = "%Y-%m-%dT%H:%M:%S"
"""Like STAMP of exactly 19 characters, which Polars parses without a regular expression."""
WRITTEN: Final = (
    r"(?i)^(?P<year>[0-9]{4})(?:[-/.]|年 ?)(?P<month>[0-9]{1,2})(?:[-/.]|月 ?)(?P<day>[0-9]{1,2})"
    r"(?:(?:T| +|[日号] *)(?P<hour>[0-9]{1,2})(?:(?P<mark>[时点])|[:时点] ?(?P<minute>[0-9]{1,2})"
    r"(?:分|[:分] ?"
    r"(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]{1,9})|:(?P<thousandths>[0-9]{3}))?秒?)?)?"
    r" ?(?P<offset>Z|(?:GMT|UTC)(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?|[+-][0-9]{2}(?::?[0-9]{2})?)?|"
    r"[日号])?$"
)
COMPACT: Final = (
    r"(?i)^(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:[T ]?(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})(?:\.?(?P<fraction>"
    r"[0-9]{3}))?)?"
    r" ?(?P<offset>Z|GMT|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$"
)
NUMBER: Final = r"^(?P<whole>[0-9]{5}|[0-9]{10}|[0-9]{13})(?:\.(?P<fraction>[0-9]{1,17}))?$"
_CLOCK = r"[0-9]{1,2}:[0-9]{1,2}"
_PLAIN: Final = tuple(
    (rf"^[1-9][0-9]{{3}}{day} {_CLOCK}{seconds}$", f"{form}{more}", exact)
    for day, form in (
        ("年[0-9]{1,2}月[0-9]{1,2}日", "%Y年%m月%d日 %H:%M"),
        ("/[0-9]{1,2}/[0-9]{1,2}", "%Y/%m/%d %H:%M"),
    )
    for seconds, more, exact in ((":[0-5]?[0-9]", ":%S", 0), ("", "", MINUTE))
)
"""The commonest of what is WRITTEN: a shape without parts, which is found at a glance, the form in
which what has it is read, and how exact that is."""
EXCEL_EPOCH: Final = datetime(1899, 12, 30)
EXCEL_DAYS: Final = (25569, 73050)
"""Day numbers taken for Excel's: 1970 to 2099."""
_DAY_US: Final = 86_400_000_000


@dataclass(frozen=True)
class Form:
    """A way to write times. `read` gives `at` (null where it is another's) and `precision`; it is
    asked only where `perhaps` holds, which costs much less. Both see the column `text`, `perhaps`
    its `length` in bytes as well."""

    perhaps: pl.Expr
    read: Callable[[pl.Series, timedelta], pl.DataFrame]


def instants(text: pl.Series, offset: timedelta) -> pl.DataFrame:
    """Parse stripped text (null = empty); `offset` is that of the clock that wrote it.

    Returned: `at` (INSTANT, null where empty or unreadable), `precision` (Int32 seconds, 0 where
    `at` is null), `zero` (Boolean: the text is a zero date, or nothing but guards, and means an
    empty cell).
    """
    read = pl.DataFrame(
        {
            "at": _nulls(len(text)),
            "precision": _zeros(len(text)),
            "zero": _zeros(len(text), pl.Boolean()),
        }
    )
    left = text.is_not_null().arg_true()
    if left.is_empty():
        return read
    rest = _parsed(bare(text.gather(left)), offset)
    return read.select(put(whole, left, rest[whole.name]) for whole in read.get_columns())


def _zeros(length: int, dtype: pl.DataType = PRECISION) -> pl.Series:
    return pl.repeat(0, length, dtype=PRECISION, eager=True).cast(dtype)


def _parsed(text: pl.Series, offset: timedelta) -> pl.DataFrame:
    """The same of bare texts; of a text that is null nothing was left."""
    read = pl.DataFrame({"at": _nulls(len(text)), "precision": _zeros(len(text))})
    read = _tried(FORMS, text, read, text.is_not_null(), offset)
    doubtful = (read["at"].is_null() | (read["at"] < BEFORE)).arg_true()
    said = text.gather(doubtful)
    zero = put(
        _zeros(len(text), pl.Boolean()), doubtful.filter(zero_texts(said) | said.is_null()), True
    )
    empty = zero | read.select(zero_instants(pl.col("at"), offset).fill_null(False)).to_series()
    exact = pl.when(pl.col("at").is_null()).then(0).otherwise("precision").cast(PRECISION)
    return read.with_columns(at=pl.when(~empty).then("at"), zero=empty).with_columns(
        precision=exact
    )


def _tried(
    forms: Sequence[Form], text: pl.Series, read: pl.DataFrame, which: pl.Series, offset: timedelta
) -> pl.DataFrame:
    """`read` (`at`, `precision`) with what the forms, one after the other, find where `which`
    holds."""
    shapes = pl.DataFrame({"text": text}).with_columns(length=pl.col("text").str.len_bytes())
    perhaps = shapes.select((form.perhaps & which).alias(str(n)) for n, form in enumerate(forms))
    for form, mine in zip(forms, perhaps, strict=True):
        places = (mine & read["at"].is_null()).arg_true()
        if places.is_empty():
            continue
        found = form.read(text.gather(places), offset)
        read = read.select(put(whole, places, found[whole.name]) for whole in read.get_columns())
    return read


def _nulls(length: int) -> pl.Series:
    return pl.repeat(None, length, dtype=INSTANT, eager=True)


def _stamp(text: pl.Series) -> pl.Series:
    """`2026-10-03 09:05:00`, `2026-10-03T09:05:00` -> INSTANT; null where a text of 19 characters
    is neither."""
    letter = text.str.slice(10, 1) == "T"
    if letter.all():
        at = text.str.strptime(INSTANT, WITH_T, strict=False)
    else:
        plain = where(
            text, letter.fill_null(False), lambda t: t.str.replace("T", " ", literal=True)
        )
        at = plain.str.strptime(INSTANT, STAMP, strict=False)
    # strptime takes second 60 for a leap second and moves it into the next minute; local logs have
    # none.
    return at.zip_with(~text.str.ends_with(":60"), pl.Series([None], dtype=INSTANT))


def _exact(text: pl.Series, _offset: timedelta) -> pl.DataFrame:
    return pl.DataFrame({"at": _stamp(text), "precision": _zeros(len(text))})


def _to_the_minute(text: pl.Series, _offset: timedelta) -> pl.DataFrame:
    return pl.DataFrame({"at": _stamp(text + ":00"), "precision": _zeros(len(text)) + MINUTE})


def _a_day(text: pl.Series, _offset: timedelta) -> pl.DataFrame:
    return pl.DataFrame({"at": _stamp(text + " 00:00:00"), "precision": _zeros(len(text)) + DAY})


def _with_offset(text: pl.Series, offset: timedelta) -> pl.DataFrame:
    at = _stamp(text.str.slice(0, 19)) + to_zone(text.str.slice(19), offset)
    return pl.DataFrame({"at": at, "precision": _zeros(len(text))})


def _plainly_written(text: pl.Series, _offset: timedelta) -> pl.DataFrame:
    """The same of `_PLAIN` as `_written` gives, in a quarter of the time; of all else nothing."""
    read = pl.DataFrame({"at": _nulls(len(text)), "precision": _zeros(len(text))})
    for shape, form, exact in _PLAIN:
        mine = text.str.contains(shape).fill_null(False).arg_true()
        if mine.is_empty():
            continue
        at = text.gather(mine).str.strptime(INSTANT, form, strict=False)
        precision = _zeros(len(mine)) + exact
        read = read.select(put(read["at"], mine, at), put(read["precision"], mine, precision))
    return read


def _written(text: pl.Series, offset: timedelta) -> pl.DataFrame:
    return assembled(text.str.extract_groups(WRITTEN).struct.unnest(), offset)


def _compact(text: pl.Series, offset: timedelta) -> pl.DataFrame:
    return assembled(text.str.extract_groups(COMPACT).struct.unnest(), offset)


def _number(text: pl.Series, offset: timedelta) -> pl.DataFrame:
    """Unix seconds (10 digits) or milliseconds (13), Excel's day number (5 digits) rounded to the
    second."""
    parts = text.str.extract_groups(NUMBER).struct.unnest()
    whole, digits = pl.col("whole").cast(pl.Int64), pl.col("whole").str.len_bytes()
    part = pl.concat_str(pl.lit("0."), pl.col("fraction").fill_null("0")).cast(pl.Float64)
    micro = (part * 1_000_000).round(0).cast(pl.Int64)
    local = pl.lit(datetime(1970, 1, 1)).cast(INSTANT) + pl.duration(
        microseconds=int(offset.total_seconds()) * 1_000_000
    )
    seconds = (part * 86_400).round(0).cast(pl.Int64)
    excel = pl.lit(EXCEL_EPOCH).cast(INSTANT) + pl.duration(
        microseconds=whole * _DAY_US + seconds * 1_000_000
    )
    at = (
        pl.when(digits == 10)
        .then(local + pl.duration(microseconds=whole * 1_000_000 + micro))
        .when(digits == 13)
        .then(local + pl.duration(microseconds=whole * 1_000 + micro // 1_000))
        .when(whole.is_between(*EXCEL_DAYS))
        .then(excel)
    )
    return parts.select(at=at, precision=pl.lit(0, PRECISION))


def _worded(text: pl.Series, offset: timedelta) -> pl.DataFrame:
    said = in_digits(text)
    parts = said["text"].str.extract_groups(WRITTEN).struct.unnest().with_columns(said["half"])
    read = assembled(parts, offset)
    changed = read["at"].is_null() & said["half"].is_null() & (said["text"] != text)
    return _tried((COMPACT_FORM, NUMBER_FORM), said["text"], read, changed, offset)


_ISO: Final = pl.col("text").str.slice(4, 1) == "-"
_DIGITS: Final = ~pl.col("text").str.slice(4, 1).is_in(["-", "/", ".", "年"])
_SPELT: Final = pl.col("text").str.slice(4, 1).is_in(["年", "/"])
COMPACT_FORM: Final = Form(_DIGITS & (pl.col("length") > 7), _compact)
NUMBER_FORM: Final = Form(_DIGITS & (pl.col("length") > 4), _number)
FORMS: Final = (
    Form(_ISO & (pl.col("length") == 19), _exact),
    Form(_ISO & (pl.col("length") == 16), _to_the_minute),
    Form(_ISO & (pl.col("length") == 10), _a_day),
    Form(_ISO & (pl.col("length") > 19), _with_offset),
    Form(_SPELT, _plainly_written),
    Form(~_DIGITS, _written),
    COMPACT_FORM,
    NUMBER_FORM,
    Form(pl.col("length") > 0, _worded),
)
"""Tried one after the other, the commonest first."""
