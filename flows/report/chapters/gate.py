"""数据完整性: whether everything is in, before any verdict is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.numbers.gate import RuleGap, TableGate
from flows.law.field_words import field_word
from flows.report.chapters.agreement import agreement
from flows.report.chapters.gate_checks import to_check
from flows.report.context.blocks import (
    Block,
    Heading,
    Paragraph,
    Row,
    Table,
    line,
)
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num


def gate_words(context: ReportContext) -> str:
    """For page one: how much was read, how many rules can be judged, what needs checking."""
    texts, found = context.texts, context.gate.found
    words = texts("data.page_one", **_read(context), **_judged(context))
    if not found:
        return words + texts("data.nothing_to_check")
    kinds = texts("words.and").join(texts.name("gate_kind", kind) for kind in found)
    return words + texts("data.to_check", kinds=kinds)


def data(context: ReportContext) -> Iterator[Block]:
    texts = context.texts
    yield Heading(texts("data.read"))
    yield Paragraph(line(texts("data.intro", **_read(context))))
    yield _tables(context)
    yield Heading(texts("data.rules"))
    yield from _gaps(context)
    yield Heading(texts("data.check"))
    yield from to_check(context)
    yield from agreement(context)


def gaps_of(context: ReportContext) -> list[RuleGap]:
    """The rules that can't be judged from the records, of the regulations that the document is
    about."""
    return [gap for gap in context.gate.gaps if context.in_focus(gap.rule_id)]


def gap_count(context: ReportContext) -> int:
    """How many gaps of the records the document tells of."""
    return len(gaps_of(context))


def _read(context: ReportContext) -> dict[str, str]:
    tables, count = context.gate.tables, context.texts.count
    return {
        "tables": count("table", len(tables)),
        "files": count("file", sum(t.files for t in tables)),
        "read": count("row", sum(t.read for t in tables)),
        "accepted": context.wording.number(sum(t.accepted for t in tables)),
        "quarantined": context.wording.number(sum(t.quarantined for t in tables)),
    }


def _judged(context: ReportContext) -> dict[str, str]:
    rules = sum(context.in_focus(rule.id) for rule in context.rulebooks.rules)
    return {
        "rules": context.texts.count("rule", rules),
        "judged": context.wording.number(rules - len(gaps_of(context))),
    }


def _tables(context: ReportContext) -> Table:
    rows = tuple(_table(context, t) for t in context.gate.tables)
    numbers = ("files", "sheets", "read", "accepted", "quarantined", "superseded", "outside")
    heads = columns(
        context, "table", *(f"{name}:{NUM}" for name in numbers), "first:nowrap", "last:nowrap"
    )
    return Table(context.texts("data.tables"), heads, rows, context.texts("data.tables_note"))


def _table(context: ReportContext, t: TableGate) -> Row:
    counts = (t.files, t.sheets, t.read, t.accepted, t.quarantined, t.superseded)
    outside = "—" if t.share is None else context.wording.percent(t.share)
    return Row(
        (
            cell(context.texts.name("table", t.name)),
            *(num(context, n) for n in counts),
            cell(outside, NUM),
            *(cell(context.wording.instant(end)[:10], "nowrap") for end in (t.first, t.last)),
        )
    )


def _gaps(context: ReportContext) -> Iterator[Block]:
    """One row per clause, however many obligations nobody can decide."""
    texts, found = context.texts, gaps_of(context)
    if not found:
        yield Paragraph(line(texts("data.all_judged", **_judged(context))))
        return
    yield Paragraph(line(texts("data.some_judged", **_judged(context))))
    rows = gap_rows(context, found)
    heads = columns(context, "clause:nowrap", "requirement", "lacking", f"obligations:{NUM}")
    yield Table(texts("data.gaps"), heads, rows, texts("data.gaps_note"))


def gap_rows(context: ReportContext, found: Sequence[RuleGap]) -> tuple[Row, ...]:
    """The gaps with how many obligations nobody can decide for them."""
    counted = {row.rule_id: row.obligations for row in context.metrics.gaps}
    return tuple(_gap(context, gap, counted.get(gap.rule_id, 0)) for gap in found)


def _gap(context: ReportContext, gap: RuleGap, obligations: int) -> Row:
    texts, rule = context.texts, context.rulebooks.rule(gap.rule_id)
    names = texts("words.and").join(_column(context, name) for name in gap.columns)
    lacking = texts(f"data.lack.{gap.why}", columns=names)
    if gap.partly:
        lacking += texts("words.in_brackets", words=texts("data.partly"))
    return Row(
        (
            cell(context.clause(rule), "nowrap"),
            cell(context.word(rule.title)),
            cell(lacking),
            num(context, obligations),
        )
    )


def _column(context: ReportContext, name: str) -> str:
    """`tickets.recorded_at` as people call it; a bare table by its name."""
    table, _, column = name.partition(".")
    return (
        field_word(table, column, context.texts.lang)
        if column
        else context.texts.name("table", table)
    )
