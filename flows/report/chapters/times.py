"""When it went wrong, and how long things took."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from checks.numbers.times import HeatCell
from flows.report.context.blocks import Block, Cell, Column, Paragraph, Row, Table, line
from flows.report.context.report_context import Desk
from flows.report.context.tables import NUM, cell, columns, num

SHADES = (0.0, 0.05, 0.1, 0.2, 0.4, 1.0)
"""Shares of violations up to which each shade of the heat table goes."""


def heat(desk: Desk) -> Table:
    """Violations by weekday and hour of the start, as a real table: read aloud with its numbers."""
    found = {(r.weekday, r.hour): r for r in desk.metrics.heat}
    days = desk.texts.items("words.weekdays")
    rows = tuple(
        Row((cell(days[day - 1]), *(_heat_cell(found[day, hour]) for hour in range(24))))
        for day in range(1, 8)
    )
    heads = (columns(desk, "weekday")[0], *(Column(str(hour)) for hour in range(24)))
    return Table(desk.texts("overview.heat"), heads, rows, desk.texts("overview.heat_note"), "heat")


def _heat_cell(rate: HeatCell) -> Cell:
    """Darker for a larger share of violations; the number is that of the violations."""
    if not rate.denominator:
        return cell("·", "heat-none")
    bad = rate.denominator - rate.numerator
    share = bad / rate.denominator
    step = next(i for i, limit in enumerate(SHADES) if share <= limit)
    codes = {"governing": "1", "timed": "1", "weekday": rate.weekday, "hour": rate.hour}
    return Cell(line(str(bad)), f"heat-{step}", filter=urlencode(codes) if bad else "")


def delays(desk: Desk) -> Iterator[Block]:
    texts, rows = desk.texts, []
    for row in desk.metrics.delays:
        if not desk.in_focus(row.key) or not row.taken.n:
            continue
        rule, taken, over = desk.rulebooks.rule(row.key), row.taken, row.overrun
        times = [taken.p50, taken.p90, taken.max, over.p50, over.max]
        rows.append(
            Row(
                (
                    cell(f"{desk.clause(rule)} {desk.word(rule.title)}"),
                    num(desk, taken.n),
                    *(cell(desk.say.duration(t), NUM) for t in times),
                )
            )
        )
    heads = columns(
        desk,
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
    near = desk.metrics.near_miss.share
    if near.rate is not None:
        n = texts.count("obligation", near.numerator)
        yield Paragraph(line(texts("overview.near_miss", n=n, rate=desk.say.percent(near.rate))))
    yield from _backlog(desk)


def _backlog(desk: Desk) -> Iterator[Block]:
    backlog, texts = desk.metrics.backlog, desk.texts
    if not backlog.pending + backlog.overdue:
        yield Paragraph(line(texts("overview.no_backlog")))
        return
    rows = tuple(
        Row((cell(texts(f"age.{r.key}")), num(desk, r.pending), num(desk, r.overdue)))
        for r in backlog.by_age
    )
    yield Table(
        texts("overview.backlog"), columns(desk, "age", f"pending:{NUM}", f"overdue:{NUM}"), rows
    )
