"""Times with words in them -> the same times in digits: parts of the day, weekdays, months, names
of zones.

`2026/10/12 下午 3:20`, `2026年10月12日 星期一 15:20`, `12/Oct/26 3:20 PM`, `Oct 8, 2026 9:05 AM`,
`Mon, 12 Oct 2026 09:05:00 +0800`, `Mon Oct 12 2026 09:05:00 GMT+0800 (China Standard Time)`,
`/Date(1791421500000)/` …
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from checks.records.parsing.times.assembly import HALVES
from checks.records.parsing.times.offsets import offset_of_zone

MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTHS: Final = {word: str(n) for n, name in enumerate(MONTHS, 1) for word in (name, name[:3])} | {
    "sept": "9"
}
_BARE_ZONE: Final = r"(?: ?\[([A-Za-z0-9_+/-]+)\]| ([A-Za-z]+/[A-Za-z_/]+))$"
_KNOWN_OFFSET: Final = (
    r"((?:[Zz]|[+-][0-9]{2}:?[0-9]{2}))(?: ?\[[A-Za-z0-9_+/-]+\]| [A-Za-z]+/[A-Za-z_/]+)$"
)
_HALF: Final = "|".join(word for word in HALVES if len(word) > 1)
_AM_PM: Final = r"(^|[ 0-9])([ap])\.?m\.?([ ,]|$)"
WORDS: Final = (
    (r"[\x{2010}-\x{2015}\x{2212}]", "-"),
    (r"^/date\(([0-9]{10,13})(?:[+-][0-9]{4})?\)/$", "${1}"),
    (r"\(?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]\)?", " "),
    (r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs|day|sday|nesday|rsday|urday)?\b[.,]?", " "),
    (r"(gmt(?:[+-][0-9:]+)?|utc(?:[+-][0-9:]+)?|[+-][0-9]{2}:?[0-9]{2}) ?\([^()]*\)$", "${1}"),
    (r" ?\(?(?:北京时间|中国标准时间)\)?$", "+08:00"),
    (r"[时点時點]整?", "时"),
    (r" at |,(?: |$)|\s+", " "),
)
"""What is replaced, and by what; the last of them may leave blanks beside one another."""
ORDERS: Final = (
    (
        r"^([0-9]{1,2}:[0-9:.]+) ([0-9]{4}[-/.年].*|[0-9]{1,2}[-/. ]?[a-z]{3,9}.*|[a-z]{3,9} .*)$",
        "${2} ${1}",
    ),
    (r"^([0-9]{1,2})[-/. ]?([a-z]{3,9})\.?[-/. ]?([0-9]{4})(?:[ :t](.*))?$", "${3}-${2}-${1} ${4}"),
    (r"^([0-9]{1,2})[-/. ]([a-z]{3,9})\.?[-/. ]([0-9]{2})(?: (.*))?$", "20${3}-${2}-${1} ${4}"),
    (r"^([0-9]{1,2})-([0-9]{1,2})月 ?-([0-9]{4})(?: (.*))?$", "${3}-${2}-${1} ${4}"),
    (r"^([0-9]{1,2})-([0-9]{1,2})月 ?-([0-9]{2})(?: (.*))?$", "20${3}-${2}-${1} ${4}"),
    (
        r"^([a-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ?([0-9]{4})(?: (.*))?$",
        "${3}-${1}-${2} ${4}",
    ),
    (
        r"^([a-z]{3,9})\.? ([0-9]{1,2}) ([0-9]{1,2}:[0-9:.]+)((?: .*)?) ([0-9]{4})$",
        "${5}-${1}-${2} ${3}${4}",
    ),
    (r"^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})[ t]([0-9]{1,2}:.*)$", "${1}-${2}-${3} ${4}"),
    (r"^([0-9]{4}-[^ ]+?)[- ]([0-9]{1,2})\.([0-9]{2})\.([0-9]{2})\b", "${1} ${2}:${3}:${4}"),
)
"""Orders of day, month, year and clock that leave no doubt, databases' among them, and the order
that is read."""
_NAMED_MONTH: Final = r"^([0-9]{4})[-/. ]([a-z]{3,9})\.?[-/. ]([0-9]{1,2})\b"


def in_digits(text: pl.Series) -> pl.DataFrame:
    """`text` without its words, and `half`: the part of the day (a key of HALVES, null where none
    is named)."""
    plain = _replaced(_with_offset_of_zone(text).str.to_lowercase(), WORDS).str.strip_chars()
    half = plain.str.extract(f"({_HALF})")
    english = half.is_null() & plain.str.contains(_AM_PM)
    half = half.zip_with(~english, plain.str.extract(_AM_PM, 2))
    plain = plain.str.replace(_HALF, " ").str.replace(_AM_PM, "${1} ${3}")
    plain = _replaced(plain, ((r" +", " "),)).str.strip_chars()
    plain = _replaced(plain, ORDERS).str.strip_chars()
    return pl.DataFrame({"text": _month_in_digits(plain), "half": half})


def _replaced(text: pl.Series, pairs: Iterable[tuple[str, str]]) -> pl.Series:
    for pattern, replacement in pairs:
        text = text.str.replace_all(pattern, replacement)
    return text


def _month_in_digits(text: pl.Series) -> pl.Series:
    name = text.str.extract(_NAMED_MONTH, 2)
    if name.null_count() == len(name):
        return text
    parts = pl.DataFrame(
        {"text": text, "month": name.replace_strict(_MONTHS, default=None, return_dtype=pl.String)}
    )
    year, rest = pl.col("text").str.slice(0, 5), pl.col("text").str.replace(_NAMED_MONTH, "-${3}")
    named = pl.concat_str(year.str.slice(0, 4), pl.lit("-"), "month", rest)
    return parts.select(
        pl.when(pl.col("month").is_not_null()).then(named).otherwise("text")
    ).to_series()


def _with_offset_of_zone(text: pl.Series) -> pl.Series:
    """`…[Asia/Shanghai]` and `… Asia/Shanghai` by the zone's offset, where none is written beside
    it."""
    plain = text.str.replace(_KNOWN_OFFSET, "${1}")
    names = plain.str.extract_groups(_BARE_ZONE).struct.unnest()
    name = names.select(pl.coalesce(pl.all())).to_series()
    distinct = name.drop_nulls().unique()
    if distinct.is_empty():
        return plain
    offsets = pl.Series([offset_of_zone(zone) for zone in distinct], dtype=pl.String)
    offset = name.replace_strict(distinct, offsets, default=None, return_dtype=pl.String)
    return plain.zip_with(offset.is_null(), plain.str.replace(_BARE_ZONE, "") + offset)
