"""Annexes for those who check: coverage of every clause, conflicts, objections, definitions,
readings."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from checks.law.conflicts import Conflict, Demand, conflicts
from checks.law.register import coverage
from flows.report.chapters.closings import recorded_objections
from flows.report.context.blocks import Block, Heading, Items, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num
from flows.report.words.grading import rule_of_grading

SHOWN_OBJECTIONS = 20
READINGS = 2


def clause_coverage(context: ReportContext) -> Iterator[Block]:
    """How every clause of every regulation is looked after: what is not automated stays visible."""
    texts = context.texts
    yield Paragraph(line(texts("annex.coverage.intro")), "plain")
    statuses = tuple(coverage(context.rulebooks)[0].clauses)
    rows = tuple(
        Row(
            (
                cell(context.word(c.regulation.title)),
                num(context, c.total),
                *(num(context, c.clauses[s]) for s in statuses),
            )
        )
        for c in coverage(context.rulebooks)
    )
    heads = (
        *columns(context, "regulation", f"clauses:{NUM}"),
        *columns(context, *(f"status_{s}:{NUM}" for s in statuses)),
    )
    yield Table(texts("annex.coverage.counts"), heads, rows)
    for regulation in context.rulebooks.regulations:
        if not context.in_focus(f"{regulation.code}-"):
            continue
        made = tuple(
            Row(
                (
                    cell(context.article(c.article), "nowrap"),
                    cell(context.texts.name("status", c.status), "nowrap"),
                    cell(context.word(c.summary)),
                )
            )
            for c in regulation.clauses
        )
        yield Heading(texts("words.book", title=context.word(regulation.title)))
        heads = columns(context, "article:nowrap", "status:nowrap", "summary")
        caption = texts("annex.coverage.table", title=context.word(regulation.title))
        yield Table(caption, heads, made, context.word(regulation.ends) if regulation.ends else "")


def rule_conflicts(context: ReportContext) -> Iterator[Block]:
    """Where regulations ask different things of the same act, and which governs."""
    texts = context.texts
    found = conflicts(context.rulebooks, date.fromisoformat(context.metrics.period.from_))
    governing = context.metrics.headline.governing
    yield Paragraph(line(texts(f"annex.conflicts.intro.{governing}")), "plain")
    if found:
        rows = tuple(_conflict(context, conflict) for conflict in found)
        heads = columns(
            context,
            "tier:nowrap",
            "demands",
            "governs" if governing == "order" else "strictest",
            "kind",
        )
        yield Table(texts("annex.conflicts.table"), heads, rows)
    else:
        yield Paragraph(line(texts("annex.conflicts.none")), "plain")


def _conflict(context: ReportContext, conflict: Conflict) -> Row:
    words = [_demand(context, d) for d in conflict.demands]
    return Row(
        (
            cell(context.tier(conflict.tier), "nowrap"),
            cell(context.texts("words.semicolon").join(words)),
            cell(_decisive(context, conflict)),
            cell(context.texts.name("conflict", conflict.kind)),
        )
    )


def _decisive(context: ReportContext, conflict: Conflict) -> str:
    """The clause that governs by the order of regulations, or the strictest of those that must all
    be kept."""
    if context.metrics.headline.governing == "order":
        return context.clause(conflict.governing.rule)
    strictest = conflict.strictest
    return context.clause(strictest.rule) if strictest else context.texts("annex.conflicts.all")


def _demand(context: ReportContext, demand: Demand) -> str:
    rule = demand.rule
    return f"{context.clause(rule)} {context.word(rule.title)} {demand_words(context, demand)}"


def demand_words(context: ReportContext, demand: Demand) -> str:
    """The limit that a rule sets a tier."""
    if demand.rule.clock_kind == "promise":
        return context.texts("words.by_promise")
    return context.wording.limit(demand.limit)


def objections(context: ReportContext) -> Iterator[Block]:
    """What the audited side answered, word for word."""
    texts = context.texts
    recorded = list(recorded_objections(context))
    yield from recorded
    answered = context.answered
    if answered.is_empty():
        if not recorded:
            yield Paragraph(line(texts("annex.objections.none")), "plain")
        return
    shown = answered.head(SHOWN_OBJECTIONS)
    rows = tuple(
        Row(
            (
                cell(number, "id"),
                cell(context.printable.text(subject), "id"),
                cell(context.printable.free(words)),
            )
        )
        for number, subject, words in shown.select(
            "finding_id", "subject_id", "response"
        ).iter_rows()
    )
    note = texts("words.capped", total=answered.height, shown=shown.height)
    yield Table(
        texts("annex.objections.table", capped=note),
        columns(context, "finding:id", "subject:id", "response"),
        rows,
    )


def definitions(context: ReportContext) -> Iterator[Block]:
    """The words and figures used, and every reading that the text of a regulation does not give by
    itself."""
    texts = context.texts
    yield Heading(texts("annex.definitions.words"))
    yield _words(context)
    yield Heading(texts("annex.definitions.grades"))
    yield Paragraph(line(rule_of_grading(texts)), "plain")
    yield Heading(texts("annex.definitions.readings"))
    yield Paragraph(line(texts("annex.definitions.readings_intro")), "plain")
    made = (*_shared_readings(context), *_own_readings(context))
    if made:
        yield _readings(context, made)
    yield from _printing(context)


def readings(context: ReportContext) -> Iterator[Block]:
    """The same on paper: words, grades, and the readings that decided something this month."""
    texts = context.texts
    yield Heading(texts("annex.definitions.words"))
    yield _words(context)
    yield Heading(texts("annex.definitions.grades"))
    yield Paragraph(line(rule_of_grading(texts)), "plain")
    breached = {row.key for row in context.rules() if row.broken}
    own = list(_own_readings(context, breached))
    shared = list(_shared_readings(context))
    if own or shared:
        yield Heading(texts("annex.definitions.readings"))
        made = (*shared[:READINGS], *own[:READINGS])
        left = len(shared) + len(own) - len(made)
        yield _readings(context, made, texts("annex.readings.more", n=left) if left else "")
    yield Paragraph(line(texts("words.between").join(_printing_words(context))), "plain")


def _readings(context: ReportContext, made: tuple[Row, ...], note: str = "") -> Table:
    heads = columns(context, "clause:nowrap", "requirement", "reading")
    caption = context.texts("annex.definitions.readings_table")
    return Table(caption, heads, made, note, "tight")


def _words(context: ReportContext) -> Table:
    texts = context.texts
    meant = {"governing": f"governing.{context.metrics.headline.governing}"}
    defined = [
        (texts(f"{group}.{key}"), texts(f"definition.{meant.get(key, key)}"))
        for group, key in _DEFINED
    ]
    rows = [Row((cell(term), cell(meaning))) for term, meaning in defined]
    heads = columns(context, "word:nowrap", "definition")
    return Table(texts("annex.definitions.table"), heads, tuple(rows), "", "tight")


def _printing(context: ReportContext) -> Iterator[Block]:
    """What this document had to change to be printable: said at its very end, when all of it is
    set."""
    yield Heading(context.texts("printing.title"))
    yield Items(tuple(line(words) for words in _printing_words(context)))


def _printing_words(context: ReportContext) -> list[str]:
    texts, printable = context.texts, context.printable
    shown = [
        texts(f"printing.{name}", n=texts.count(name, n))
        for name, n in (("character", printable.replaced), ("text", printable.shortened))
        if n
    ]
    return [*shown, texts("printing.shown" if printable.show_personal else "printing.masked")]


def _shared_readings(context: ReportContext) -> Iterator[Row]:
    """Readings for rules of several clauses, with the regulations that they concern."""
    for reading in context.rulebooks.readings:
        found = [
            r.regulation
            for r in context.rulebooks.rules
            if context.in_focus(r.id) and reading.scope.holds(r)
        ]
        if found:
            codes = context.texts("words.semicolon").join(dict.fromkeys(found))
            yield Row(
                (
                    cell(codes, "nowrap"),
                    cell(context.word(reading.title)),
                    cell(context.word(reading.text)),
                )
            )


def _own_readings(context: ReportContext, only: Collection[str] | None = None) -> Iterator[Row]:
    for rule in context.rulebooks.rules:
        if only is not None and rule.id not in only:
            continue
        if rule.reading and context.in_focus(rule.id):
            words = context.word(rule.title), context.word(rule.reading)
            yield Row((cell(context.clause(rule), "nowrap"), *(cell(text) for text in words)))


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
