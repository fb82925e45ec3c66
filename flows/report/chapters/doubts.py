"""未判定与数据: what could not be judged and why, what the records lack, where they disagree."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.records import Disagreement
from flows.report.chapters.gate import gap_rows, gaps_of
from flows.report.chapters.gate_checks import to_check
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

GAPS, DISAGREEMENTS, EXAMPLES = 12, 10, 3


def doubts(context: ReportContext) -> Iterator[Block]:
    texts = context.texts
    yield Heading(texts("doubts.undecided"), "undecided")
    yield from _undecided(context)
    yield Heading(texts("doubts.records"))
    yield from _gaps(context)
    yield from to_check(context)
    yield from _disagreements(context)


def _undecided(context: ReportContext) -> Iterator[Block]:
    texts, tally = context.texts, context.tally
    if not tally.unknown:
        yield Paragraph(line(texts("scope.all_decided")))
        return
    noun = "obligation" if context.profile.focus else "act"
    yield Paragraph(
        line(
            texts(
                "doubts.split",
                n=texts.count(noun, tally.unknown),
                timed=context.wording.number(tally.timeliness.unknown),
                record=context.wording.number(tally.record.unknown),
            )
        )
    )
    if context.profile.focus:
        return
    rows = tuple(
        Row(
            (
                cell(texts.name("reason", row.key)),
                num(context, row.governing),
                num(context, row.n),
                cell(texts.name("reason_help", row.key)),
            )
        )
        for row in context.metrics.undecided
    )
    heads = columns(context, "reason", f"acts:{NUM}", f"obligations:{NUM}", "what_to_do")
    note = texts("doubts.acts_note")
    yield Table(texts("scope.undecided_table"), heads, rows, note, "tight")
    exempt = context.metrics.exemptions
    if exempt:
        words = texts("words.comma").join(
            f"{texts.name('exempt_reason', row.key)} {context.wording.number(row.governing)}"
            for row in exempt
            if row.governing
        )
        yield Paragraph(line(texts("scope.exempt", words=words)))


def _gaps(context: ReportContext) -> Iterator[Block]:
    found = gaps_of(context)
    if not found:
        return
    rows = gap_rows(context, found[:GAPS])
    heads = columns(context, "clause:nowrap", "requirement", "lacking", f"obligations:{NUM}")
    note = context.texts("doubts.more_gaps", n=len(found) - GAPS) if len(found) > GAPS else ""
    yield Table(context.texts("data.gaps"), heads, rows, note, "tight")


def _disagreements(context: ReportContext) -> Iterator[Block]:
    found = [row for row in context.metrics.reconciliation or () if row.count]
    if not found:
        return
    texts = context.texts
    worst = sorted(found, key=lambda row: -row.count)
    rows = tuple(_disagreement(context, row) for row in worst[:DISAGREEMENTS])
    heads = columns(context, "disagreement", f"n:{NUM}", f"looked_at:{NUM}", "doubts")
    note = texts("reconciliation.intro")
    yield Table(texts("reconciliation.table"), heads, rows, note, "tight")


def _disagreement(context: ReportContext, row: Disagreement) -> Row:
    titles = {rule.topic: context.word(rule.title) for rule in reversed(context.rulebooks.rules)}
    names = [titles.get(name) or context.texts.name("doubt", name) for name in row.doubts]
    shown = context.texts("words.and").join(names[:EXAMPLES])
    return Row(
        (
            cell(context.printable.text(row.title.of(context.texts.lang))),
            num(context, row.count),
            num(context, row.of),
            cell(shown or "—"),
        )
    )
