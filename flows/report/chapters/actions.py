"""原因分析 · 上期整改跟踪 · 经验做法."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from checks.numbers.evidence import Rectification, Rectified
from checks.numbers.rates import TallyRow
from flows.report.context.blocks import Block, Items, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

GOOD_CASES = 30
"""With fewer cases a rate of 100 % says too little to be praised."""
MEASURES = 25
DEPARTMENTS = 40
"""Rows and lines that are printed; the workbook has all."""


def causes(context: ReportContext) -> Iterator[Block]:
    """Causes as the audited side recorded them; the report guesses none."""
    texts, found = context.texts, context.metrics.findings
    if not found.total:
        yield Paragraph(line(texts("problems.none")))
        return
    named = sum(row.n for row in found.by_cause)
    yield Paragraph(
        line(
            texts(
                "causes.intro",
                total=texts.count("finding", found.total),
                named=texts.count("finding", named),
            )
        )
    )
    if found.by_cause:
        rows = tuple(
            Row(
                (
                    cell(texts.name("cause", row.key)),
                    num(context, row.n),
                    cell(texts(f"cause_duty.{row.key}")),
                )
            )
            for row in found.by_cause
        )
        yield Table(
            texts("causes.table"), columns(context, "cause", f"findings:{NUM}", "duty"), rows
        )


def follow_up(context: ReportContext) -> Iterator[Block]:
    """What became of what earlier inspections asked for (TC 第十五条 问题整改完成率)."""
    texts, item = context.texts, context.metrics.evidence.rectifications
    details = item.details if item else None
    if item is None or not isinstance(details, Rectified):
        yield Paragraph(line(texts("follow_up.no_evidence")))
        return
    of = item.rate
    yield Paragraph(
        line(
            texts(
                "follow_up.rate",
                due=texts.count("item", of.denominator),
                done=context.wording.number(of.numerator),
                rate=context.wording.percent(of.rate),
                open=texts.count("item", details.open),
            )
        )
    )
    if of.unknown:
        yield Paragraph(line(texts("follow_up.unknown", n=texts.count("item", of.unknown))))
    if details.undated:
        yield Paragraph(line(texts("follow_up.undated", n=texts.count("item", details.undated))))
    if details.listed:
        yield _measures(context, details.listed)
    repeated = context.metrics.findings.repeated
    if repeated is not None:
        yield Paragraph(line(texts("follow_up.repeated", n=texts.count("finding", repeated))))


def _measures(context: ReportContext, measures: tuple[Rectification, ...]) -> Table:
    """Every measure that was due or is open, row by row."""
    texts = context.texts
    rows = tuple(
        Row(
            (
                cell(context.printable.text(row.finding_id), "id"),
                cell(context.department(row.owner) if row.owner else "—"),
                cell(context.printable.free(row.note or "—")),
                cell(_day(context, row.due_on), "nowrap"),
                cell(_day(context, row.closed_on), "nowrap"),
                cell(
                    texts.name("measure_state", row.state),
                    "nowrap low" if row.state in ("late", "overdue") else "nowrap",
                ),
            )
        )
        for row in measures[:MEASURES]
    )
    heads = columns(
        context, "finding:id", "owner", "measure", "until:nowrap", "closed:nowrap", "result:nowrap"
    )
    note = (
        texts("words.capped_values", total=len(measures), shown=MEASURES)
        if len(measures) > MEASURES
        else ""
    )
    return Table(texts("follow_up.table"), heads, rows, note, "tight")


def _day(context: ReportContext, day: str | None) -> str:
    return "—" if day is None else context.wording.short_day(date.fromisoformat(day))


def good_practice(context: ReportContext) -> Iterator[Block]:
    """Clauses and departments without a violation, where there were enough cases to say so."""
    texts = context.texts
    clauses = [row for row in context.rules() if _flawless(row)]
    owners = [
        row for row in context.metrics.by_department if row.rank is not None and _flawless(row)
    ]
    if not clauses and not owners:
        yield Paragraph(line(texts("good_practice.none", n=GOOD_CASES)))
        return
    yield Paragraph(line(texts("good_practice.intro", n=GOOD_CASES)))
    lines = [
        texts(
            "good_practice.department",
            name=context.department(r.key),
            n=texts.count("obligation", r.timeliness.denominator),
        )
        for r in owners[:DEPARTMENTS]
    ]
    if len(owners) > DEPARTMENTS:
        others = context.wording.number(len(owners) - DEPARTMENTS)
        lines.append(texts("good_practice.others", n=others))
    for row in clauses:
        rule = context.rulebooks.rule(row.key)
        of = row.record if rule.clock_kind == "presence" else row.timeliness
        words = {
            "clause": context.clause(rule),
            "title": context.word(rule.title),
            "n": texts.count("obligation", of.denominator),
        }
        lines.append(texts("good_practice.clause", **words))
    yield Items(tuple(line(words) for words in lines))


def _flawless(row: TallyRow) -> bool:
    cases = row.timeliness.denominator + row.record.denominator
    return cases >= GOOD_CASES and not row.broken and not row.unknown
