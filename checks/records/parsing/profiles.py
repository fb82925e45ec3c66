"""What the columns of an unknown export hold: times and their forms, codes, identifiers.

A form is found for a whole column or not at all; day and month are never guessed cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Final

import polars as pl

from checks.concepts import INSTANT
from checks.records.parsing.identifiers import identifiers
from checks.records.parsing.text import bare
from checks.records.parsing.times.instants import instants

MOST: Final = 0.9
"""The share of a column's filled cells that must be times for it to be a column of times."""
CODES: Final = 24
"""Distinct values up to which a column may be one of codes."""
_DATES: Final = ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%y")
_CLOCKS: Final = (" %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", "")
FORMS: Final = tuple(map("".join, product(_DATES, _CLOCKS)))
"""Forms that leave day and month open, and so are declared, never recognised."""


@dataclass(frozen=True)
class Profile:
    """One column: how many cells are filled, distinct and rounded numbers, the share that is
    recognised as times, the forms that read every filled cell where few are recognised, the
    commonest values with their counts."""

    heading: str
    filled: int
    distinct: int
    rounded: int
    times: float
    forms: tuple[str, ...]
    values: tuple[tuple[str, int], ...]

    @property
    def timed(self) -> bool:
        return bool(self.forms) or self.times >= MOST

    @property
    def coded(self) -> bool:
        return 0 < self.distinct <= min(CODES, max(2, self.filled // 2)) and not self.timed


def profile(heading: str, text: pl.Series) -> Profile:
    """`text`: the column's stripped cells (null = empty)."""
    filled = bare(text).drop_nulls()
    counts = filled.value_counts(sort=True, name="n")
    values = tuple((str(value), int(n)) for value, n in counts.head(CODES).iter_rows())
    # Numbers alone are times to whom they are called so
    words = filled.filter(filled.str.contains(r"[-/.:年]"))
    recognised = int(instants(words, timedelta())["at"].is_not_null().sum()) if len(words) else 0
    share = recognised / len(filled) if len(filled) else 0.0
    forms = forms_of(filled) if len(words) and share < 1 else ()
    rounded = int(identifiers(filled)["rounded"].sum())
    return Profile(heading, len(filled), counts.height, rounded, share, forms, values)


def forms_of(filled: pl.Series) -> tuple[str, ...]:
    """The declared forms that read every cell; of those that read the same, the first."""
    found: dict[str, pl.Series] = {}
    for form in FORMS:
        read = filled.str.strptime(INSTANT, form, strict=False)
        plausible = read.dt.year().is_between(2000, 2100).all()
        if not read.null_count() and plausible and not any(read.equals(r) for r in found.values()):
            found[form] = read
    return tuple(found)
