"""The one shape of what is decided from an optional table: a duty, its article, what was found."""

from __future__ import annotations

from typing import Final

from checks.numbers.base import Section
from checks.numbers.duty import Status
from checks.numbers.rates import Rate

NO_EVIDENCE: Final = "no_evidence"
"""The table that would show it was not provided: reported as such, never as a pass."""
LISTED: Final = 200
"""Rows that a duty lists; its counts cover all of them."""

Found = tuple[Rate, Section]
"""What a check returns: how many cases are in order, and its details."""


def status_of(of: Rate) -> Status:
    """What a rate says of a duty that binds in every case."""
    if of.numerator < of.denominator:
        return "fail"
    if of.unknown:
        return "unknown"
    return "pass" if of.denominator else "no_case"
