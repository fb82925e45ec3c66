"""What a watch is, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import polars as pl

from checks.closing.facts import Closing
from checks.closing.tickets import tickets_known
from checks.law.rulebook import Text
from checks.law.vocabulary import parse_duration
from checks.records.as_of_cutoff import precision_of
from checks.records.milestones import MILESTONES

_CELLS = (
    "channel",
    "tier",
    "department",
    "service_mode",
    "answered_on_spot",
    "promised_at",
    "status",
)


@dataclass(frozen=True)
class Seen:
    """A closing, and its tickets worked out once for all watches."""

    closing: Closing

    @cached_property
    def tickets(self) -> pl.LazyFrame:
        """Tickets asked for by the cutoff that were not cancelled (checks.closing.tickets), as
        their last cycle stands."""
        known = tickets_known(self.closing, _CELLS, MILESTONES).filter(~pl.col("cancelled"))
        names = ("ticket_id", "kind", "handler_id", "asked_at", "finished_at", "cycle")
        exact = ("requested_at_precision", precision_of("responded_at"))
        return self.closing.keep(known.select(*names, *exact, *_CELLS, *MILESTONES))

    @property
    def asked_in_period(self) -> pl.LazyFrame:
        """Those of them that were asked for in the period."""
        return self.tickets.filter(self.within("asked_at"))

    def within(self, column: str) -> pl.Expr:
        period = self.closing.period
        return pl.col(column).is_between(period.start, period.end, closed="left")


@dataclass(frozen=True)
class Watch:
    """`look` gives one row per case looked at: subject, person, at (instant), detail (text), hit
    (Boolean). `article`: the clause that wants it otherwise; `needs`: an optional table, without
    which it is not asked."""

    id: str
    article: str
    title: Text
    reading: Text
    look: Callable[[Seen], pl.LazyFrame]
    needs: str | None = None


def shown(at: pl.Expr) -> pl.Expr:
    """An instant as the details print it, a dash where there is none."""
    return at.dt.to_string("%Y-%m-%d %H:%M:%S").fill_null("—")


def longest_limit(closing: Closing, *topics: str) -> timedelta:
    """The longest limit that any rule on the topics gives any tier on a wall clock: longer than
    that nobody may let a customer wait."""
    cells = {
        cell
        for rule in closing.rulebooks.rules
        if rule.topic in topics and rule.clock == "wall"
        for limit in rule.limits
        for cell in limit.cells
        if cell and cell != "x"
    }
    return timedelta(seconds=max((parse_duration(cell)[1] for cell in cells), default=0))
