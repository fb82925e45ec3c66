"""The one shape of what is decided from an optional table: a duty, its article, what was found."""

from __future__ import annotations

from typing import Any, Final, TypedDict

from checks.closing.rates import Rate

NO_EVIDENCE: Final = "no_evidence"
"""The table that would show it was not provided: reported as such, never as a pass."""
LISTED: Final = 200
"""Rows that an item lists; its counts cover all of them."""


class Title(TypedDict):
    zh: str
    en: str


class Item(TypedDict):
    """`status`: pass, fail, unknown (nothing failed, something could not be decided), no_case or
    no_evidence.

    `rate`: cases in order of cases decided. `details`: counts and lists of the item's own, plain
    JSON.
    """

    articles: list[str]
    title: Title
    table: str
    status: str
    rate: Rate
    details: dict[str, Any]


Found = tuple[Rate, dict[str, Any]]
"""What a check returns: how many cases are in order, and its details."""


def status_of(of: Rate) -> str:
    """What a rate says of a duty that binds in every case."""
    if of["numerator"] < of["denominator"]:
        return "fail"
    if of["unknown"]:
        return "unknown"
    return "pass" if of["denominator"] else "no_case"
