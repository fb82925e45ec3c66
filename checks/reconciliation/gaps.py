"""Hours without any record where the same weekday usually has some: the export lacks them, or
nobody was there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from checks.concepts import Period
from checks.law.calendar import Calendar
from checks.law.rulebook import Text
from checks.numbers.records import Disagreement
from checks.reconciliation.model import TABLE_NAMES, finding

SOURCES: Final = {
    "calls": ("started_at", "call_id", ("calls-missing",)),
    "chats": ("sent_at", "conversation_id", ("chats-missing",)),
    "tickets": ("opened_at", "ticket_id", ("timeliness", "resolution")),
}
"""Tables that are filled around the clock: what places a record in an hour, what is counted, the
rates in doubt. Messages come in bursts, so it is the conversations of an hour that count."""
FEWEST_EXPECTED: Final = 11.5
"""Records that a silent stretch should have had. Records that come one by one at random leave such
a stretch empty once in a hundred thousand times: exp(-11.5); a month has some hundred stretches."""


def hourly(records: Mapping[str, pl.LazyFrame], table: str, period: Period) -> pl.LazyFrame:
    """What one of SOURCES counts per hour of the period: hour, records; hours without any are
    absent."""
    column, counted, _ = SOURCES[table]
    hour = pl.col(column).dt.truncate("1h")
    inside = (pl.col(column) >= period.start) & (pl.col(column) < period.end)
    return (
        records[table]
        .filter(inside)
        .group_by(hour=hour)
        .agg(records=pl.col(counted).n_unique().cast(pl.Int64))
    )


def silent_stretches(counted: pl.DataFrame, period: Period, calendar: Calendar) -> pl.DataFrame:
    """Silent stretches with enough expected records: from, to (instants), hours, expected (rounded
    to 0.1)."""
    hours = _expected(counted, period, calendar)
    silent = pl.col("records") == 0
    return (
        hours.with_columns(stretch=(silent != silent.shift(1)).fill_null(True).cum_sum())
        .filter(silent)
        .group_by("stretch", maintain_order=True)
        .agg(
            pl.col("hour").first().alias("from"),
            (pl.col("hour").last() + timedelta(hours=1)).alias("to"),
            pl.len().alias("hours"),
            pl.col("expected").sum().round(1),
        )
        .filter(pl.col("expected") >= FEWEST_EXPECTED)
        .drop("stretch")
    )


def hours_of(period: Period) -> pl.Series:
    """The beginnings of the period's hours, `hour`."""
    return pl.datetime_range(
        period.start, period.end, "1h", closed="left", time_unit="us", eager=True
    ).alias("hour")


def _expected(counted: pl.DataFrame, period: Period, calendar: Calendar) -> pl.DataFrame:
    """Every hour of the period with its records, and the mean of that hour on other days of its
    kind.

    Of the same weekday, working or not alike, but no more than of all other such days: few days
    make a poor mean.
    """
    every = hours_of(period)
    days = calendar.days.select(pl.col("date"), "workday")
    hours = (
        every.to_frame()
        .join(counted, on="hour", how="left", maintain_order="left")
        .with_columns(pl.col("records").fill_null(0), date=pl.col("hour").dt.date())
        .join(days, on="date", how="left", maintain_order="left")
        .with_columns(clock=pl.col("hour").dt.hour(), weekday=pl.col("hour").dt.weekday())
    )
    others = [
        _mean_of_others(kind) for kind in (["weekday", "workday", "clock"], ["workday", "clock"])
    ]
    return hours.with_columns(expected=pl.min_horizontal(others).fill_null(0.0))


def _mean_of_others(kind: list[str]) -> pl.Expr:
    """The mean over the other rows of a kind; null where there is no other."""
    others = pl.len().over(kind) - 1
    return pl.when(others > 0).then(
        (pl.col("records").sum().over(kind) - pl.col("records")) / others
    )


def export_gap(
    table: str, counted: pl.DataFrame, period: Period, calendar: Calendar
) -> Disagreement:
    """The finding on one table's records per hour; `detail.expected`: records that the silent hours
    should have had."""
    stretches = silent_stretches(counted, period, calendar)
    name = TABLE_NAMES[table]
    title = Text(zh=f"{name.zh}存在无记录时段", en=f"{name.en}: hours without any record")
    shown = [_shown(*row) for row in stretches.select("from", "to", "expected").rows()]
    of = len(hours_of(period))
    expected = round(float(stretches["expected"].sum()), 1)
    return finding(
        f"export-gap-{table}",
        title,
        int(stretches["hours"].sum()),
        of,
        shown,
        SOURCES[table][2],
        expected=expected,
    )


def _shown(start: datetime, end: datetime, expected: float) -> str:
    last = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M}–{last} (≈{expected:.0f})"
