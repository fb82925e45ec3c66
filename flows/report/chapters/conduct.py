"""What was said, and where records of different systems do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.numbers.records import ConductPart, Disagreement, MannerKept
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, code, columns, num, rate_cell

SHOWN = 40
EXAMPLES = 3


def conduct(context: ReportContext) -> Iterator[Block]:
    """Explicit breaches with the words matched; what is expected and how often it was done; advice
    apart."""
    texts, found = context.texts, context.metrics.conduct
    if not found:
        return
    yield Heading(texts("conduct.title"))
    explicit = found.explicit
    yield Paragraph(
        line(
            texts(
                "conduct.intro",
                messages=texts.count("message", found.agent_messages),
                n=texts.count("finding", explicit.findings),
            )
        )
    )
    if explicit.findings:
        yield _breaches(context, explicit)
    yield _kept(context, found.kept)
    if found.advice.findings:
        yield _advice(context, found.advice)


def _breaches(context: ReportContext, found: ConductPart) -> Table:
    titles = {entry.id: entry.title.of(context.texts.lang) for entry in found.by_list}
    rows = tuple(
        Row(
            (
                cell(context.article(r.article)),
                cell(context.printable.text(titles.get(r.list, r.list))),
                cell(context.printable.free(r.words)),
                code(context, r.message_id),
                cell(context.person(r.sender_id), "nowrap"),
                cell(context.wording.instant(r.sent_at), "nowrap"),
                code(context, f"{r.file}:{r.row}"),
            )
        )
        for r in found.listed[:SHOWN]
    )
    note = _capped(context, found.findings, len(rows))
    heads = columns(
        context,
        "clause",
        "phrase_list",
        "words",
        "message:id",
        "person:nowrap",
        "sent:nowrap",
        "source:id",
    )
    return Table(context.texts("conduct.breaches"), heads, rows, note)


def _capped(context: ReportContext, total: int, shown: int) -> str:
    return (
        context.texts("words.capped", total=f"{total:,}", shown=f"{shown:,}")
        if shown < total
        else ""
    )


def _kept(context: ReportContext, rows: Sequence[MannerKept]) -> Table:
    made = tuple(
        Row(
            (
                cell(context.article(row.article), "nowrap"),
                cell(context.printable.text(row.title.of(context.texts.lang))),
                cell(context.wording.fraction(row), NUM),
                rate_cell(context, row, None),
            )
        )
        for row in rows
    )
    return Table(
        context.texts("conduct.kept"),
        columns(context, "clause", "manner", f"of:{NUM}", f"rate:{NUM}"),
        made,
    )


def _advice(context: ReportContext, found: ConductPart) -> Table:
    """Matters of style, counted and not listed: they are no violations."""
    made = tuple(
        Row(
            (
                cell(context.article(row.article), "nowrap"),
                cell(context.printable.text(row.title.of(context.texts.lang))),
                num(context, row.findings),
            )
        )
        for row in found.by_list
    )
    heads = columns(context, "clause", "phrase_list", f"n:{NUM}")
    return Table(context.texts("conduct.advice"), heads, made, context.texts("conduct.advice_note"))


def reconciliation(context: ReportContext) -> Iterator[Block]:
    """Where records of different systems do not agree, and the rates that this puts in doubt."""
    texts = context.texts
    rows = [row for row in context.metrics.reconciliation or [] if row.count]
    if not context.metrics.reconciliation:
        return
    yield Heading(texts("reconciliation.title"))
    if not rows:
        yield Paragraph(line(texts("reconciliation.none")))
        return
    yield Paragraph(line(texts("reconciliation.intro")))
    made = tuple(_disagreement(context, row) for row in rows)
    heads = columns(context, "disagreement", f"n:{NUM}", f"looked_at:{NUM}", "examples", "doubts")
    yield Table(texts("reconciliation.table"), heads, made)


def _disagreement(context: ReportContext, row: Disagreement) -> Row:
    comma = context.texts("words.comma")
    examples = comma.join(context.printable.free(example) for example in row.examples[:EXAMPLES])
    titles = {rule.topic: context.word(rule.title) for rule in reversed(context.rulebooks.rules)}
    doubts = (
        comma.join(titles.get(name) or context.texts.name("doubt", name) for name in row.doubts)
        or "—"
    )
    return Row(
        (
            cell(context.printable.text(row.title.of(context.texts.lang))),
            num(context, row.count),
            num(context, row.of),
            cell(examples or "—", "id"),
            cell(doubts),
        )
    )
