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
from flows.report.context.report_context import Desk

RESPONSES = 3
"""Answers quoted on a card; all of them stand in the annex."""


def problems(desk: Desk) -> Iterator[Block]:
    """The cards, regulation by regulation, in the order of the clauses."""
    breached = {row.key: row for row in desk.rules() if row.broken}
    if not breached:
        yield Paragraph(line(desk.texts("problems.none")))
        return
    yield Paragraph(line(desk.texts("problems.intro")))
    found = {row.key: row for row in desk.metrics.findings.by_rule}
    delays = {row.key: row.overrun for row in desk.metrics.delays}
    for regulation in desk.rulebooks.regulations:
        rules = [rule for rule in regulation.rules if rule.id in breached]
        if rules:
            yield Heading(desk.texts("words.book", title=desk.word(regulation.title)))
        for rule in rules:
            yield _card(desk, rule, breached[rule.id], found[rule.id], delays.get(rule.id))


def _card(
    desk: Desk, rule: Rule, tally: RuleRow, found: RuleFindings, overrun: Spread | None
) -> Card:
    texts = desk.texts
    facts: list[tuple[str, Line]] = [
        (texts("card.criterion"), line(_criterion(desk, rule))),
        (texts("card.condition"), line(_condition(desk, tally, overrun))),
        (texts("card.cause"), line(_causes(desk, found))),
        (texts("card.effect"), line(_effect(desk, found))),
        (texts("card.evidence"), _evidence(desk, rule, found)),
        (
            texts("card.grade"),
            line(graded(desk, found.by_grade) + texts("words.semicolon") + _repeated(desk, found)),
        ),
        (texts("card.response"), line(_response(desk, rule, found))),
    ]
    badge = texts.count("violation", tally.broken)
    title = texts("card.title", clause=desk.clause(rule), title=desk.word(rule.title))
    return Card(title, f"rule-{rule.id}", badge, f"rule={rule.id}", tuple(facts))


def _criterion(desk: Desk, rule: Rule) -> str:
    words = desk.word(rule.requirement) if rule.requirement else desk.word(rule.title)
    limits = desk.texts("card.limits", limits=limits_by_tier(desk, rule))
    reading = desk.texts("card.reading", reading=desk.word(rule.reading)) if rule.reading else ""
    return f"{words}{limits}{reading}"


def _condition(desk: Desk, tally: RuleRow, overrun: Spread | None) -> str:
    texts, say = desk.texts, desk.say
    rate = tally.record if tally.missing or not tally.timeliness.denominator else tally.timeliness
    parts = [
        f"{texts.name('verdict_of', v)} {tally.n(v):,}"
        for v in ("late", "overdue", "missing")
        if tally.n(v)
    ]
    words = texts(
        "card.facts",
        decided=texts.count("obligation", rate.denominator),
        rate=say.percent(rate.rate),
        bad=texts.count("violation", tally.broken),
        parts=texts("words.comma").join(parts),
    )
    if overrun and overrun.n:
        words += texts(
            "card.overrun",
            p50=say.duration(overrun.p50),
            p90=say.duration(overrun.p90),
            max=say.duration(overrun.max),
        )
    if tally.unknown:
        words += texts("card.unknown", n=texts.count("obligation", tally.unknown))
    return words


def _causes(desk: Desk, found: RuleFindings) -> str:
    """Causes as recorded on the tickets: none is guessed."""
    causes = found.by_cause
    if not causes:
        return desk.texts("card.no_cause")
    words = desk.texts("words.comma").join(
        f"{desk.texts.name('cause', r.key)} {desk.say.number(r.n)}" for r in causes
    )
    without = found.n - sum(row.n for row in causes)
    return words + (
        desk.texts("card.cause_missing", n=desk.texts.count("finding", without)) if without else ""
    )


def _effect(desk: Desk, found: RuleFindings) -> str:
    texts = desk.texts
    tiers = texts("words.comma").join(
        f"{desk.tier(r.key)} {desk.say.number(r.n)}" for r in found.by_tier
    )
    owners = texts("words.comma").join(
        f"{desk.department(r.key)} {desk.say.number(r.n)}" for r in found.by_department
    )
    return texts(
        "card.effect_line",
        customers=texts.count("customer", found.customers),
        tiers=tiers,
        owners=owners,
    )


def _evidence(desk: Desk, rule: Rule, found: RuleFindings) -> Line:
    """The gravest cases by number, each a link to its row in the annex."""
    printed, spans = desk.printed, list[Span]()
    for number, subject in desk.evidence.get(rule.id, ()):
        between = desk.texts("words.and") if spans else ""
        spans.append(Span(between))
        spans.append(Span(number, f"#{number}" if number in printed else ""))
        spans.append(Span(desk.texts("words.in_brackets", words=desk.press.ink(subject))))
    more = desk.texts("card.evidence_more", n=desk.texts.count("finding", found.n), rule=rule.id)
    return (*spans, Span(more))


def _repeated(desk: Desk, found: RuleFindings) -> str:
    if found.repeated is None:
        return desk.texts("card.no_earlier")
    return (
        desk.texts("card.again", n=desk.texts.count("finding", found.repeated))
        if found.repeated
        else desk.texts("card.new")
    )


def _response(desk: Desk, rule: Rule, found: RuleFindings) -> str:
    if not found.answered:
        return desk.texts("card.no_response")
    breached = pl.col("rules").str.split(";").list.contains(rule.id)
    answered = (
        desk.answered.filter(breached).head(RESPONSES).select("finding_id", "response").iter_rows()
    )
    words = desk.texts("words.semicolon").join(
        f"{number} {desk.press.free(text)}" for number, text in answered
    )
    more = desk.texts("card.more_responses", n=found.answered) if found.answered > RESPONSES else ""
    return words + more
