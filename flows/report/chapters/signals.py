"""Signals that records may have been dressed up, and what no deadline watches: hints for the
inspector, never violations."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.records import SignalFound
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

PEOPLE, EXAMPLES = 2, 3


def signals(context: ReportContext) -> Iterator[Block]:
    return _listed(context, "signals", context.metrics.signals)


def unwatched(context: ReportContext) -> Iterator[Block]:
    """What no clause's clock watches: listed, never violations."""
    return _listed(context, "unwatched", context.metrics.unwatched)


def _listed(
    context: ReportContext, section: str, found: tuple[SignalFound, ...] | None
) -> Iterator[Block]:
    if not found:
        return
    texts = context.texts
    yield Heading(texts(f"{section}.title"))
    yield Paragraph(line(texts(f"{section}.intro")))
    heads = columns(context, "signal", f"n:{NUM}", f"looked_at:{NUM}", "most_often", "examples")
    yield Table(texts(f"{section}.table"), heads, tuple(_signal(context, row) for row in found))


def _signal(context: ReportContext, row: SignalFound) -> Row:
    comma, lang = context.texts("words.comma"), context.texts.lang
    people = comma.join(
        f"{context.person(p.key)} {context.wording.number(p.found)}" for p in row.persons[:PEOPLE]
    )
    examples = comma.join(
        context.printable.text(example.subject) for example in row.examples[:EXAMPLES]
    )
    return Row(
        (
            cell(context.printable.text(row.title.of(lang))),
            num(context, row.found),
            num(context, row.looked_at),
            cell(people or "—"),
            cell(examples or "—", "id"),
        )
    )
