"""What the register of everything not in order holds, in numbers."""

from __future__ import annotations

from collections.abc import Iterator

from flows.report.context.blocks import Block, Paragraph, line
from flows.report.context.report_context import ReportContext


def register_counts(context: ReportContext) -> Iterator[Block]:
    """How many entries the register has, of what kinds, and how many can't be attributed."""
    found = context.metrics.register
    if found is None or not found.total:
        return
    texts = context.texts
    kinds = texts("words.and").join(
        texts("register.count", name=texts.name("register.kind", row.key), n=row.n)
        for row in found.by_kind
        if row.n
    )
    words = texts(
        "register.counts",
        total=texts.count("finding", found.total),
        kinds=kinds,
        unattributed=texts.count("finding", found.unattributed),
        nobody=texts.count("finding", found.nobody),
    )
    yield Paragraph(line(words))
