"""数据完整性: whether everything is in, before any verdict is read."""

from __future__ import annotations

from collections.abc import Iterator

from checks.numbers.gate import RuleGap, TableGate
from flows.law.field_words import field_word
from flows.report.chapters.gate_checks import to_check
from flows.report.context.blocks import (
    Block,
    Heading,
    Line,
    Paragraph,
    Row,
    Span,
    Table,
    line,
)
from flows.report.context.report_context import Desk
from flows.report.context.tables import NUM, cell, columns, num


def gate_note(desk: Desk) -> Line:
    """The line of page one: how much was read, how many rules can be judged, what needs
    checking."""
    texts, found = desk.texts, desk.gate.found
    words = texts("data.page_one", **_read(desk), **_judged(desk))
    if found:
        kinds = texts("words.and").join(texts.name("gate_kind", kind) for kind in found)
        words += texts("data.to_check", kinds=kinds)
    else:
        words += texts("data.nothing_to_check")
    colon = texts("words.colon")
    return (Span(texts("data.title"), "#data"), Span(f"{colon}{words}"))


def data(desk: Desk) -> Iterator[Block]:
    texts = desk.texts
    yield Heading(texts("data.read"))
    yield Paragraph(line(texts("data.intro", **_read(desk))))
    yield _tables(desk)
    yield Heading(texts("data.rules"))
    yield from _gaps(desk)
    yield Heading(texts("data.check"))
    yield from to_check(desk)


def gaps_of(desk: Desk) -> list[RuleGap]:
    """The rules that can't be judged from the records, of the regulations that the document is
    about."""
    return [gap for gap in desk.gate.gaps if desk.in_focus(gap.rule_id)]


def gap_count(desk: Desk) -> int:
    """How many gaps of the records the document tells of."""
    return len(gaps_of(desk))


def _read(desk: Desk) -> dict[str, str]:
    tables, count = desk.gate.tables, desk.texts.count
    return {
        "tables": count("table", len(tables)),
        "files": count("file", sum(t.files for t in tables)),
        "read": count("row", sum(t.read for t in tables)),
        "accepted": desk.say.number(sum(t.accepted for t in tables)),
        "quarantined": desk.say.number(sum(t.quarantined for t in tables)),
    }


def _judged(desk: Desk) -> dict[str, str]:
    rules = sum(desk.in_focus(rule.id) for rule in desk.rulebooks.rules)
    return {
        "rules": desk.texts.count("rule", rules),
        "judged": desk.say.number(rules - len(gaps_of(desk))),
    }


def _tables(desk: Desk) -> Table:
    rows = tuple(_table(desk, t) for t in desk.gate.tables)
    numbers = ("files", "sheets", "read", "accepted", "quarantined", "superseded", "outside")
    heads = columns(
        desk, "table", *(f"{name}:{NUM}" for name in numbers), "first:nowrap", "last:nowrap"
    )
    return Table(desk.texts("data.tables"), heads, rows, desk.texts("data.tables_note"))


def _table(desk: Desk, t: TableGate) -> Row:
    counts = (t.files, t.sheets, t.read, t.accepted, t.quarantined, t.superseded)
    outside = "—" if t.share is None else desk.say.percent(t.share)
    return Row(
        (
            cell(desk.texts.name("table", t.name)),
            *(num(desk, n) for n in counts),
            cell(outside, NUM),
            *(cell(desk.say.instant(end)[:10], "nowrap") for end in (t.first, t.last)),
        )
    )


def _gaps(desk: Desk) -> Iterator[Block]:
    """One row per clause, however many obligations nobody can decide."""
    texts, found = desk.texts, gaps_of(desk)
    if not found:
        yield Paragraph(line(texts("data.all_judged", **_judged(desk))))
        return
    yield Paragraph(line(texts("data.some_judged", **_judged(desk))))
    counted = {row.rule_id: row.obligations for row in desk.metrics.gaps}
    rows = tuple(_gap(desk, gap, counted.get(gap.rule_id, 0)) for gap in found)
    heads = columns(desk, "clause:nowrap", "requirement", "lacking", f"obligations:{NUM}")
    yield Table(texts("data.gaps"), heads, rows, texts("data.gaps_note"))


def _gap(desk: Desk, gap: RuleGap, obligations: int) -> Row:
    texts, rule = desk.texts, desk.rulebooks.rule(gap.rule_id)
    names = texts("words.and").join(_column(desk, name) for name in gap.columns)
    lacking = texts(f"data.lack.{gap.why}", columns=names)
    if gap.partly:
        lacking += texts("words.in_brackets", words=texts("data.partly"))
    return Row(
        (
            cell(desk.clause(rule), "nowrap"),
            cell(desk.word(rule.title)),
            cell(lacking),
            num(desk, obligations),
        )
    )


def _column(desk: Desk, name: str) -> str:
    """`tickets.recorded_at` as people call it; a bare table by its name."""
    table, _, column = name.partition(".")
    return field_word(table, column, desk.texts.lang) if column else desk.texts.name("table", table)
