"""Business time: a calendar of business hours as tables of shifts and of working days, so that
adding business time to an instant is looking up twice.

Local wall time throughout. A shift that passes midnight belongs to the day on which it opens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import Final, NamedTuple

import polars as pl

from checks.concepts import INSTANT
from checks.law.calendar import YEARS, Calendar
from checks.law.hours import BusinessHours, Span, spans_of
from checks.law.public_holidays import NONE, PRC, public_holidays

_FIRST, _LAST = date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)
_MINUTE: Final = 60_000_000
_DAY: Final = 24 * 60 * _MINUTE
_MADE_UP: Final = 0
"""The pattern of shifts of a day that is declared a working day; 1 to 7 are those of weekdays."""
_OWN: Final = 10
"""The pattern of the first day with shifts of its own."""


class Stretch(NamedTuple):
    """A stretch of business time."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class BusinessTime:
    """The business time of one calendar; `working_days`: the State Council's table and a company's
    own days, which win over the holidays of any calendar."""

    hours: BusinessHours
    working_days: Calendar

    def elapsed(self, instant: pl.Expr) -> pl.Expr:
        """Business time (Int64, microseconds) from the table's beginning up to an instant; null
        before it."""
        return _once(self._elapsed, pl.Int64(), _local_us(instant))

    def at(self, elapsed: pl.Expr) -> pl.Expr:
        """The first instant by which so much business time has passed: what is used up at closing
        ends at closing, not at the next opening. Null beyond the table."""
        return _once(self._at, INSTANT, elapsed)

    def after(self, start: pl.Expr, business: pl.Expr) -> pl.Expr:
        """The instant by which `business` (microseconds) has passed since `start`."""
        return self.at(self.elapsed(start) + business)

    def working_days_later(self, start: pl.Expr, days: pl.Expr, same_time: bool) -> pl.Expr:
        """The closing of the n-th working day after that of `start`, which outside of business
        hours is the next opening; `same_time`: the time of day of the start, kept within the
        day's opening and closing."""
        later = partial(self._working_days_later, same_time=same_time)
        return _once(later, INSTANT, _local_us(start), days.cast(pl.Int64))

    def clock_time_later(self, start: pl.Expr, days: pl.Expr) -> pl.Expr:
        """The n-th working day after that of `start`, at the clock time of `start`, which may lie
        before the opening. A start on a day off counts from the next working day at its clock time,
        one at or after closing from the next opening; never later than that day's closing."""
        return _once(self._clock_time_later, INSTANT, _local_us(start), days.cast(pl.Int64))

    def provisional(self, start: pl.Expr, due: pl.Expr) -> pl.Expr:
        """Whether the counting touches a day of which it is not known whether it is a holiday."""
        touched = self._unknown(due) > self._unknown(start.dt.offset_by("-1d"))
        return touched.fill_null(False)

    def stretches(self, start: datetime, end: datetime) -> list[Stretch]:
        """The business time between two instants, shift by shift."""
        first, last = (pl.Series([at]).cast(INSTANT).dt.epoch("us")[0] for at in (start, end))
        inside = self.shifts.filter(pl.col("closes") > first, pl.col("opens") < last).select(
            pl.max_horizontal("opens", pl.lit(first)).cast(INSTANT),
            pl.min_horizontal("closes", pl.lit(last)).cast(INSTANT),
        )
        return [Stretch(*row) for row in inside.iter_rows()]

    @cached_property
    def days(self) -> pl.DataFrame:
        """One row per working day: date, midnight, opening and closing (Int64, microseconds)."""
        own = self.hours.closes_at
        closing = (
            pl.col("closes").max() if own is None else pl.col("midnight").first() + own * _MINUTE
        )
        return self._all_shifts.group_by("date", maintain_order=True).agg(
            pl.col("midnight").first(), opening=pl.col("opens").min(), closing=closing
        )

    @cached_property
    def shifts(self) -> pl.DataFrame:
        """One row per stretch of business time, none overlapping: opens, closes, and before, the
        business time up to its opening (Int64, microseconds); day: the place of its day in `days`.
        """
        numbered = self._all_shifts.join(
            self.days.select("date").with_row_index("day"), on="date", maintain_order="left"
        ).sort("opens", "closes")
        until = pl.col("closes").cum_max().shift(1)
        opens = pl.max_horizontal("opens", until)
        return (
            numbered.with_columns(opens=opens)
            .filter(pl.col("closes") > pl.col("opens"))
            .with_columns(length=pl.col("closes") - pl.col("opens"))
            .select(
                "opens",
                "closes",
                pl.col("day").cast(pl.Int64),
                before=pl.col("length").cum_sum() - pl.col("length"),
            )
        )

    @cached_property
    def known(self) -> frozenset[int]:
        """The years whose holidays are known."""
        if self.hours.holidays == PRC:
            return self.working_days.published
        if isinstance(self.hours.holidays, str) and self.hours.holidays != NONE:
            return public_holidays(self.hours.holidays, YEARS).known
        return frozenset(YEARS)

    @cached_property
    def _declared(self) -> Mapping[date, bool]:
        """The days that are not as the week says: True = a working day."""
        holidays, company = self.hours.holidays, dict(self.working_days.company)
        if holidays == PRC:
            return self.working_days.decided
        if isinstance(holidays, tuple):
            return dict.fromkeys(holidays, False) | company
        if holidays == NONE:
            return company
        found = public_holidays(holidays, YEARS)
        return dict.fromkeys(found.off, False) | dict.fromkeys(found.working, True) | company

    @cached_property
    def _all_shifts(self) -> pl.DataFrame:
        """Every shift of every working day as the week and the days have it: date, midnight, opens,
        closes."""
        midnight = pl.col("date").cast(INSTANT).dt.epoch("us")
        opens, closes = (
            midnight + pl.col(name).cast(pl.Int64) * _MINUTE for name in ("from", "to")
        )
        return (
            self._patterns()
            .join(self._spans(), on="pattern", maintain_order="left_right")
            .select("date", midnight=midnight, opens=opens, closes=closes)
        )

    def _patterns(self) -> pl.DataFrame:
        """Every day with the `pattern` of its shifts; null where nobody works."""
        frame = pl.DataFrame({"date": pl.date_range(_FIRST, _LAST, eager=True)})
        declared, week = self._declared, list(self.hours.by_weekday)
        works = pl.col("date").replace_strict(
            list(declared), list(declared.values()), default=None, return_dtype=pl.Boolean
        )
        own = {day: _OWN + n for n, day in enumerate(self.hours.days)}
        special = pl.col("date").replace_strict(
            list(own), list(own.values()), default=None, return_dtype=pl.Int64
        )
        weekday = pl.col("date").dt.weekday().cast(pl.Int64)
        usual = pl.when(weekday.is_in(week)).then(weekday)
        made_up = pl.when(works).then(pl.lit(_MADE_UP, pl.Int64))
        by_rule = pl.when(works.fill_null(True)).then(pl.coalesce(usual, made_up))
        return frame.with_columns(pattern=pl.coalesce(special, by_rule))

    def _spans(self) -> pl.DataFrame:
        """The shifts of each pattern: pattern, from, to (minutes)."""
        patterns: dict[int, Iterable[Span]] = {
            _MADE_UP: self.hours.made_up,
            **self.hours.by_weekday,
            **{_OWN + n: spans_of(day) for n, day in enumerate(self.hours.days.values())},
        }
        rows = [(pattern, *span) for pattern, spans in patterns.items() for span in spans]
        return pl.DataFrame(
            rows, schema={"pattern": pl.Int64, "from": pl.Int64, "to": pl.Int64}, orient="row"
        )

    @cached_property
    def _unknown_days(self) -> pl.Series:
        """Per day the number of days up to it, it included, whose holidays are not known."""
        days = pl.date_range(_FIRST, _LAST, eager=True)
        return (~days.dt.year().is_in(sorted(self.known))).cum_sum().cast(pl.Int64)

    def _unknown(self, instant: pl.Expr) -> pl.Expr:
        place = (instant.dt.date() - pl.lit(_FIRST)).dt.total_days()
        counted = pl.lit(self._unknown_days)
        return counted.gather(pl.when(place >= 0).then(place), null_on_oob=True)

    def _elapsed(self, at: pl.Series) -> pl.Series:
        shifts = self.shifts
        place = _last_not_after(shifts["opens"], at)
        return pl.select(
            _of(shifts["before"], place)
            + pl.min_horizontal(at, _of(shifts["closes"], place))
            - _of(shifts["opens"], place)
        ).to_series()

    def _at(self, elapsed: pl.Series) -> pl.Series:
        shifts = self.shifts
        # Strictly before: time that is used up at closing is found in the shift that closes.
        place = _last_not_after(shifts["before"], elapsed - 1)
        at = _of(shifts["opens"], place) + elapsed - _of(shifts["before"], place)
        within = at <= _of(shifts["closes"], place)
        return pl.select(pl.when(within).then(at).cast(INSTANT)).to_series()

    def _working_days_later(self, start: pl.Series, days: pl.Series, same_time: bool) -> pl.Series:
        shifts, place = self.shifts, _last_not_after(self.shifts["opens"], start)
        # A start after the shift has closed counts from the next opening.
        closed = pl.select(start >= _of(shifts["closes"], place)).to_series()
        place = place + closed.cast(pl.Int64)
        at = pl.select(pl.max_horizontal(start, _of(shifts["opens"], place))).to_series()
        own = pl.select(_of(shifts["day"], place)).to_series()
        opening, closing = (_of(self.days[name], own + days) for name in ("opening", "closing"))
        if not same_time:
            return pl.select(closing.cast(INSTANT)).to_series()
        midnight = self.days["midnight"]
        same = _of(midnight, own + days) + at - _of(midnight, own)
        due = pl.min_horizontal(pl.max_horizontal(same, opening), closing)
        return pl.select(pl.when(at.is_not_null()).then(due).cast(INSTANT)).to_series()

    def _clock_time_later(self, start: pl.Series, days: pl.Series) -> pl.Series:
        midnight, opening, closing = (
            self.days[name] for name in ("midnight", "opening", "closing")
        )
        today, place = start - start % _DAY, _last_not_after(midnight, start)
        off = pl.select(_of(midnight, place) != today).to_series()
        place = place + off.cast(pl.Int64)
        until = pl.select(_of(closing, place) - _of(midnight, place)).to_series()
        closed = start - today >= until
        place = place + closed.cast(pl.Int64)
        opens = _of(opening, place) - _of(midnight, place)
        time = pl.when(closed).then(opens).otherwise(start - today)
        due = _of(midnight, place + days) + time
        latest = _of(closing, place + days)
        return pl.select(
            pl.when(due > latest).then(latest).otherwise(due).cast(INSTANT)
        ).to_series()


def _once(look_up: Callable[..., pl.Series], dtype: pl.DataType, *given: pl.Expr) -> pl.Expr:
    """Look up in the tables what was worked out: as one expression after another the same would be
    looked up again for each place where it is named."""
    return pl.map_batches(
        given, lambda series: look_up(*series), return_dtype=dtype, is_elementwise=True
    )


def _last_not_after(column: pl.Series, values: pl.Series) -> pl.Series:
    """The place of the last entry of a sorted column that is not after each value; null where all
    are, or there is no value."""
    place = column.search_sorted(values.fill_null(0), side="right").cast(pl.Int64) - 1
    return pl.select(pl.when(values.is_not_null() & (place >= 0)).then(place)).to_series()


def _of(column: pl.Series, place: pl.Series) -> pl.Expr:
    """A column of a table at each place; null outside of it."""
    return pl.lit(column).gather(place, null_on_oob=True)


def _local_us(instant: pl.Expr) -> pl.Expr:
    """The local wall time of an instant in microseconds."""
    return instant.dt.replace_time_zone(None).dt.epoch("us")
