"""检查依据与范围: what was tested, by which clauses, on which data, and what could not be
judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from checks.law.rulebook import Rule
from checks.numbers.rates import RuleRow
from flows.report.context.blocks import (
    Block,
    Cell,
    Heading,
    Items,
    Paragraph,
    Row,
    Span,
    Table,
    line,
)
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num


def scope(context: ReportContext) -> Iterator[Block]:
    texts, period = context.texts, context.metrics.period
    titles = texts("words.books").join(
        texts("words.book", title=context.word(r.title)) for r in context.rulebooks.regulations
    )
    yield Heading(texts("scope.basis"))
    yield Paragraph(
        line(
            context.of_document(
                "mandate", title=context.title_of(context.profile.basis.partition(" ")[0])
            )
        )
    )
    governing = context.metrics.headline.governing
    yield Paragraph(line(texts(f"scope.criteria.{governing}", titles=titles)))
    yield Heading(texts("scope.method"))
    yield Paragraph(
        line(
            texts(
                "scope.full",
                span=context.wording.span(period.from_, period.to),
                cutoff=context.wording.cutoff(period.cutoff),
                n=texts.count("obligation", context.metrics.headline.obligations),
                acts=texts.count("act", context.metrics.headline.acts),
            )
        )
    )
    yield Paragraph(line(_working_days(context)))
    yield Paragraph(
        (
            Span(texts("scope.data")),
            Span(texts("annex.sources.title"), "#annex-sources"),
            Span(texts("words.stop")),
        )
    )
    yield _clauses(context)
    yield from _undecided(context)


def _working_days(context: ReportContext) -> str:
    """How far the calendar is published, and which years of it the company took in itself."""
    calendar, texts = context.metrics.calendar, context.texts
    if context.rulebooks.holidays == "none":
        return texts("scope.calendar_none")
    years = texts("words.comma").join(map(str, calendar.imported))
    imported = texts("scope.calendar_imported", years=years) if years else ""
    return texts(
        "scope.calendar", day=context.wording.day(calendar.published_through), imported=imported
    )


def _clauses(context: ReportContext) -> Table:
    """Every rule that was applied, with its clock, its limits and how many obligations it made."""
    counted = {row.key: row for row in context.rules()}
    rows = tuple(
        _rule_row(context, rule, counted[rule.id])
        for rule in context.rulebooks.rules
        if rule.id in counted
    )
    idle = sum(
        1
        for rule in context.rulebooks.rules
        if rule.id not in counted and context.in_focus(rule.id)
    )
    heads = columns(
        context,
        "clause:nowrap",
        "requirement",
        "clock:nowrap",
        "limit_by_tier",
        f"obligations:{NUM}",
    )
    note = context.texts("scope.idle", n=context.texts.count("rule", idle)) if idle else ""
    return Table(context.texts("scope.clauses"), heads, rows, note)


def _rule_row(context: ReportContext, rule: Rule, row: RuleRow) -> Row:
    title = context.word(rule.title) + (
        "" if rule.basis == "explicit" else context.texts("words.interpreted")
    )
    cells = (
        cell(context.clause(rule), "nowrap"),
        Cell((Span(title, f"#rule-{rule.id}" if row.broken else ""),)),
        cell(context.texts.name("clock", rule.clock_kind), "nowrap"),
        cell(limits_by_tier(context, rule)),
        num(context, row.total),
    )
    return Row(cells)


def limits_by_tier(context: ReportContext, rule: Rule) -> str:
    """`核心 15 分 / 重要 30 分 / 普通 1 小时`; one limit for all is said once."""
    limit = rule.limits[-1]
    cells = [
        (tier, value) for tier, value in zip(_TIERS, limit.cells, strict=True) if value is not None
    ]
    values = {value for _, value in cells}
    if len(values) == 1:
        only = values.pop()
        promised = only == "x" and rule.clock_kind == "promise"
        word = context.texts("words.by_promise") if promised else context.wording.limit(only)
        if promised:
            return word
        if len(cells) == len(_TIERS) or word == context.texts("words.applies"):
            return word
        return f"{' / '.join(context.texts.name('tier_short', tier) for tier, _ in cells)} {word}"
    return " / ".join(
        f"{context.texts.name('tier_short', tier)} {context.wording.limit(value)}"
        for tier, value in cells
    )


_TIERS = ("core", "important", "ordinary", "intent", "potential")


def _undecided(context: ReportContext) -> Iterator[Block]:
    """What could not be judged, and why: an unknown is never a pass."""
    texts, rows = context.texts, context.metrics.undecided
    yield Heading(texts("scope.undecided"), "undecided")
    if not rows:
        yield Paragraph(line(texts("scope.all_decided")))
    else:
        made = tuple(
            Row(
                (
                    cell(texts.name("reason", r.key)),
                    num(context, r.n),
                    num(context, r.governing),
                    cell(texts.name("reason_help", r.key)),
                )
            )
            for r in rows
        )
        yield Table(
            texts("scope.undecided_table"),
            columns(context, "reason", f"obligations:{NUM}", f"acts:{NUM}", "what_to_do"),
            made,
        )
    exempt = context.metrics.exemptions
    if exempt:
        named = ((texts.name("exempt_reason", r.key), context.wording.number(r.n)) for r in exempt)
        words = texts("words.comma").join(f"{reason} {n}" for reason, n in named)
        yield Paragraph(line(texts("scope.exempt", words=words)))
    headline = context.metrics.headline
    acts = {"carried_over": headline.carried_over, "provisional": headline.provisional}
    notes = [texts(f"scope.{key}", n=n) for key, n in acts.items() if n]
    if notes:
        yield Items(tuple(line(note) for note in notes))


def limit_of(rule: Rule, tier: str | None, day: date) -> str | None:
    """The limit that a rule sets a tier on the day, as the rulebook writes it."""
    in_force = [row for row in rule.limits if row.since is None or row.since <= day]
    if not in_force or tier not in _TIERS:
        return None
    return in_force[-1].cells[_TIERS.index(tier)]
