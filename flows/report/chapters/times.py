"""When it went wrong, and how long things took."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from checks.numbers.times import HeatCell
from flows.report.context.blocks import Block, Cell, Column, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

SHADES = (0.0, 0.05, 0.1, 0.2, 0.4, 1.0)
"""Shares of violations up to which each shade of the heat table goes."""


def heat(context: ReportContext) -> Table:
    """Violations by weekday and hour of the start, as a real table: read aloud with its numbers."""
    found = {(r.weekday, r.hour): r for r in context.metrics.heat}
    days = context.texts.items("words.weekdays")
    rows = tuple(
        Row((cell(days[day - 1]), *(_heat_cell(found[day, hour]) for hour in range(24))))
        for day in range(1, 8)
    )
    heads = (columns(context, "weekday")[0], *(Column(str(hour)) for hour in range(24)))
    return Table(
        context.texts("overview.heat"), heads, rows, context.texts("overview.heat_note"), "heat"
    )


def _heat_cell(rate: HeatCell) -> Cell:
    """Darker for a larger share of violations; the number is that of the violations."""
    if not rate.denominator:
        return cell("·", "heat-none")
    bad = rate.denominator - rate.numerator
    share = bad / rate.denominator
    step = next(i for i, limit in enumerate(SHADES) if share <= limit)
    codes = {"governing": "1", "timed": "1", "weekday": rate.weekday, "hour": rate.hour}
    return Cell(line(str(bad)), f"heat-{step}", filter=urlencode(codes) if bad else "")


def delays(context: ReportContext) -> Iterator[Block]:
    texts, rows = context.texts, []
    for row in context.metrics.delays:
        if not context.in_focus(row.key) or not row.taken.n:
            continue
        rule, taken, over = context.rulebooks.rule(row.key), row.taken, row.overrun
        times = [taken.p50, taken.p90, taken.max, over.p50, over.max]
        rows.append(
            Row(
                (
                    cell(f"{context.clause(rule)} {context.word(rule.title)}"),
                    num(context, taken.n),
                    *(cell(context.wording.duration(t), NUM) for t in times),
                )
            )
        )
    heads = columns(
        context,
        "clause",
        f"done:{NUM}",
        "p50:num",
        "p90:num",
        "max:num",
        "overrun_p50:num",
        "overrun_max:num",
    )
    if rows:
        yield Table(
            texts("overview.delays_table"), heads, tuple(rows), texts("overview.percentiles")
        )
    near = context.metrics.near_miss.share
    if near.rate is not None:
        n = texts.count("obligation", near.numerator)
        yield Paragraph(
            line(texts("overview.near_miss", n=n, rate=context.wording.percent(near.rate)))
        )
    yield from _backlog(context)


def _backlog(context: ReportContext) -> Iterator[Block]:
    backlog, texts = context.metrics.backlog, context.texts
    if not backlog.pending + backlog.overdue:
        yield Paragraph(line(texts("overview.no_backlog")))
        return
    rows = tuple(
        Row((cell(texts(f"age.{r.key}")), num(context, r.pending), num(context, r.overdue)))
        for r in backlog.by_age
    )
    yield Table(
        texts("overview.backlog"), columns(context, "age", f"pending:{NUM}", f"overdue:{NUM}"), rows
    )
