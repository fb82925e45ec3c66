"""原因分析 · 整改要求 · 上期整改跟踪 · 好的做法."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.evidence import Rectified
from checks.numbers.findings import RuleFindings
from checks.numbers.rates import TallyRow
from flows.report.chapters.register import register_counts, register_demands
from flows.report.context.blocks import Block, Cell, Items, Paragraph, Row, Span, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

GOOD_CASES = 30
"""With fewer cases a rate of 100 % says too little to be praised."""


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


def demands(context: ReportContext) -> Iterator[Block]:
    """What is to be put right, by whom, until when, and how it will be verified."""
    texts = context.texts
    found = [row for row in context.metrics.findings.by_rule if context.in_focus(row.key)]
    rows = [_demand(context, n, row) for n, row in enumerate(found, start=1)]
    rows += register_demands(context, len(rows) + 1)
    if not rows:
        yield Paragraph(line(texts("demands.none")))
        return
    yield Paragraph(line(texts("demands.intro")))
    yield from register_counts(context)
    heads = columns(
        context,
        "place:nowrap",
        "demand",
        "owner",
        "until:nowrap",
        f"findings:{NUM}",
        "finding_link:nowrap",
    )
    yield Table(texts("demands.table"), heads, tuple(rows), texts("demands.note"))


def _demand(context: ReportContext, n: int, row: RuleFindings) -> Row:
    texts, rule = context.texts, context.rulebooks.rule(row.key)
    gravest = next(part.key for part in row.by_grade if part.n)
    owners = texts("words.and").join(context.department(part.key) for part in row.by_department[:3])
    words = texts(
        "demands.presence" if rule.clock_kind == "presence" else "demands.timed",
        title=context.word(rule.title),
    )
    days = texts.count("unit.workdays", context.options.remedy_days[gravest])
    link = Cell((Span(context.clause(rule), f"#rule-{rule.id}"),), "nowrap")
    return Row(
        (
            cell(str(n), "nowrap"),
            cell(words),
            cell(owners),
            cell(days, "nowrap"),
            num(context, row.n),
            link,
        )
    )


def follow_up(context: ReportContext) -> Iterator[Block]:
    """What became of what earlier inspections asked for (TC 第十五条 问题整改完成率)."""
    texts, item = context.texts, context.metrics.evidence.rectifications
    details = item.details
    if not isinstance(details, Rectified):
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
    repeated = context.metrics.findings.repeated
    if repeated is not None:
        yield Paragraph(line(texts("follow_up.repeated", n=texts.count("finding", repeated))))


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
        for r in owners
    ]
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
