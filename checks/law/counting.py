"""How a rule's clock is counted: in which units, by whose calendar, and what stops it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final

from pydantic import Field

from checks.law.model import Model, Name, Tier
from checks.law.vocabulary import Unit, expect, parse_duration

_UNITS_OF: Final[Mapping[str, tuple[Unit, ...]]] = {
    "wall": ("seconds",),
    "workday": ("workdays",),
    "business": ("business", "same_time", "clock_time", "workdays"),
    "rings": ("rings",),
}
_UNIT_HELP: Final = {
    "wall": "hours or minutes (2h, 15min)",
    "workday": "working days (1wd)",
    "business": "business hours or minutes (8bh, 30bmin) or working days (1wd, 1wd@same, "
    "1wd@clock)",
    "rings": "a number of rings (3)",
}
_ONLY_X: Final = "x (applies, no limit)"


class CalendarFor(Model):
    """Whose clock another calendar of business hours counts, and from which day on: the clocks of
    those departments and tiers (of all where none is named) that start on or after `since`."""

    since: Annotated[date | None, Field(alias="from", strict=True)] = None
    department: tuple[Name, ...] = ()
    tier: tuple[Tier, ...] = ()
    calendar: Name


class Pausing(Model):
    """A reason that stops the rule's clock, for those tiers (for all where none is named)."""

    reason: Name
    tier: tuple[Tier, ...] = ()


def expect_unit(clock: str, cell: str | None, *key: str | int) -> None:
    """Raise Misfit, for that key, unless the limit is one that the clock can count."""
    kind = clock.partition(":")[0]
    units = _UNITS_OF.get(kind)
    fits = (
        cell is None
        or (cell == "x" and units is None)
        or (cell != "x" and units is not None and parse_duration(cell)[0] in units)
    )
    takes = _UNIT_HELP.get(kind, _ONLY_X)
    expect(fits, f"{cell!r} does not fit the clock {clock}, which takes {takes}", *key)
