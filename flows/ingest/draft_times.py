"""Times that an unknown sheet tells in two columns: the day in one, the time of day in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final

import polars as pl

from checks.records.parsing.profiles import MOST, Profile, profile

CLOCK: Final = r"^(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?$"
ZERO: Final = r"^0?0:00(?::00)?$"
SELDOM: Final = 0.01
"""The share of midnights up to which they are times."""
COMPACT: Final = r"^(?:[0-9]{2}|(?:19|20)[0-9]{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$"
"""A day in digits alone, in a column that is called after days."""
CALLED: Final = ("date", "day", "日期", "日")
_FORMS: Final = tuple(
    f"{day} {clock}" for day in ("%y%m%d", "%Y%m%d") for clock in ("%H:%M:%S", "%H:%M")
)


def composed(profiles: Sequence[Profile], cells: pl.DataFrame) -> list[Profile]:
    """The profiles; a column of times of day that stands beside a column of days as the times that
    both tell, in the place of both. `cells`: what was looked at, by heading."""
    days = [p.heading for p in profiles if _is_day(p, cells[p.heading])]
    clocks = [
        p.heading for p in profiles if not p.timed and _share(cells[p.heading], CLOCK) >= MOST
    ]
    if not days or not clocks:
        return list(profiles)
    made: dict[str, Profile] = {}
    for clock in clocks:
        day = max(days, key=lambda heading: _alike(heading, clock))
        times = cells[clock]
        zeros = times.filter(times.str.contains(ZERO).fill_null(False))
        # So many calls don't begin at midnight
        none = tuple(zeros.unique().sort()) if len(zeros) > len(times) * SELDOM else ()
        told = pl.when(~pl.col(clock).is_in(list(none))).then(clock)
        text = cells.select(pl.concat_str(day, told, separator=" ").alias(clock)).to_series()
        found = profile(clock, text, forms=_FORMS)
        if found.timed:
            made[clock] = replace(found, parts=(day, clock), fillers=none)
    taken = {one.parts[0] for one in made.values()}
    return [made.get(p.heading, p) for p in profiles if p.heading not in taken]


def _is_day(facts: Profile, cells: pl.Series) -> bool:
    if facts.timed:
        return not cells.str.contains(r"[:时点]").any()
    called = any(word in facts.heading.lower() for word in CALLED)
    return called and facts.filled > 0 and _share(cells, COMPACT) >= MOST


def _share(cells: pl.Series, form: str) -> float:
    filled = cells.drop_nulls()
    return float(filled.str.contains(form).sum()) / len(filled) if len(filled) else 0.0


def _alike(one: str, other: str) -> int:
    """How many characters two headings begin with together."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))
