"""When an obligation falls due, by the clock of its rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from checks.law.calendar import Calendar
from checks.law.rulebook import Rule
from checks.local_time import as_instant


@dataclass(frozen=True)
class Clocks:
    """calendar: the working days; ring_cycle: one tone and one pause; record_due: working days
    after completion until a record is missing; zone: of the instants, if it moves its clocks.
    """

    calendar: Calendar
    ring_cycle: timedelta
    record_due: int
    zone: str | None = None

    def due(self, rule: Rule, start: pl.Expr, amount: pl.Expr) -> pl.Expr:
        """The instant up to which the rule can be met; null where it can't be told."""
        match rule.clock_kind:
            case "wall":
                return start + pl.duration(seconds=amount)
            case "rings":
                return start + pl.duration(
                    microseconds=amount * (self.ring_cycle // timedelta(microseconds=1))
                )
            case "workday":
                return self._workday_end(start, amount.cast(pl.Int32))
            case "promise":
                assert rule.promise is not None
                return pl.when(amount.is_not_null()).then(pl.col(rule.promise))
            case _:
                days = pl.lit(self.record_due, pl.Int32)
                return self._workday_end(pl.col(rule.kind.completed), days)

    def _workday_end(self, start: pl.Expr, workdays: pl.Expr) -> pl.Expr:
        """The calendar tells what the wall shows then."""
        return as_instant(self.calendar.workday_end(start, workdays), self.zone, last=True)

    def provisional(self, rule: Rule, start: pl.Expr, due: pl.Expr) -> pl.Expr:
        """Whether the counting touches a year whose working days are not published yet."""
        if rule.clock_kind == "workday":
            return self.calendar.provisional(start, due)
        if rule.clock_kind == "presence":
            return self.calendar.provisional(pl.col(rule.kind.completed), due)
        return pl.lit(False)
