"""An indicator of the trade as a rulebook file defines it: words, source, and what is counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self

from pydantic import model_validator

from checks.law.model import Model, Name, Text
from checks.law.vocabulary import expect, parse_duration

Measure = Literal[
    "answered_within",
    "speed_of_answer",
    "abandoned",
    "first_reply",
    "next_reply",
    "first_response",
    "first_contact",
    "repeated_within",
    "reopened",
    "backlog_age",
]
TIMED = ("answered_within", "repeated_within")
"""The measures that ask what happened within a time."""


class Indicator(Model):
    """`measure`: how it is worked out (checks.results.metrics.indicators), `within` the time that
    it asks about; `definition` and `over`: what is counted, and of which; `source`: where the trade
    defines it; `source_prc`: in which national standards, cited beside regulations of the
    country only."""

    measure: Measure
    within: str | None = None
    title: Text
    definition: Text
    over: Text
    source: Name | None = None
    source_prc: Name | None = None

    @model_validator(mode="after")
    def _has_its_time(self) -> Self:
        timed = self.measure in TIMED
        wanted = "needs `within`, as 20s" if timed else "has no `within`"
        expect((self.within is not None) == timed, f"{self.measure} {wanted}", "within")
        if self.within:
            unit, _ = parse_duration(self.within)
            expect(unit == "seconds", f"{self.within!r} is no length of time; write 20s", "within")
        expect(bool(self.source or self.source_prc), "name where it is defined", "source")
        return self

    def cited(self, in_prc: bool) -> str:
        """Where it is defined, as a reader is told."""
        sources = (self.source_prc if in_prc else None, self.source)
        return ", ".join(source for source in sources if source)

    @property
    def span(self) -> timedelta:
        """The length of `within`; none where the measure has no time."""
        return timedelta(seconds=parse_duration(self.within)[1] if self.within else 0)
