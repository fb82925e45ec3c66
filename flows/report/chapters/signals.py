"""Signals that records may have been dressed up: hints for the inspector, never violations."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.records import SignalFound
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import Desk
from flows.report.context.tables import NUM, cell, columns, num

PEOPLE, EXAMPLES = 2, 3


def signals(desk: Desk) -> Iterator[Block]:
    found = desk.metrics.signals
    if not found:
        return
    yield Heading(desk.texts("signals.title"))
    yield Paragraph(line(desk.texts("signals.intro")))
    heads = columns(desk, "signal", f"n:{NUM}", f"looked_at:{NUM}", "most_often", "examples")
    yield Table(desk.texts("signals.table"), heads, tuple(_signal(desk, row) for row in found))


def _signal(desk: Desk, row: SignalFound) -> Row:
    comma, lang = desk.texts("words.comma"), desk.texts.lang
    people = comma.join(
        f"{desk.person(p.key)} {desk.say.number(p.found)}" for p in row.persons[:PEOPLE]
    )
    examples = comma.join(desk.press.ink(example.subject) for example in row.examples[:EXAMPLES])
    return Row(
        (
            cell(desk.press.ink(row.title.of(lang))),
            num(desk, row.found),
            num(desk, row.looked_at),
            cell(people or "—"),
            cell(examples or "—", "id"),
        )
    )
