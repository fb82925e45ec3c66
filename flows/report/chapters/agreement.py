"""Kelou's own error rate, as far as inspectors' spot checks measure it."""

from __future__ import annotations

from collections.abc import Iterator

from flows.report.context.blocks import Block, Paragraph, line
from flows.report.context.report_context import ReportContext


def agreement(context: ReportContext) -> Iterator[Block]:
    """How often inspectors came to another result; nothing where none can be compared."""
    found, texts, wording = context.metrics.agreement, context.texts, context.wording
    if found is None or not found.error.denominator or found.interval is None:
        return
    words = texts(
        "agreement.told",
        n=wording.number(found.error.denominator),
        differ=wording.number(found.error.numerator),
        rate=wording.percent(found.error.rate),
        low=wording.percent(found.interval.low),
        high=wording.percent(found.interval.high),
        unfounded=wording.number(found.unfounded),
        missed=wording.number(found.missed),
    )
    yield Paragraph(line(words))
