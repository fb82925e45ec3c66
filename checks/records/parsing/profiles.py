"""What the columns of an unknown export hold: times and their forms, codes, identifiers.

A form is found for a whole column or not at all; day and month are never guessed cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Final, cast

import polars as pl

from checks.concepts import INSTANT
from checks.records.parsing.identifiers import identifiers
from checks.records.parsing.text import bare, emptied
from checks.records.parsing.times.instants import instants

MOST: Final = 0.9
"""The share of a column's filled cells that must be times for it to be a column of times."""
CODES: Final = 24
"""Distinct values up to which a column may be one of codes."""
FEW: Final = 500
"""Distinct values up to which all are kept: those of a list that explains codes."""
PHONE: Final = r"^(?:tel:|sip:)?\+?[0-9][0-9 ()-]{6,18}[0-9]$"
EPOCH: Final = r"^1[0-9]{9}(?:[0-9]{3})?$"
DURATION: Final = (
    r"^(?:[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?|(?:[0-9]+(?:小时|时))?(?:[0-9]+分钟?)?(?:[0-9]+秒)?)$"
)
FILLER: Final = r"^[^\w\s]{1,3}$"
"""Signs alone, as exporters write them into a cell that is empty."""
_DATES: Final = ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%Y", "%d/%m/%y", "%m/%d/%y")
_CLOCKS: Final = (" %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", "")
FORMS: Final = tuple(map("".join, product(_DATES, _CLOCKS)))
"""Forms that leave day and month open, and so are declared, never recognised."""

Forms = tuple[str, ...]


@dataclass(frozen=True)
class Profile:
    """One column: how many cells are filled, distinct and rounded numbers, the share that is
    recognised as times, the forms that read every filled cell where few are recognised, the
    commonest values with their counts; whether it holds telephone numbers, or durations; the middle
    one of its times; every value, where they are few. `fillers`: signs that stand in empty cells;
    `parts`: the columns of a day and a time of day that tell its times together."""

    heading: str
    filled: int
    distinct: int
    rounded: int
    times: float
    forms: tuple[str, ...]
    values: tuple[tuple[str, int], ...]
    phones: bool = False
    durations: bool = False
    middle: datetime | None = None
    known: frozenset[str] = frozenset()
    fillers: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    @property
    def unique(self) -> bool:
        """Whether every row has a value of its own."""
        return 0 < self.filled == self.distinct and not self.timed

    @property
    def kind(self) -> str:
        """What the column holds, in a word; empty where nothing is sure."""
        named = {"times": self.timed, "phone numbers": self.phones, "durations": self.durations}
        return next((name for name, is_so in named.items() if is_so), "")

    @property
    def timed(self) -> bool:
        return bool(self.forms) or self.times >= MOST

    @property
    def coded(self) -> bool:
        return 0 < self.distinct <= min(CODES, max(2, self.filled // 2)) and not self.kind


def profile(
    heading: str, text: pl.Series, empty: frozenset[str] = frozenset(), forms: Forms = ()
) -> Profile:
    """`text`: the column's stripped cells (null = empty). `empty`: words for an empty cell
    (checks.records.parsing.text.spoken); `forms`: those that its times may have beside FORMS."""
    said = emptied(bare(text), empty).drop_nulls()
    fillers = tuple(sorted(said.filter(said.str.contains(FILLER)).unique()))
    filled = said.filter(~said.str.contains(FILLER))
    counts = filled.value_counts(sort=True, name="n")
    values = tuple((str(value), int(n)) for value, n in counts.head(CODES).iter_rows())
    # Numbers alone are times to whom they are called so
    words = filled.filter(filled.str.contains(r"[-/.:年]"))
    at = instants(words, timedelta())["at"].drop_nulls()
    recognised = len(at)
    share = recognised / len(filled) if len(filled) else 0.0
    forms = forms_of(filled, forms) if len(words) and share < 1 else ()
    rounded = int(identifiers(filled)["rounded"].sum())
    if forms:
        at = filled.str.strptime(INSTANT, forms[0], strict=False)
    timed = bool(forms) or share >= MOST
    few = frozenset(counts.to_series(0)) if counts.height <= FEW else frozenset()
    return Profile(
        heading,
        len(filled),
        counts.height,
        rounded,
        share,
        forms,
        values,
        phones=not timed and _share(filled, PHONE) >= MOST > _share(filled, EPOCH),
        durations=not timed and _share(filled, DURATION) >= MOST,
        middle=cast(datetime | None, at.median()) if timed else None,
        known=few,
        fillers=fillers,
    )


def _share(filled: pl.Series, form: str) -> float:
    return float(cast(float, filled.str.contains(form).mean() or 0.0))


def forms_of(filled: pl.Series, more: Forms = ()) -> Forms:
    """The declared forms, and of `more`, that read every cell; of those that read the same, the
    first."""
    found: dict[str, pl.Series] = {}
    for form in (*FORMS, *more):
        read = filled.str.strptime(INSTANT, form, strict=False)
        plausible = read.dt.year().is_between(1990, 2100).all()
        if not read.null_count() and plausible and not any(read.equals(r) for r in found.values()):
            found[form] = read
    return tuple(found)
