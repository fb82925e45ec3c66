"""A time with a duration behind it: a start and its seconds of waiting, which two columns of an
export tell together."""

from __future__ import annotations

from typing import Final

import polars as pl

PLUS: Final = "\x1e"
"""Between the text of a time and that of what is added to it."""
_WORDED: Final = (
    r"(?i)^(?:(?P<d>[0-9]{1,5}) ?(?:days?|d|天),? ?)?"
    r"(?:(?P<h>[0-9]{1,7}(?:\.[0-9]{1,9})?) ?(?:hours?|hrs?|h|小时|时) ?)?"
    r"(?:(?P<min>[0-9]{1,9}(?:\.[0-9]{1,9})?) ?(?:minutes?|mins?|m|分钟|分) ?)?"
    r"(?:(?P<s>[0-9]{1,10}(?:\.[0-9]{1,9})?) ?(?:seconds?|secs?|s|秒))?$"
)
_SECONDS: Final = r"^(?P<s>[0-9]{1,10}(?:\.[0-9]{1,9})?)$"
_CLOCK: Final = (
    r"(?i)^(?:(?P<d>[0-9]{1,5}) ?(?:days?|d|天),? ?|1899-12-3[01][T ])?"
    r"(?P<h>[0-9]{1,5}):(?P<min>[0-9]{1,2}):(?P<s>[0-9]{1,2}(?:\.[0-9]{1,9})?)"
    r"(?: ?(?:ms|s|min|h))?$"
)
_ISO: Final = (
    r"(?i)^P(?:(?P<d>[0-9]{1,5})D)?T(?:(?P<h>[0-9]{1,5})H)?(?:(?P<min>[0-9]{1,7})M)?"
    r"(?:(?P<s>[0-9]{1,9}(?:\.[0-9]{1,9})?)S)?$"
)
_THOUSANDTHS: Final = r"(?i)^(?P<ms>[0-9]{1,15})(?:\.[0-9]+)? ?ms$"
_MICROSECONDS: Final = {"d": 86_400e6, "h": 3_600e6, "min": 60e6, "s": 1e6, "ms": 1e3}


def durations(text: pl.Series) -> pl.Series:
    """Microseconds (Int64) of durations; null where a text is none.

    Seconds (`337`), `0:05:37`, `1 day, 0:05:37`, `5min 37s`, `5分37秒`, `337000ms`, `PT5M37S`, and
    the time of day of Excel's day 0. `5:37` could be minutes or hours: it is none.
    """
    found: list[pl.Expr] = []
    for form in (_SECONDS, _WORDED, _CLOCK, _ISO, _THOUSANDTHS):
        groups = pl.col("text").str.extract_groups(form)
        names = [name for name in _MICROSECONDS if f"(?P<{name}>" in form]
        parts = [groups.struct.field(name).cast(pl.Float64) for name in names]
        told = pl.any_horizontal([part.is_not_null() for part in parts])
        scaled = [
            part.fill_null(0) * _MICROSECONDS[name] for name, part in zip(names, parts, strict=True)
        ]
        found.append(pl.when(told).then(pl.sum_horizontal(scaled).round(0).cast(pl.Int64)))
    bare = text.str.strip_chars().alias("text").to_frame()
    return bare.select(pl.coalesce(found).alias("microseconds")).to_series()


def apart(cells: pl.Series) -> pl.DataFrame:
    """`text`: the time; `plus` (Int64, microseconds, 0 where nothing is added), `lost`: whether
    that is no duration; `said`: both, as messages repeat them."""
    frame = cells.alias("text").to_frame()
    if not cells.str.contains(PLUS, literal=True).any():
        return frame.with_columns(plus=pl.lit(0, pl.Int64), lost=pl.lit(False), said="text")
    parts = cells.str.splitn(PLUS, 2).struct.unnest()
    added = parts["field_1"]
    plus = durations(added)
    return pl.DataFrame(
        {
            "text": parts["field_0"].str.strip_chars(),
            "plus": plus.fill_null(0),
            "lost": added.is_not_null() & plus.is_null(),
            "said": cells.str.replace(PLUS, " + ", literal=True),
        }
    )
