"""When and where customers ask: volumes by channel, hour, weekday and day, peaks and troughs.

Source: RC 第十一条(二), CD 六(二)1-2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from checks.closing.facts import UNKNOWN, Closing
from checks.numbers.analyses import DayVolume, Extremes, InquiryVolumes, Key, PerDay, Volumes
from checks.numbers.base import Count
from checks.subjects.session import SESSION, conversation_channels


def inquiry_volumes(closing: Closing, tickets: pl.DataFrame) -> InquiryVolumes:
    """Inquiry tickets by category and as `volumes`; `tickets` as of `tickets_asked`."""
    asked = tickets.filter(pl.col("kind") == "inquiry").with_columns(
        pl.col("category", "channel").fill_null(UNKNOWN)
    )
    by_category = asked.group_by("category").agg(n=pl.len().cast(pl.Int64))
    counted = per_hour(asked.lazy().select("channel", at="asked_at")).collect()
    return InquiryVolumes(
        by_category=_counts(by_category, "category"), **vars(volumes(counted, closing))
    )


def contact_volumes(closing: Closing) -> Volumes:
    """Inbound calls and chat sessions of the period as `volumes`."""
    within = pl.col("at").is_between(closing.period.start, closing.period.end, closed="left")
    until = pl.col("at") <= closing.period.cutoff
    inbound = closing.records["calls"].filter(pl.col("direction") == "inbound")
    calls = inbound.select(at="started_at", channel=pl.lit("phone"))
    conversations = SESSION.of(closing.facts)
    sessions = conversations.select("subject_id", "conversation_id", at="triggered_at").unique(
        "subject_id"
    )
    chats = sessions.join(
        conversation_channels(closing.records), on="conversation_id", how="left"
    ).select("at", pl.col("channel").fill_null(UNKNOWN))
    counted = [per_hour(asked.filter(within & until)) for asked in (calls, chats)]
    return volumes(pl.concat(counted).collect(engine="streaming"), closing)


def per_hour(asked: pl.LazyFrame) -> pl.LazyFrame:
    """Requests (channel, at) counted by channel and hour: channel, at (the hour's beginning), n
    (Int64)."""
    return asked.group_by("channel", pl.col("at").dt.truncate("1h")).agg(n=pl.len().cast(pl.Int64))


def volumes(asked: pl.DataFrame, closing: Closing) -> Volumes:
    """When and where it was asked; `asked` as `per_hour` counts it.

    Hours and weekdays also as `per_day`, the mean over the days of that kind in the period: a month
    has five of some weekdays and four of others. Peaks and troughs go by that mean; null when
    nobody asked.
    """
    days = _days(closing)
    at = pl.col("at")
    found = asked.with_columns(
        day=at.dt.date().dt.to_string(), hour=at.dt.hour(), weekday=at.dt.weekday()
    )
    weekdays = {day: sum(d.isoweekday() == day for d in days) for day in range(1, 8)}
    hours = _per_day(found, "hour", dict.fromkeys(range(24), len(days)))
    of_week = _per_day(found, "weekday", {day: n for day, n in weekdays.items() if n})
    by_day = _per_day(found, "day", {day.isoformat(): 1 for day in days})
    return Volumes(
        total=int(found["n"].sum()),
        by_channel=_counts(found, "channel"),
        by_hour=tuple(hours),
        by_weekday=tuple(of_week),
        by_day=_with_channels(found, by_day),
        peaks=Extremes(hour=_most(hours), weekday=_most(of_week), day=_most(by_day)),
        troughs=Extremes(hour=_least(hours), weekday=_least(of_week), day=_least(by_day)),
    )


def _days(closing: Closing) -> list[date]:
    """The local days of the period that had begun by the cutoff."""
    start, end, cutoff = (
        at.replace(tzinfo=None)
        for at in (closing.period.start, closing.period.end, closing.period.cutoff)
    )
    until = min(end, cutoff + timedelta(microseconds=1))
    return pl.date_range(start, until, closed="left", eager=True).to_list()


def _counts(frame: pl.DataFrame, by: str) -> tuple[Count, ...]:
    """Most frequent first."""
    counted = frame.group_by(key=by).agg(pl.col("n").sum())
    rows = counted.sort("n", "key", descending=[True, False]).to_dicts()
    return tuple(Count(**row) for row in rows)


def _per_day(frame: pl.DataFrame, by: str, days: Mapping[Key, int]) -> list[PerDay[Key]]:
    counts = dict(frame.group_by(by).agg(pl.col("n").sum()).iter_rows())
    return [
        PerDay(key=key, n=counts.get(key, 0), per_day=counts.get(key, 0) / n)
        for key, n in days.items()
    ]


def _with_channels(frame: pl.DataFrame, rows: Sequence[PerDay[str]]) -> tuple[DayVolume, ...]:
    """Each day's count also by channel: how the channels' shares move."""
    by_channel = frame.group_by("day", "channel").agg(pl.col("n").sum())
    channels: dict[str, dict[str, int]] = {row.key: {} for row in rows}
    for day, channel, n in by_channel.sort("channel").iter_rows():
        channels[day][channel] = n
    return tuple(DayVolume(key=row.key, n=row.n, channels=channels[row.key]) for row in rows)


def _most(rows: Sequence[PerDay[Key]]) -> PerDay[Key] | None:
    """The first row with the most requests per day; None when nobody asked."""
    return max(rows, key=lambda row: row.per_day) if any(row.n for row in rows) else None


def _least(rows: Sequence[PerDay[Key]]) -> PerDay[Key] | None:
    """The same with the least."""
    return min(rows, key=lambda row: row.per_day) if any(row.n for row in rows) else None
