"""When an obligation falls due, by the clock of its rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from checks.judging.limits import limit_unit, units_of
from checks.law.business_time import BusinessTime
from checks.law.calendar import Calendar
from checks.law.counting import CalendarFor
from checks.law.rulebook import Rule, Rulebooks
from checks.law.vocabulary import Unit
from checks.local_time import as_instant

SECOND = 1_000_000
"""In microseconds, the unit of business time."""


@dataclass(frozen=True)
class Clocks:
    """calendar: the working days; ring_cycle: one tone and one pause; record_due: working days
    after completion until a record is missing; business: business time by the name of its calendar;
    zone: of the instants, if it moves its clocks.
    """

    calendar: Calendar
    ring_cycle: timedelta
    record_due: int
    business: Mapping[str, BusinessTime] = field(default_factory=dict)
    zone: str | None = None

    @classmethod
    def of(
        cls,
        rulebooks: Rulebooks,
        calendar: Calendar,
        ring_cycle: timedelta,
        zone: str | None = None,
    ) -> Clocks:
        """The clocks of these rules."""
        business = {
            name: BusinessTime(hours, calendar) for name, hours in rulebooks.calendars.items()
        }
        return cls(calendar, ring_cycle, rulebooks.parameters.record_due, business, zone)

    def due(self, rule: Rule, start: pl.Expr, amount: pl.Expr) -> pl.Expr:
        """The instant up to which the rule can be met, whatever stops its clock; null where it
        can't be told."""
        match rule.clock_kind:
            case "wall":
                return start + pl.duration(seconds=amount)
            case "rings":
                return start + pl.duration(
                    microseconds=amount * (self.ring_cycle // timedelta(microseconds=1))
                )
            case "workday":
                return self._workday_end(start, amount.cast(pl.Int32))
            case "business":
                return self._business_due(rule, start, amount)
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
        if rule.clock_kind == "business":
            return chosen(
                (fits, hours.provisional(start, due)) for fits, hours in self.hours(rule, start)
            )
        if rule.clock_kind == "presence":
            return self.calendar.provisional(pl.col(rule.kind.completed), due)
        return pl.lit(False)

    def running(self, rule: Rule, start: pl.Expr, instant: pl.Expr) -> pl.Expr:
        """What the rule's clock shows at an instant (Int64, microseconds): it runs on by business
        time of the calendar in force at `start`, or around the clock."""
        if rule.clock_kind != "business":
            return instant.dt.epoch("us")
        return chosen((fits, hours.elapsed(instant)) for fits, hours in self.hours(rule, start))

    def showing(self, rule: Rule, start: pl.Expr, shown: pl.Expr) -> pl.Expr:
        """The first instant at which the rule's clock shows that; the inverse of `running`."""
        if rule.clock_kind != "business":
            return start + pl.duration(microseconds=shown - start.dt.epoch("us"))
        return chosen(
            (fits, as_instant(hours.at(shown), self.zone, last=True))
            for fits, hours in self.hours(rule, start)
        )

    def hours(self, rule: Rule, start: pl.Expr) -> Iterator[tuple[pl.Expr, BusinessTime]]:
        """The calendars of a rule on a business clock, each with the condition for it; of several
        that fit the last one holds."""
        assert rule.calendar is not None
        yield pl.lit(True), self.business[rule.calendar]
        for row in rule.calendar_for:
            yield _fits(row, start), self.business[row.calendar]

    def _business_due(self, rule: Rule, start: pl.Expr, amount: pl.Expr) -> pl.Expr:
        unit, units = limit_unit(rule, start), units_of(rule)
        due = chosen(
            (fits & (unit == name), _later(hours, start, amount, name))
            for fits, hours in self.hours(rule, start)
            for name in units
        )
        known = pl.col("tier").is_not_null() if rule.needs_tier else pl.lit(True)
        at = as_instant(due, self.zone, last=True)
        return pl.when(known & amount.is_not_null()).then(at)


def _later(hours: BusinessTime, start: pl.Expr, amount: pl.Expr, unit: Unit) -> pl.Expr:
    if unit == "business":
        return hours.after(start, amount * SECOND)
    if unit == "clock_time":
        return hours.clock_time_later(start, amount)
    return hours.working_days_later(start, amount, same_time=unit == "same_time")


def _fits(row: CalendarFor, start: pl.Expr) -> pl.Expr:
    """Whether the calendar holds for the clock of a subject that starts then."""
    fits = pl.lit(True)
    if row.since is not None:
        fits &= start.dt.date() >= row.since
    if row.department:
        fits &= pl.col("department").is_in(list(row.department)).fill_null(False)
    if row.tier:
        fits &= pl.col("tier").is_in(list(row.tier)).fill_null(False)
    return fits


def chosen(cases: Iterator[tuple[pl.Expr, pl.Expr]]) -> pl.Expr:
    """The value of the last case whose condition holds."""
    result: pl.Expr | None = None
    for fits, value in cases:
        result = pl.when(fits).then(value).otherwise(result)
    assert result is not None
    return result
