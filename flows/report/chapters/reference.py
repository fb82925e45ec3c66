"""Annexes for those who check: coverage of every clause, conflicts, objections, definitions,
readings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from checks.law.conflicts import Conflict, conflicts
from checks.law.register import coverage
from flows.report.chapters.closings import recorded_objections
from flows.report.context.blocks import Block, Heading, Items, Paragraph, Row, Table, line
from flows.report.context.report_context import Desk
from flows.report.context.tables import NUM, cell, columns, num

SHOWN_OBJECTIONS = 100


def clause_coverage(desk: Desk) -> Iterator[Block]:
    """How every clause of every regulation is looked after: what is not automated stays visible."""
    texts = desk.texts
    yield Paragraph(line(texts("annex.coverage.intro")), "plain")
    statuses = tuple(coverage(desk.rulebooks)[0].clauses)
    rows = tuple(
        Row(
            (
                cell(desk.word(c.regulation.title)),
                num(desk, c.total),
                *(num(desk, c.clauses[s]) for s in statuses),
            )
        )
        for c in coverage(desk.rulebooks)
    )
    heads = (
        *columns(desk, "regulation", f"clauses:{NUM}"),
        *columns(desk, *(f"status_{s}:{NUM}" for s in statuses)),
    )
    yield Table(texts("annex.coverage.counts"), heads, rows)
    for regulation in desk.rulebooks.regulations:
        if not desk.in_focus(f"{regulation.code}-"):
            continue
        made = tuple(
            Row(
                (
                    cell(desk.article(c.article), "nowrap"),
                    cell(desk.texts.name("status", c.status), "nowrap"),
                    cell(desk.word(c.summary)),
                )
            )
            for c in regulation.clauses
        )
        yield Heading(texts("words.book", title=desk.word(regulation.title)))
        heads = columns(desk, "article:nowrap", "status:nowrap", "summary")
        caption = texts("annex.coverage.table", title=desk.word(regulation.title))
        yield Table(caption, heads, made, desk.word(regulation.ends) if regulation.ends else "")


def rule_conflicts(desk: Desk) -> Iterator[Block]:
    """Where regulations ask different things of the same act, and which governs."""
    texts = desk.texts
    found = conflicts(desk.rulebooks, date.fromisoformat(desk.metrics.period.from_))
    governing = desk.metrics.headline.governing
    yield Paragraph(line(texts(f"annex.conflicts.intro.{governing}")), "plain")
    if found:
        rows = tuple(_conflict(desk, conflict) for conflict in found)
        heads = columns(
            desk,
            "tier:nowrap",
            "demands",
            "governs" if governing == "order" else "strictest",
            "kind",
        )
        yield Table(texts("annex.conflicts.table"), heads, rows)
    else:
        yield Paragraph(line(texts("annex.conflicts.none")), "plain")


def _conflict(desk: Desk, conflict: Conflict) -> Row:
    words = [_demand(desk, d) for d in conflict.demands]
    return Row(
        (
            cell(desk.tier(conflict.tier), "nowrap"),
            cell(desk.texts("words.semicolon").join(words)),
            cell(_decisive(desk, conflict)),
            cell(desk.texts.name("conflict", conflict.kind)),
        )
    )


def _decisive(desk: Desk, conflict: Conflict) -> str:
    """The clause that governs by the order of regulations, or the strictest of those that must all
    be kept."""
    if desk.metrics.headline.governing == "order":
        return desk.clause(conflict.governing.rule)
    strictest = conflict.strictest
    return desk.clause(strictest.rule) if strictest else desk.texts("annex.conflicts.all")


def _demand(desk: Desk, demand: object) -> str:
    rule, limit = demand.rule, demand.limit  # type: ignore[attr-defined]
    shown = (
        desk.texts("words.by_promise") if rule.clock_kind == "promise" else desk.say.limit(limit)
    )
    return f"{desk.clause(rule)} {desk.word(rule.title)} {shown}"


def objections(desk: Desk) -> Iterator[Block]:
    """What the audited side answered, word for word."""
    texts = desk.texts
    recorded = list(recorded_objections(desk))
    yield from recorded
    answered = desk.answered
    if answered.is_empty():
        if not recorded:
            yield Paragraph(line(texts("annex.objections.none")), "plain")
        return
    shown = answered.head(SHOWN_OBJECTIONS)
    rows = tuple(
        Row((cell(number, "id"), cell(desk.press.ink(subject), "id"), cell(desk.press.free(words))))
        for number, subject, words in shown.select(
            "finding_id", "subject_id", "response"
        ).iter_rows()
    )
    note = texts("words.capped", total=answered.height, shown=shown.height)
    yield Table(
        texts("annex.objections.table", capped=note),
        columns(desk, "finding:id", "subject:id", "response"),
        rows,
    )


def definitions(desk: Desk) -> Iterator[Block]:
    """The words and figures used, and every reading that the text of a regulation does not give by
    itself."""
    texts = desk.texts
    yield Heading(texts("annex.definitions.words"))
    meant = {"governing": f"governing.{desk.metrics.headline.governing}"}
    defined = [
        (texts(f"{group}.{key}"), texts(f"definition.{meant.get(key, key)}"))
        for group, key in _DEFINED
    ]
    rows = [Row((cell(term), cell(meaning))) for term, meaning in defined]
    yield Table(
        texts("annex.definitions.table"), columns(desk, "word:nowrap", "definition"), tuple(rows)
    )
    yield Heading(texts("annex.definitions.grades"))
    yield Paragraph(line(texts("annex.definitions.grades_text")), "plain")
    yield Heading(texts("annex.definitions.readings"))
    yield Paragraph(line(texts("annex.definitions.readings_intro")), "plain")
    made = (*_shared_readings(desk), *_own_readings(desk))
    if made:
        yield Table(
            texts("annex.definitions.readings_table"),
            columns(desk, "clause:nowrap", "requirement", "reading"),
            made,
        )
    yield from _printing(desk)


def _printing(desk: Desk) -> Iterator[Block]:
    """What this document had to change to be printable: said at its very end, when all of it is
    set."""
    texts, press = desk.texts, desk.press
    shown = [
        texts(f"printing.{name}", n=texts.count(name, n))
        for name, n in (("character", press.replaced), ("text", press.shortened))
        if n
    ]
    shown.append(texts("printing.shown" if press.show_personal else "printing.masked"))
    yield Heading(texts("printing.title"))
    yield Items(tuple(line(words) for words in shown))


def _shared_readings(desk: Desk) -> Iterator[Row]:
    """Readings for rules of several clauses, with the regulations that they concern."""
    for reading in desk.rulebooks.readings:
        found = [
            r.regulation
            for r in desk.rulebooks.rules
            if desk.in_focus(r.id) and reading.scope.holds(r)
        ]
        if found:
            codes = desk.texts("words.semicolon").join(dict.fromkeys(found))
            yield Row(
                (
                    cell(codes, "nowrap"),
                    cell(desk.word(reading.title)),
                    cell(desk.word(reading.text)),
                )
            )


def _own_readings(desk: Desk) -> Iterator[Row]:
    for rule in desk.rulebooks.rules:
        if rule.reading and desk.in_focus(rule.id):
            words = desk.word(rule.title), desk.word(rule.reading)
            yield Row((cell(desk.clause(rule), "nowrap"), *(cell(text) for text in words)))


_DEFINED = (
    ("verdict_word", "met"),
    ("verdict_word", "late"),
    ("verdict_word", "overdue"),
    ("verdict_word", "missing"),
    ("verdict_word", "pending"),
    ("verdict_word", "unknown"),
    ("verdict_word", "exempt"),
    ("term", "obligation"),
    ("term", "governing"),
    ("term", "finding"),
    ("term", "workday"),
    ("term", "ring"),
    ("term", "carried_over"),
    ("term", "bounds"),
    ("term", "interval"),
)
