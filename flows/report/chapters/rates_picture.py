"""The picture of page one: every regulation's own rate beside that by all of them."""

from __future__ import annotations

from typing import Any

from checks.numbers.rates import Rate
from flows.report.chapters.axis import axis
from flows.report.context.blocks import Picture
from flows.report.context.report_context import ReportContext


def rates_picture(context: ReportContext) -> Picture | None:
    """None where no rate is known, or the document is about one regulation only."""
    if context.profile.focus:
        return None
    texts, headline = context.texts, context.metrics.headline
    named: list[tuple[str, Rate]] = [
        (texts("picture.regulation", code=row.key, title=context.title_of(row.key)), row.timeliness)
        for row in context.metrics.by_regulation
    ]
    other = next(mode for mode in headline.by_governing if mode != headline.governing)
    named.append((texts(f"rate.{other}.short"), headline.by_governing[other].timeliness))
    named = [(name, rate) for name, rate in named if rate.rate is not None]
    if not named:
        return None
    rows = [_row(context, name, rate) for name, rate in named]
    floor, ticks = axis(rate.low for _, rate in named)
    data = {"rows": rows, "floor": floor, "ticks": ticks, "legend": texts("picture.undecided")}
    words = texts("words.comma").join(f"{row['name']} {row['label']}" for row in rows)
    return Picture("rates", "", texts("picture.rates", words=words), data)


def _row(context: ReportContext, name: str, rate: Rate) -> dict[str, Any]:
    limit = SHORT.get(context.texts.lang, SHORT["en"])
    shown = name if len(name) <= limit else f"{name[: limit - 1]}…"
    return {"name": shown, "rate": rate.rate, "low": rate.low, "high": rate.high} | {
        "label": context.wording.percent(rate.rate)
    }


SHORT = {"zh": 16, "en": 24}
"""Characters of a name that stand beside the axis."""
