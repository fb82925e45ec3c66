"""When it went wrong, and how long things took."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from checks.numbers.times import HeatCell
from flows.report.context.blocks import Block, Cell, Column, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

SHADES = (0, 1, 2, 4, 6)
"""Late acts up to which each shade of the heat table goes; more have the darkest. By count: a lone
one of one is no peak."""
PEAK_HOURS = 4
ENOUGH = 10
"""Fewer times have no 90th percentile worth the name."""


def heat(context: ReportContext) -> Table:
    """Late acts by weekday and hour of the start, as a real table: read aloud with its numbers."""
    found = {(r.weekday, r.hour): r for r in context.metrics.heat}
    days = context.texts.items("words.weekdays")
    rows = tuple(
        Row((cell(days[day - 1]), *(_heat_cell(found[day, hour]) for hour in range(24))))
        for day in range(1, 8)
    )
    heads = (columns(context, "weekday")[0], *(Column(str(hour), "scale") for hour in range(24)))
    note = context.texts("overview.heat_note", most=_peaks(context))
    return Table(context.texts("overview.heat"), heads, rows, note, "heat")


def _peaks(context: ReportContext) -> str:
    """The hours with most late acts, and how much was asked for in them: what is busy is not yet
    slow."""
    cells = context.metrics.heat
    late = [sum(c.denominator - c.numerator for c in cells if c.hour == h) for h in range(24)]
    asked = [sum(c.denominator for c in cells if c.hour == h) for h in range(24)]
    if not sum(late):
        return ""
    hours = sorted(sorted(range(24), key=lambda h: -late[h])[:PEAK_HOURS])
    shares = [sum(counts[h] for h in hours) / sum(counts) for counts in (late, asked)]
    return context.texts(
        "overview.heat_most",
        hours=context.texts("words.and").join(map(str, hours)),
        late=f"{shares[0]:.0%}",
        asked=f"{shares[1]:.0%}",
    )


def _heat_cell(rate: HeatCell) -> Cell:
    """Darker for more late acts."""
    if not rate.denominator:
        return cell("·", "heat-none")
    bad = rate.denominator - rate.numerator
    if not bad:
        return cell("·", "heat-0")
    step = next((i for i, limit in enumerate(SHADES) if bad <= limit), len(SHADES))
    codes = {"governing": "1", "timed": "1", "weekday": rate.weekday, "hour": rate.hour}
    return Cell(line(str(bad)), f"heat-{step}", filter=urlencode(codes) if bad else "")


def delays(context: ReportContext) -> Iterator[Block]:
    texts, rows = context.texts, []
    for row in context.metrics.delays:
        if not context.in_focus(row.key) or not row.taken.n:
            continue
        rule, taken, over = context.rulebooks.rule(row.key), row.taken, row.overrun
        p90 = taken.p90 if taken.n >= ENOUGH else None
        times = [taken.p50, p90, taken.max, over.p50, over.max]
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
