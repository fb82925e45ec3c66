"""附件 数据来源与核算: what became of every row, and the one checksum that vouches for the rest."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.intake import RowAccounting
from flows.report.chapters.agreement import agreement
from flows.report.chapters.closings import later_exports
from flows.report.chapters.sources import kept_apart
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

PARTS = ("read", "accepted", "duplicates", "superseded", "quarantined")


def proof(context: ReportContext) -> Iterator[Block]:
    texts = context.texts
    yield Heading(texts("annex.sources.accounting"))
    yield _accounting(context)
    yield Heading(texts("annex.proof.seal"))
    yield Paragraph(line(texts("annex.proof.seal_words")), "plain")
    yield Paragraph(line(f"SHA-256　{context.seal}"), "hash")
    if context.kept_apart:
        yield Paragraph(line(kept_apart(context)), "plain")
    yield from later_exports(context)
    yield from agreement(context)
    yield Paragraph(line(texts("annex.proof.where")), "plain")


def _accounting(context: ReportContext) -> Table:
    counted = context.metrics.accounting
    rows = [_row(context, context.texts.name("table", name), own) for name, own in counted.items()]
    total = RowAccounting(
        **{part: sum(getattr(own, part) for own in counted.values()) for part in PARTS}
    )
    rows.append(_row(context, context.texts("words.total"), total, "strong"))
    heads = columns(context, "table", *(f"{part}:{NUM}" for part in PARTS))
    caption = context.texts("annex.sources.accounting_table")
    return Table(caption, heads, tuple(rows), "", "tight")


def _row(context: ReportContext, name: str, own: RowAccounting, css: str = "") -> Row:
    counts = (num(context, getattr(own, part), css) for part in PARTS)
    return Row((cell(name, css), *counts))
