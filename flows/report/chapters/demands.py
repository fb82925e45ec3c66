"""整改要求: at most a dozen, each with measure, who, until when, and how it will be accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from checks.law.belongings import Holidays
from checks.law.calendar import Calendar
from checks.numbers.findings import RuleFindings
from flows.report.chapters.failures import failures
from flows.report.chapters.register import register_counts
from flows.report.chapters.themes import all_themes, theme_of
from flows.report.context.blocks import Block, Cell, Paragraph, Row, Span, Table, line
from flows.report.context.dates import report_date
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import cell, columns

MOST, MECHANISMS, OWNERS = 12, 5, 2


@dataclass(frozen=True)
class Demand:
    """A measure, the department, the grade that sets its deadline, its test, and the chapter that
    it comes from (`anchor`, and its name)."""

    what: str
    owner: str
    grade: str
    test: str
    anchor: str
    place: str


def demands(context: ReportContext) -> Iterator[Block]:
    texts, made = context.texts, list(_demands(context))[:MOST]
    if not made:
        yield Paragraph(line(texts("demands.none")))
        return
    yield Paragraph(line(texts("demands.intro", n=len(made))), "lead")
    rows = tuple(_row(context, n, demand) for n, demand in enumerate(made, start=1))
    heads = columns(
        context,
        "place:nowrap",
        "measure",
        "owner",
        "person:nowrap",
        "until:nowrap",
        "test",
        "link:nowrap",
    )
    yield Table(texts("demands.table"), heads, rows, texts("demands.note"), "tight")
    yield from register_counts(context)


def _demands(context: ReportContext) -> Iterator[Demand]:
    if not context.profile.focus:
        yield from _critical(context)
    yield from _mechanisms(context)
    yield from _themes(context)
    if context.profile.focus:
        return
    texts, found = context.texts, context.metrics.findings
    if found.unassigned:
        words = {"n": texts.count("finding", found.unassigned)}
        yield _own(context, "unassigned", "minor", "themes", words)
    if context.tally.unknown:
        words = {"n": texts.count("act", context.tally.unknown)}
        yield _own(context, "unknown", "minor", "doubts", words)


def _critical(context: ReportContext) -> Iterator[Demand]:
    found = context.metrics.findings.critical_by_department
    if found:
        owners = context.texts("words.and").join(context.department(row.key) for row in found[:3])
        words = {"n": context.texts.count("finding", sum(row.n for row in found))}
        yield _own(context, "critical", "critical", "grave-cases", words, owners)


def _own(
    context: ReportContext,
    key: str,
    grade: str,
    anchor: str,
    words: dict[str, str],
    owner: str = "",
) -> Demand:
    texts = context.texts
    return Demand(
        texts(f"demand.{key}.what", **words),
        owner or texts(f"demand.{key}.owner"),
        grade,
        texts(f"demand.{key}.test", **words),
        anchor,
        texts(f"{anchor.replace('-', '_')}.title"),
    )


def _mechanisms(context: ReportContext) -> Iterator[Demand]:
    texts = context.texts
    for row in failures(context)[:MECHANISMS]:
        own = f"demand.{row.key}" if texts.has(f"demand.{row.key}") else "demand.mechanism"
        words = {"title": texts(f"duty_short.{row.key}"), "gap": row.gap, "due": row.due}
        what, test = texts(f"{own}.what", **words), texts(f"{own}.test", **words)
        yield Demand(what, row.owner, "major", test, "oversight", texts("oversight.title"))


def _themes(context: ReportContext) -> Iterator[Demand]:
    """One a theme, those with the most findings first."""
    texts = context.texts
    by_theme: dict[str, list[RuleFindings]] = {}
    for row in context.metrics.findings.by_rule:
        if context.in_focus(row.key):
            theme = theme_of(context.rulebooks.rule(row.key).topic)
            by_theme.setdefault(theme.code, []).append(row)
    counted = {row.key: row.n for row in context.metrics.findings.by_topic}
    sizes = {
        theme.code: sum(n for topic, n in counted.items() if theme_of(topic).code == theme.code)
        for theme in all_themes()
    }
    for code in sorted(by_theme, key=lambda code: (-sizes[code], code)):
        rows = by_theme[code]
        gravest = min((_gravest(row) for row in rows), key=GRADES.index)
        owners: dict[str, int] = {}
        for row in rows:
            for part in row.by_department:
                owners[part.key] = max(owners.get(part.key, 0), part.n)
        named = sorted(owners, key=lambda name: (-owners[name], name))[:OWNERS]
        n = sizes[code] if not context.profile.focus else sum(row.n for row in rows)
        yield Demand(
            texts(f"demand_theme.{code}.what", n=n),
            texts("words.and").join(context.department(name) for name in named),
            gravest,
            texts(f"demand_theme.{code}.test"),
            f"theme-{code}",
            texts(f"theme.{code}"),
        )


GRADES = ("critical", "major", "minor")


def _gravest(row: RuleFindings) -> str:
    return next(part.key for part in row.by_grade if part.n)


def _row(context: ReportContext, n: int, demand: Demand) -> Row:
    days = context.options.remedy_days[demand.grade]
    made = report_date(context.metrics.period, context.options)
    until = working_days_after(made, days, context.rulebooks.holidays)
    return Row(
        (
            cell(str(n), "nowrap"),
            cell(demand.what),
            cell(demand.owner),
            cell(context.texts("demands.nobody"), "nowrap quiet"),
            cell(context.wording.short_day(until), "nowrap"),
            cell(demand.test),
            Cell((Span(demand.place, f"#{demand.anchor}"),)),
        )
    )


def working_days_after(start: date, days: int, holidays: Holidays = "prc") -> date:
    """The n-th working day after the day, by the published calendar."""
    calendar, day = Calendar({}, holidays=holidays), start
    while days:
        day += timedelta(days=1)
        days -= calendar.is_workday(day)
    return day
