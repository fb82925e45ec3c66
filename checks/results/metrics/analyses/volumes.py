"""When and where customers ask: volumes by channel, hour, weekday and day, peaks and troughs.

Source: RC 第十一条(二), CD 六(二)1-2.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl

from checks.closing.facts import UNKNOWN, Closing
from checks.subjects.session import SESSION, conversation_channels


def inquiry_volumes(closing: Closing, tickets: pl.DataFrame) -> dict[str, Any]:
    """Inquiry tickets by category and as `volumes`; `tickets` as of `tickets_asked`."""
    asked = tickets.filter(pl.col("kind") == "inquiry").with_columns(
        pl.col("category", "channel").fill_null(UNKNOWN)
    )
    by_category = asked.group_by("category").agg(n=pl.len().cast(pl.Int64))
    return {
        "by_category": _counts(by_category, "category"),
        **volumes(per_hour(asked.lazy().select("channel", at="asked_at")).collect(), closing),
    }


def contact_volumes(closing: Closing) -> dict[str, Any]:
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


def volumes(asked: pl.DataFrame, closing: Closing) -> dict[str, Any]:
    """Of what was `asked`, as `per_hour` counts it: total, by_channel, by_hour, by_weekday, by_day,
    peaks, troughs.

    Hours and weekdays also as `per_day`, the mean over the days of that kind in the period: a month
    has five of some weekdays and four of others. Peaks and troughs go by that mean; null when
    nobody asked.
    """
    days = _days(closing)
    at = pl.col("at")
    found = asked.with_columns(day=at.dt.date(), hour=at.dt.hour(), weekday=at.dt.weekday())
    weekdays = {day: sum(d.isoweekday() == day for d in days) for day in range(1, 8)}
    tables = {
        "hour": _per_day(found, "hour", dict.fromkeys(range(24), len(days))),
        "weekday": _per_day(found, "weekday", {day: n for day, n in weekdays.items() if n}),
        "day": _per_day(found, "day", dict.fromkeys(days, 1)),
    }
    return {
        "total": int(found["n"].sum()),
        "by_channel": _counts(found, "channel"),
        "by_hour": tables["hour"],
        "by_weekday": tables["weekday"],
        "by_day": _with_channels(found, tables["day"]),
        "peaks": {name: _extreme(rows, max) for name, rows in tables.items()},
        "troughs": {name: _extreme(rows, min) for name, rows in tables.items()},
    }


def _days(closing: Closing) -> list[Any]:
    """The local days of the period that had begun by the cutoff."""
    end = min(closing.period.end, closing.period.cutoff + timedelta(microseconds=1))
    return pl.date_range(closing.period.start, end, closed="left", eager=True).to_list()


def _counts(frame: pl.DataFrame, by: str) -> list[dict[str, Any]]:
    """key and n, most frequent first."""
    counted = frame.group_by(key=by).agg(pl.col("n").sum())
    return counted.sort("n", "key", descending=[True, False]).to_dicts()


def _per_day(frame: pl.DataFrame, by: str, days: dict[Any, int]) -> list[dict[str, Any]]:
    counts = dict(frame.group_by(by).agg(pl.col("n").sum()).iter_rows())
    return [
        {"key": _plain(key), "n": counts.get(key, 0), "per_day": counts.get(key, 0) / n}
        for key, n in days.items()
    ]


def _with_channels(frame: pl.DataFrame, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each day's count also by channel: how the channels' shares move."""
    counted = frame.group_by("day", "channel").agg(pl.col("n").sum()).sort("channel")
    channels: dict[str, dict[str, int]] = {row["key"]: {} for row in rows}
    for day, channel, n in counted.iter_rows():
        channels[_plain(day)][channel] = n
    return [{"key": row["key"], "n": row["n"], "channels": channels[row["key"]]} for row in rows]


def _extreme(rows: list[dict[str, Any]], choose: Any) -> dict[str, Any] | None:
    """The first row with the most (or least) requests per day."""
    return choose(rows, key=lambda row: row["per_day"]) if any(row["n"] for row in rows) else None


def _plain(key: Any) -> Any:
    return key if isinstance(key, int) else key.isoformat()
