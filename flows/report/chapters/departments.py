"""部门对照: the departments against the one line that the regulations set, and what follows from
it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checks.law.belongings import Consequence
from checks.numbers.rates import DepartmentRow, Interval, RankedRow, Rate
from flows.report.chapters.axis import axis
from flows.report.chapters.trend import trend
from flows.report.chapters.verdict import judged_departments
from flows.report.context.blocks import Block, Paragraph, Picture, Row, Table, line
from flows.report.context.quotations import quotation
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num, rate_cell, tally_table

SHOWN = 12


def departments(context: ReportContext) -> Iterator[Block]:
    texts, found = context.texts, judged_departments(context)[:SHOWN]
    if not found:
        yield Paragraph(line(texts("departments.none")))
    else:
        threshold = context.wording.percent(context.metrics.proposals.threshold)
        yield Paragraph(line(texts("departments.intro", line=threshold)), "lead")
        yield _picture(context, found)
        yield _funnel(context)
        yield _consequences(context, found)
    yield from trend(context)
    counted = {"governing": "1", "timed": "1"}
    rows = context.metrics.by_tier
    yield tally_table(context, texts("overview.tiers"), "tier", rows, context.tier, **counted)


def _picture(context: ReportContext, found: list[DepartmentRow]) -> Picture:
    texts, line_at = context.texts, context.metrics.proposals.threshold
    intervals = {row.key: row.interval for row in context.metrics.tc_by_department}
    rows: list[dict[str, Any]] = [
        {
            "name": _short(context, context.department(row.key)),
            "rates": [
                _rated(context, row.tc_timeliness, intervals.get(row.key)),
                _rated(context, row.timeliness, row.interval),
            ],
        }
        for row in reversed(found)
    ]
    lows = [own["low"] for row in rows for own in row["rates"]]
    floor, ticks = axis([line_at - 0.05, *lows])
    shown = context.wording.percent(line_at)
    mark = {"at": line_at, "label": texts("picture.penalty_line", line=shown)}
    mark |= {"anchor": "start" if line_at - floor < 0.1 * (1 - floor) else "middle"}
    own = context.rulebooks.parameters.overtime_of
    code = f"{own} " if own in context.rulebooks.order else ""
    words = texts("words.semicolon").join(
        f"{row['name']} {code}{row['rates'][0]['label']}，{row['rates'][1]['label']}"
        for row in rows
    )
    data = {"rows": rows, "floor": floor, "ticks": ticks, "mark": mark}
    data |= {"legend": texts.items("picture.departments_legend")}
    caption = texts("departments.picture")
    return Picture("departments", caption, texts("picture.departments", words=words), data)


def _rated(context: ReportContext, rate: Rate | None, interval: Interval | None) -> dict[str, Any]:
    if rate is None or rate.rate is None or interval is None:
        return {"rate": None, "low": None, "high": None, "label": context.texts("words.no_case")}
    label = f"{context.wording.percent(rate.rate)}　{context.wording.fraction(rate)}"
    return {"rate": rate.rate, "low": interval.low, "high": interval.high, "label": label}


def _short(context: ReportContext, name: str) -> str:
    """As much as has room before the axis."""
    limit = 9 if context.texts.lang == "zh" else 17
    return name if len(name) <= limit else f"{name[: limit - 1]}…"


def _funnel(context: ReportContext) -> Table:
    """From what a department had to do under TC to what it did in time."""
    texts, found = context.texts, context.metrics.findings
    critical = {row.key: row.n for row in found.critical_by_department}
    rows = [
        Row((cell(context.department(row.key)), *_counts(context, row, critical.get(row.key, 0))))
        for row in context.metrics.tc_by_department[:SHOWN]
    ]
    own = ("tc_unknown", "tc_decided", "tc_met")
    numbers = ("bound", "exempt_n", "pending", *own, "late_n", "overdue")
    heads = columns(
        context,
        "department",
        *(f"{n}:{NUM}" for n in numbers),
        f"tc_rate:{NUM}",
        f"critical_n:{NUM}",
    )
    return Table(texts("departments.funnel"), heads, tuple(rows), texts("departments.funnel_note"))


def _counts(context: ReportContext, row: RankedRow, critical: int) -> list[Any]:
    decided = row.timeliness.denominator
    values = (row.total, row.exempt, row.pending, row.unknown, decided, row.met, row.late)
    line_at = context.metrics.proposals.threshold
    return [
        *(num(context, value) for value in (*values, row.overdue)),
        rate_cell(context, row.timeliness, line_at),
        num(context, critical, "low" if critical else ""),
    ]


def _consequences(context: ReportContext, found: list[DepartmentRow]) -> Table:
    """What the regulations foresee for departments, and what this month gives reason for."""
    texts = context.texts
    foreseen = context.rulebooks.foreseen
    told: dict[Consequence, tuple[str, str]] = {
        "department_below": _penalty(context, found[0]),
        "department_first": _reward(context),
    }
    rows = [
        _consequence(context, foreseen[name], *words)
        for name, words in told.items()
        if name in foreseen
    ]
    heads = columns(context, "clause_text", "this_month", "proposal")
    return Table(
        texts("departments.consequences"), heads, tuple(rows), texts("departments.persons")
    )


def _consequence(context: ReportContext, article: str, state: str, proposal: str) -> Row:
    quoted = quotation(article, context.texts.lang)
    cited = context.article(article)
    words = context.texts("words.quoted", cite=cited, text=quoted) if quoted else cited
    return Row((cell(words), cell(state), cell(proposal)))


def _penalty(context: ReportContext, lowest: DepartmentRow) -> tuple[str, str]:
    texts, below = context.texts, context.metrics.proposals.departments
    if below:
        names = context.several(
            below,
            lambda row: (
                f"{context.department(row.key)} {context.wording.percent(row.timeliness.rate)}"
            ),
        )
        return names, texts("departments.penalty")
    rate = lowest.tc_timeliness.rate if lowest.tc_timeliness else None
    words = texts(
        "departments.lowest",
        name=context.department(lowest.key),
        rate=context.wording.percent(rate),
    )
    return words, texts("departments.no_penalty")


def _reward(context: ReportContext) -> tuple[str, str]:
    """The first by TC's own rate, and whether it is surely ahead of the second."""
    texts = context.texts
    ranked = [row for row in context.metrics.tc_by_department if row.rank is not None]
    if len(ranked) < 2:
        return texts("departments.unranked"), texts("departments.no_reward")
    first, second = ranked[:2]
    apart = (
        first.interval is not None
        and second.interval is not None
        and first.interval.low > second.interval.high
    )
    words = texts(
        "departments.first_apart" if apart else "departments.first",
        name=context.department(first.key),
        rate=context.wording.percent(first.timeliness.rate),
        second=context.department(second.key),
        other=context.wording.percent(second.timeliness.rate),
    )
    return words, texts("departments.reward")
