"""The rate over the last thirteen closings, against the target: this month and the same month a
year ago."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.numbers.headline import TrendRow
from flows.report.context.blocks import Block, Paragraph, Point, Row, Table, Trend, line
from flows.report.context.report_context import Desk
from flows.report.context.tables import NUM, cell, columns, num, rate_cell

CLOSINGS = 13
LEFT, WIDTH, HEIGHT = 35, 570, 80
"""The frame of the line, in the units of blocks/trend.html.j2."""


def trend(desk: Desk) -> Iterator[Block]:
    rows = desk.metrics.trend[-CLOSINGS:]
    if len(rows) < 2:
        yield Paragraph(line(desk.texts("overview.no_trend")), "plain")
        return
    if any(row.timeliness.rate is not None for row in rows):
        yield _chart(desk, rows)
    heads = columns(
        desk,
        "month",
        f"acts:{NUM}",
        f"violations:{NUM}",
        f"findings:{NUM}",
        f"unknown:{NUM}",
        f"rate:{NUM}",
    )
    yield Table(desk.texts("overview.trend"), heads, tuple(_row(desk, row) for row in rows))


def _chart(desk: Desk, rows: Sequence[TrendRow]) -> Trend:
    """The frame begins a little below the lowest value, so that small changes show; the values
    stand beside it."""
    target = desk.options.target
    rates = [row.timeliness.rate for row in rows]
    floor = min(target, *(rate for rate in rates if rate is not None)) - 0.02

    def height(rate: float) -> float:
        return float(round((rate - floor) / (1 - floor) * HEIGHT, 1))

    points = tuple(
        Point(
            round(LEFT + i * WIDTH / (len(rows) - 1), 1),
            height(rate),
            row.from_[2:7],
            desk.say.percent(rate),
        )
        for i, (row, rate) in enumerate(zip(rows, rates, strict=True))
        if rate is not None
    )
    words = desk.texts("words.comma").join(f"{point.label} {point.value}" for point in points)
    label = desk.texts("tile.target", target=desk.say.percent(target))
    return Trend(desk.texts("overview.trend_alt", words=words), points, height(target), label)


def _row(desk: Desk, row: TrendRow) -> Row:
    counts = (num(desk, n) for n in (row.acts, row.violations, row.findings))
    rate = row.timeliness
    return Row(
        (
            cell(desk.say.month(row.from_)),
            *counts,
            num(desk, rate.unknown, "quiet"),
            rate_cell(desk, rate, desk.options.target),
        )
    )
