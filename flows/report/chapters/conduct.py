"""What was said, and where records of different systems do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.numbers.records import ConductPart, Disagreement, MannerKept
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import Desk
from flows.report.context.tables import NUM, cell, code, columns, num, rate_cell

SHOWN = 40
EXAMPLES = 3


def conduct(desk: Desk) -> Iterator[Block]:
    """Explicit breaches with the words matched; what is expected and how often it was done; advice
    apart."""
    texts, found = desk.texts, desk.metrics.conduct
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
        yield _breaches(desk, explicit)
    yield _kept(desk, found.kept)
    if found.advice.findings:
        yield _advice(desk, found.advice)


def _breaches(desk: Desk, found: ConductPart) -> Table:
    titles = {entry.id: entry.title.of(desk.texts.lang) for entry in found.by_list}
    rows = tuple(
        Row(
            (
                cell(desk.article(r.article)),
                cell(desk.press.ink(titles.get(r.list, r.list))),
                cell(desk.press.free(r.words)),
                code(desk, r.message_id),
                cell(desk.person(r.sender_id), "nowrap"),
                cell(desk.say.instant(r.sent_at), "nowrap"),
                code(desk, f"{r.file}:{r.row}"),
            )
        )
        for r in found.listed[:SHOWN]
    )
    note = _capped(desk, found.findings, len(rows))
    heads = columns(
        desk,
        "clause",
        "phrase_list",
        "words",
        "message:id",
        "person:nowrap",
        "sent:nowrap",
        "source:id",
    )
    return Table(desk.texts("conduct.breaches"), heads, rows, note)


def _capped(desk: Desk, total: int, shown: int) -> str:
    return (
        desk.texts("words.capped", total=f"{total:,}", shown=f"{shown:,}") if shown < total else ""
    )


def _kept(desk: Desk, rows: Sequence[MannerKept]) -> Table:
    made = tuple(
        Row(
            (
                cell(desk.article(row.article), "nowrap"),
                cell(desk.press.ink(row.title.of(desk.texts.lang))),
                cell(desk.say.fraction(row), NUM),
                rate_cell(desk, row, None),
            )
        )
        for row in rows
    )
    return Table(
        desk.texts("conduct.kept"),
        columns(desk, "clause", "manner", f"of:{NUM}", f"rate:{NUM}"),
        made,
    )


def _advice(desk: Desk, found: ConductPart) -> Table:
    """Matters of style, counted and not listed: they are no violations."""
    made = tuple(
        Row(
            (
                cell(desk.article(row.article), "nowrap"),
                cell(desk.press.ink(row.title.of(desk.texts.lang))),
                num(desk, row.findings),
            )
        )
        for row in found.by_list
    )
    heads = columns(desk, "clause", "phrase_list", f"n:{NUM}")
    return Table(desk.texts("conduct.advice"), heads, made, desk.texts("conduct.advice_note"))


def reconciliation(desk: Desk) -> Iterator[Block]:
    """Where records of different systems do not agree, and the rates that this puts in doubt."""
    texts = desk.texts
    rows = [row for row in desk.metrics.reconciliation or [] if row.count]
    if not desk.metrics.reconciliation:
        return
    yield Heading(texts("reconciliation.title"))
    if not rows:
        yield Paragraph(line(texts("reconciliation.none")))
        return
    yield Paragraph(line(texts("reconciliation.intro")))
    made = tuple(_disagreement(desk, row) for row in rows)
    heads = columns(desk, "disagreement", f"n:{NUM}", f"looked_at:{NUM}", "examples", "doubts")
    yield Table(texts("reconciliation.table"), heads, made)


def _disagreement(desk: Desk, row: Disagreement) -> Row:
    comma = desk.texts("words.comma")
    examples = comma.join(desk.press.free(example) for example in row.examples[:EXAMPLES])
    titles = {rule.topic: desk.word(rule.title) for rule in reversed(desk.rulebooks.rules)}
    doubts = (
        comma.join(titles.get(name) or desk.texts.name("doubt", name) for name in row.doubts) or "—"
    )
    return Row(
        (
            cell(desk.press.ink(row.title.of(desk.texts.lang))),
            num(desk, row.count),
            num(desk, row.of),
            cell(examples or "—", "id"),
            cell(doubts),
        )
    )
