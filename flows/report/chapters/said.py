"""附件 异议、更正与条款冲突: what others said of the findings, what became of earlier reports,
where the regulations contradict each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from checks.law.conflicts import Conflict, conflicts
from flows.report.chapters.closings import restatement_lines
from flows.report.chapters.reference import demand_words, objections
from flows.report.context.blocks import Block, Heading, Items, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import cell, columns

CONFLICTS = 14


def said(context: ReportContext) -> Iterator[Block]:
    texts = context.texts
    yield Heading(texts("annex.objections.title"))
    yield from objections(context)
    yield Heading(texts("annex.restatements.title"))
    lines = restatement_lines(context)
    if lines:
        yield Items(tuple(line(words) for words in lines))
    else:
        yield Paragraph(line(texts("annex.restatements.none")), "plain")
    yield Heading(texts("annex.conflicts.title"))
    yield from _conflicts(context)


def _conflicts(context: ReportContext) -> Iterator[Block]:
    """One row for the clauses that collide, with the tiers that they collide for."""
    texts = context.texts
    merged: dict[tuple[str, tuple[str, ...]], list[Conflict]] = {}
    for conflict in conflicts(context.rulebooks, date.fromisoformat(context.metrics.period.from_)):
        rules = tuple(demand.rule.id for demand in conflict.demands)
        merged.setdefault((conflict.kind, rules), []).append(conflict)
    if not merged:
        yield Paragraph(line(texts("annex.conflicts.none")), "plain")
        return
    groups = list(merged.values())
    rows = tuple(_row(context, group) for group in groups[:CONFLICTS])
    heads = columns(context, "demands", "tiers", "kind")
    note = texts("annex.said.more", n=len(groups) - CONFLICTS) if len(groups) > CONFLICTS else ""
    yield Table(texts("annex.conflicts.table"), heads, rows, note, "tight")


def _row(context: ReportContext, group: list[Conflict]) -> Row:
    texts = context.texts
    clauses = texts("words.semicolon").join(
        f"{context.clause(demand.rule)} {context.word(demand.rule.title)}"
        for demand in group[0].demands
    )
    tiers = texts("words.semicolon").join(
        f"{texts.name('tier_short', conflict.tier)} "
        + " / ".join(demand_words(context, demand) for demand in conflict.demands)
        for conflict in group
    )
    return Row((cell(clauses), cell(tiers), cell(texts.name("conflict", group[0].kind))))
