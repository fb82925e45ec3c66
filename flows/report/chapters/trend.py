"""The rates of the last closings: this month and the same month a year ago."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from checks.numbers.headline import TrendRow
from flows.report.chapters.axis import axis
from flows.report.context.blocks import Block, Paragraph, Picture, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

CLOSINGS = 13
DEPARTMENTS = 5
TOP, FOOT, GAP = 8.0, 92.0, 10.0
"""Where 100 % and the floor lie in the picture, and how close its labels may stand, in points."""


def trend(context: ReportContext) -> Iterator[Block]:
    rows = context.metrics.trend[-CLOSINGS:]
    if len(rows) < 2:
        yield Paragraph(line(context.texts("overview.no_trend")), "plain")
        return
    if lines := _lines(context, rows):
        yield _picture(context, rows, lines)
    heads = columns(
        context,
        "month",
        f"acts:{NUM}",
        f"violations:{NUM}",
        f"findings:{NUM}",
        f"unknown:{NUM}",
        f"all_clauses:{NUM}",
    )
    made = tuple(_row(context, row) for row in rows)
    yield Table(context.texts("overview.trend"), heads, made, "", "tight")


def _lines(context: ReportContext, rows: Sequence[TrendRow]) -> list[dict[str, Any]]:
    """The departments by TC's own rate, those that were judged this month."""
    names = [row.key for row in context.metrics.tc_by_department if row.key != "unassigned"]
    made = []
    for name in names[:DEPARTMENTS]:
        points = [
            {"month": n, "rate": own.rate}
            for n, row in enumerate(rows)
            for own in (dict(row.departments).get(name),)
            if own is not None and own.rate is not None
        ]
        if points:
            made.append({"name": context.department(name), "points": points})
    return made


def _picture(
    context: ReportContext, rows: Sequence[TrendRow], lines: list[dict[str, Any]]
) -> Picture:
    texts, line_at = context.texts, context.metrics.proposals.threshold
    rates = [point["rate"] for own in lines for point in own["points"]]
    floor, ticks = axis([line_at - 0.02, *rates])
    below = TOP - GAP
    for own in sorted(lines, key=lambda own: -own["points"][-1]["rate"]):
        last = own["points"][-1]["rate"]
        height = FOOT - (last - floor) / (1 - floor) * (FOOT - TOP)
        below = own["label_y"] = max(height, below + GAP)
        own["label"] = f"{own['name']} {context.wording.percent(last)}"
    shown = context.wording.percent(line_at)
    data = {
        "lines": lines,
        "months": [row.from_[2:7] for row in rows],
        "floor": floor,
        "ticks": ticks,
        "mark": {"at": line_at, "label": texts("picture.penalty_line", line=shown)},
    }
    words = texts("words.semicolon").join(
        f"{own['name']} {context.wording.percent(own['points'][-1]['rate'])}" for own in lines
    )
    alt = texts("overview.trend_alt", words=words)
    return Picture("trend", texts("departments.trend"), alt, data)


def _row(context: ReportContext, row: TrendRow) -> Row:
    counts = (num(context, n) for n in (row.acts, row.violations, row.findings))
    rate = row.timeliness
    return Row(
        (
            cell(context.wording.month(row.from_)),
            *counts,
            num(context, rate.unknown, "quiet"),
            cell(context.wording.percent(rate.rate), NUM),
        )
    )
