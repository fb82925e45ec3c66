"""What was found of any duty that optional tables decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from checks.numbers.base import Section, Title
from checks.numbers.rates import Rate

Status = Literal["pass", "fail", "unknown", "no_case", "no_evidence"]
"""`unknown`: nothing failed, something could not be decided. `no_evidence`: the table that would
show it was not provided."""
Details = TypeVar("Details", bound=Section, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Nothing(Section):
    """No details: of a duty without any, or where nothing was looked at."""


@dataclass(frozen=True, kw_only=True)
class Duty(Section, Generic[Details]):
    """`rate`: cases in order of cases decided; `table`: the one that shows it; `details`: counts
    and lists of the duty's own."""

    articles: tuple[str, ...]
    title: Title
    table: str
    status: Status
    rate: Rate
    details: Details | Nothing
