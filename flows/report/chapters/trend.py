"""The rate over the last thirteen closings, against the target: this month and the same month a
year ago."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.numbers.headline import TrendRow
from flows.report.context.blocks import Block, Paragraph, Point, Row, Table, Trend, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num, rate_cell

CLOSINGS = 13
LEFT, WIDTH, HEIGHT = 35, 570, 80
"""The frame of the line, in the units of blocks/trend.html.j2."""


def trend(context: ReportContext) -> Iterator[Block]:
    rows = context.metrics.trend[-CLOSINGS:]
    if len(rows) < 2:
        yield Paragraph(line(context.texts("overview.no_trend")), "plain")
        return
    if any(row.timeliness.rate is not None for row in rows):
        yield _chart(context, rows)
    heads = columns(
        context,
        "month",
        f"acts:{NUM}",
        f"violations:{NUM}",
        f"findings:{NUM}",
        f"unknown:{NUM}",
        f"rate:{NUM}",
    )
    yield Table(context.texts("overview.trend"), heads, tuple(_row(context, row) for row in rows))


def _chart(context: ReportContext, rows: Sequence[TrendRow]) -> Trend:
    """The frame begins a little below the lowest value, so that small changes show; the values
    stand beside it."""
    target = context.options.target
    rates = [row.timeliness.rate for row in rows]
    floor = min(target, *(rate for rate in rates if rate is not None)) - 0.02

    def height(rate: float) -> float:
        return float(round((rate - floor) / (1 - floor) * HEIGHT, 1))

    points = tuple(
        Point(
            round(LEFT + i * WIDTH / (len(rows) - 1), 1),
            height(rate),
            row.from_[2:7],
            context.wording.percent(rate),
        )
        for i, (row, rate) in enumerate(zip(rows, rates, strict=True))
        if rate is not None
    )
    words = context.texts("words.comma").join(f"{point.label} {point.value}" for point in points)
    label = context.texts("tile.target", target=context.wording.percent(target))
    return Trend(context.texts("overview.trend_alt", words=words), points, height(target), label)


def _row(context: ReportContext, row: TrendRow) -> Row:
    counts = (num(context, n) for n in (row.acts, row.violations, row.findings))
    rate = row.timeliness
    return Row(
        (
            cell(context.wording.month(row.from_)),
            *counts,
            num(context, rate.unknown, "quiet"),
            rate_cell(context, rate, context.options.target),
        )
    )
