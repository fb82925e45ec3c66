"""存在问题: one card per clause that was breached, with everything that the audited side may
ask."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from checks.law.rulebook import Rule
from checks.numbers.findings import RuleFindings
from checks.numbers.rates import RuleRow
from checks.numbers.times import Spread
from flows.report.chapters.page_one import graded
from flows.report.chapters.scope import limits_by_tier
from flows.report.context.blocks import Block, Card, Heading, Line, Paragraph, Span, line
from flows.report.context.report_context import ReportContext

RESPONSES = 3
"""Answers quoted on a card; all of them stand in the annex."""


def problems(context: ReportContext) -> Iterator[Block]:
    """The cards, regulation by regulation, in the order of the clauses."""
    breached = {row.key: row for row in context.rules() if row.broken}
    if not breached:
        yield Paragraph(line(context.texts("problems.none")))
        return
    yield Paragraph(line(context.texts("problems.intro")))
    found = {row.key: row for row in context.metrics.findings.by_rule}
    delays = {row.key: row.overrun for row in context.metrics.delays}
    for regulation in context.rulebooks.regulations:
        rules = [rule for rule in regulation.rules if rule.id in breached]
        if rules:
            yield Heading(context.texts("words.book", title=context.word(regulation.title)))
        for rule in rules:
            yield _card(context, rule, breached[rule.id], found[rule.id], delays.get(rule.id))


def _card(
    context: ReportContext, rule: Rule, tally: RuleRow, found: RuleFindings, overrun: Spread | None
) -> Card:
    texts = context.texts
    facts: list[tuple[str, Line]] = [
        (texts("card.criterion"), line(_criterion(context, rule))),
        (texts("card.condition"), line(_condition(context, tally, overrun))),
        (texts("card.cause"), line(_causes(context, found))),
        (texts("card.effect"), line(_effect(context, found))),
        (texts("card.evidence"), _evidence(context, rule, found)),
        (
            texts("card.grade"),
            line(
                graded(context, found.by_grade)
                + texts("words.semicolon")
                + _repeated(context, found)
            ),
        ),
        (texts("card.response"), line(_response(context, rule, found))),
    ]
    badge = texts.count("violation", tally.broken)
    title = texts("card.title", clause=context.clause(rule), title=context.word(rule.title))
    return Card(title, f"rule-{rule.id}", badge, f"rule={rule.id}", tuple(facts))


def _criterion(context: ReportContext, rule: Rule) -> str:
    words = context.word(rule.requirement) if rule.requirement else context.word(rule.title)
    limits = context.texts("card.limits", limits=limits_by_tier(context, rule))
    reading = (
        context.texts("card.reading", reading=context.word(rule.reading)) if rule.reading else ""
    )
    return f"{words}{limits}{reading}"


def _condition(context: ReportContext, tally: RuleRow, overrun: Spread | None) -> str:
    texts, wording = context.texts, context.wording
    rate = tally.record if tally.missing or not tally.timeliness.denominator else tally.timeliness
    parts = [
        f"{texts.name('verdict_of', v)} {tally.n(v):,}"
        for v in ("late", "overdue", "missing")
        if tally.n(v)
    ]
    words = texts(
        "card.facts",
        decided=texts.count("obligation", rate.denominator),
        rate=wording.percent(rate.rate),
        bad=texts.count("violation", tally.broken),
        parts=texts("words.comma").join(parts),
    )
    if overrun and overrun.n:
        words += texts(
            "card.overrun",
            p50=wording.duration(overrun.p50),
            max=wording.duration(overrun.max),
        )
    if tally.unknown:
        words += texts("card.unknown", n=texts.count("obligation", tally.unknown))
    return words


def _causes(context: ReportContext, found: RuleFindings) -> str:
    """Causes as recorded on the tickets: none is guessed."""
    causes = found.by_cause
    if not causes:
        return context.texts("card.no_cause")
    words = context.texts("words.comma").join(
        f"{context.texts.name('cause', r.key)} {context.wording.number(r.n)}" for r in causes
    )
    without = found.n - sum(row.n for row in causes)
    return words + (
        context.texts("card.cause_missing", n=context.texts.count("finding", without))
        if without
        else ""
    )


def _effect(context: ReportContext, found: RuleFindings) -> str:
    texts = context.texts
    tiers = texts("words.comma").join(
        f"{context.tier(r.key)} {context.wording.number(r.n)}" for r in found.by_tier
    )
    owners = context.several(
        found.by_department,
        lambda row: f"{context.department(row.key)} {context.wording.number(row.n)}",
        "words.comma",
    )
    return texts(
        "card.effect_line",
        customers=texts.count("customer", found.customers),
        tiers=tiers,
        owners=owners,
    )


def _evidence(context: ReportContext, rule: Rule, found: RuleFindings) -> Line:
    """The gravest cases by number, each a link to its row in the annex."""
    spans = list[Span]()
    for number, subject in context.evidence.get(rule.id, ()):
        between = context.texts("words.and") if spans else ""
        spans.append(Span(between))
        spans.append(Span(number))
        spans.append(
            Span(context.texts("words.in_brackets", words=context.printable.text(subject)))
        )
    more = context.texts(
        "card.evidence_more", n=context.texts.count("finding", found.n), rule=rule.id
    )
    return (*spans, Span(more))


def _repeated(context: ReportContext, found: RuleFindings) -> str:
    if found.repeated is None:
        return context.texts("card.no_earlier")
    return (
        context.texts("card.again", n=context.texts.count("finding", found.repeated))
        if found.repeated
        else context.texts("card.new")
    )


def _response(context: ReportContext, rule: Rule, found: RuleFindings) -> str:
    if not found.answered:
        return context.texts("card.no_response")
    breached = pl.col("rules").str.split(";").list.contains(rule.id)
    answered = (
        context.answered.filter(breached)
        .head(RESPONSES)
        .select("finding_id", "response")
        .iter_rows()
    )
    words = context.texts("words.semicolon").join(
        f"{number} {context.printable.free(text)}" for number, text in answered
    )
    more = (
        context.texts("card.more_responses", n=found.answered) if found.answered > RESPONSES else ""
    )
    return words + more
