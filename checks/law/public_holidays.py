"""Public holidays of countries and regions, as the library `holidays` knows them.

Outside the years that the library knows of a country, and in years of which it can only estimate a
holiday (those that hang on the sighting of the moon), nothing is taken for known.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from checks.law.vocabulary import expect

PRC: Final = "prc"
NONE: Final = "none"
_ENGLISH: Final = "en_US"
_ESTIMATED: Final = "estimated"
"""What the name of such a holiday says in English."""


@dataclass(frozen=True)
class PublicHolidays:
    """off: days on which nobody works; working: days made up for; known: the years of which all
    that is known."""

    off: frozenset[date]
    working: frozenset[date]
    known: frozenset[int]


def expect_place(text: str) -> None:
    """Raise Misfit unless the text says whose holidays hold: prc, none, US or US-MA."""
    if text in (PRC, NONE):
        return
    country, _, region = text.partition("-")
    regions = _places().get(country)
    expect(
        country != "CN",
        "the library knows only a part of China's make-up days; write prc",
    )
    if regions is None:
        close = difflib.get_close_matches(text, [PRC, NONE], n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        expect(False, f"no holidays of {text!r} are known; {hint}write prc, none, US, or US-MA")
    assert regions is not None
    expect(
        not region or region in regions,
        f"no region {region!r} of {country} is known; there are {', '.join(regions) or 'none'}",
    )


@cache
def _places() -> dict[str, list[str]]:
    import holidays  # a quarter of a second that most rulebooks need not spend

    return holidays.list_supported_countries(include_aliases=False)


@cache
def public_holidays(place: str, years: range) -> PublicHolidays:
    """The holidays of a place that `expect_place` lets pass, in those years."""
    import holidays
    from holidays.groups.islamic import IslamicHolidays

    country, _, region = place.partition("-")
    of_country = getattr(holidays, country)
    known = [year for year in years if of_country.start_year <= year <= of_country.end_year]
    # Only asked for them the library says which days it has estimated.
    asked = {"islamic_show_estimated": True} if issubclass(of_country, IslamicHolidays) else {}
    found = of_country(subdiv=region or None, years=known, expand=False, language=_ENGLISH, **asked)
    estimated = {day.year for day, name in found.items() if _ESTIMATED in name}
    made_up = getattr(found, "weekend_workdays", None) or ()
    return PublicHolidays(frozenset(found), frozenset(made_up), frozenset(known) - estimated)
