"""Page one: a verdict that names, what it rests on, and what is to be signed."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from checks.numbers.base import Count
from checks.numbers.findings import AttentionCard
from checks.numbers.rates import Tally
from checks.results.metrics.summary import attention
from flows.report.chapters.closings import approved_on, notices
from flows.report.chapters.failures import Mechanism, failures
from flows.report.chapters.gate import gap_count
from flows.report.chapters.grave_cases import happened
from flows.report.chapters.rates_picture import rates_picture
from flows.report.chapters.verdict import (
    critical_count,
    judged_departments,
    sentence,
    sure,
    verdict,
)
from flows.report.context.blocks import Cell, PageOne, Row, Signature, Table, Tile, line
from flows.report.context.report_context import ReportContext, ReportWords
from flows.report.context.tables import NUM, cell, columns, num, rate_cell

FAILURES, FEWEST, DEPARTMENTS = 4, 2, 5
"""Rows of page one's tables; the chapters hold all."""
ROOM = 8
"""Rows of departments and decisions that fit beside all that; with more there are fewer failures,
and everything is set closer: page one is one page."""
FEW = 30
"""With fewer decided cases a rate may be chance."""


def page_one(context: ReportContext) -> PageOne:
    words, css = verdict(context)
    asked, told = decisions(context), notices(context)
    more = len(asked) + len(judged_departments(context)[:DEPARTMENTS]) + 2 * len(told) - ROOM
    shown = max(FEWEST, FAILURES - max(more, 0))
    tables = (_departments(context), _failures(context, shown), _worst(context))
    return PageOne(
        verdict=words,
        css=css,
        sentence=sentence(context),
        decisions=decision_table(context, asked),
        signatures=signatures(context),
        audit_note=context.of_document("audit_note"),
        addressee=context.of_document("addressee"),
        opening=context.of_document("opening", period=context.period_name),
        notices=told,
        dense=more > 0,
        figure=_figure(context),
        picture=rates_picture(context),
        tables=tuple(table for table in tables if table),
        sure=sure(context),
    )


def _figure(context: ReportContext) -> Tile:
    """The rate by everything that binds, with what it counts and what may change it."""
    texts, rate = context.texts, context.tally.timeliness
    noun = "obligation" if context.profile.focus else "act"
    notes = [
        line(f"{context.wording.fraction(rate)} {texts(f'tile.{noun}s')}"),
        line(_against_last(context)),
    ]
    if rate.low is not None and rate.unknown:
        low, high = (context.wording.percent(bound) for bound in (rate.low, rate.high))
        notes.insert(1, line(texts("tile.bounds", low=low, high=high)))
    title = f"tile.{context.metrics.headline.governing}"
    label = texts("tile.own", code=context.profile.focus) if context.profile.focus else texts(title)
    return Tile(label, context.wording.percent(rate.rate), tuple(notes))


def by_governing(context: ReportWords, mode: str, row: Tally) -> str:
    """The rate under a choice of what governs an act."""
    rate = context.wording.percent(row.timeliness.rate)
    return context.texts(
        "tile.by_governing", governing=context.texts.name("governing", mode), rate=rate
    )


def _against_last(context: ReportContext) -> str:
    earlier = context.metrics.trend[:-1]
    rate = context.tally.timeliness.rate
    last = earlier[-1].timeliness.rate if earlier and not context.profile.focus else None
    if last is None or rate is None:
        return context.texts("tile.no_last")
    return context.texts(
        "tile.last", last=context.wording.percent(last), change=context.wording.points(rate - last)
    )


def graded(context: ReportContext, by_grade: Sequence[Count]) -> str:
    """`重大 2 · 较大 5 · 一般 30`."""
    return " · ".join(
        f"{context.texts.name('grade', row.key)} {context.wording.number(row.n)}"
        for row in by_grade
    )


def _departments(context: ReportContext) -> Table | None:
    """The one line that the regulations set, and where the departments stand."""
    texts, found = context.texts, judged_departments(context)
    if context.profile.focus or not found:
        return None
    line_at = context.metrics.proposals.threshold
    shown = found[:DEPARTMENTS]
    rows = []
    for row in shown:
        own = row.tc_timeliness
        if own is None or own.rate is None:
            continue
        few = texts("page.few") if own.denominator < FEW else ""
        state = texts("page.below" if own.rate < line_at else "page.above")
        rows.append(
            Row(
                (
                    cell(context.department(row.key)),
                    rate_cell(context, own, line_at),
                    cell(context.wording.fraction(own), NUM),
                    cell(context.wording.percent(own.low), NUM),
                    cell(f"{state}{few}"),
                    cell(context.wording.percent(row.timeliness.rate), f"{NUM} quiet"),
                )
            )
        )
    heads = columns(
        context,
        "department",
        f"tc_rate:{NUM}",
        f"met_of_decided:{NUM}",
        f"worst_case:{NUM}",
        "against_line",
        f"all_clauses:{NUM}",
    )
    note = (
        texts("page.more_departments", n=len(found) - len(shown)) if len(found) > len(shown) else ""
    )
    caption = texts("page.departments", line=context.wording.percent(line_at))
    return Table(caption, heads, tuple(rows), note, "front")


def _failures(context: ReportContext, most: int) -> Table | None:
    """What failed as a whole, beside single cases."""
    rows = failures(context)
    tickets = context.metrics.headline.tickets
    texts, made = context.texts, []
    if not context.profile.focus and tickets.denominator > tickets.numerator:
        bad = tickets.denominator - tickets.numerator
        made.append(
            _failure(context, texts("failure.tickets"), "—", (bad, tickets.denominator), "—")
        )
    made += [_mechanism(context, row) for row in rows[:most]]
    if not made:
        return None
    heads = columns(context, "failing_what", "basis:nowrap", f"failing_of:{NUM}", "owner")
    caption = texts("page.failures")
    if len(rows) > most:
        caption += texts("page.more_failures", n=len(rows) - most)
    return Table(caption, heads, tuple(made), "", "front")


def _mechanism(context: ReportContext, row: Mechanism) -> Row:
    title = context.texts(f"failure.{row.key}")
    return _failure(context, title, row.article, (row.gap, row.due), row.owner)


def _failure(
    context: ReportContext, title: str, basis: str, of: tuple[int, int], owner: str
) -> Row:
    shown = " / ".join(map(context.wording.number, of))
    return Row((cell(title), cell(basis, "nowrap"), cell(shown, f"{NUM} low"), cell(owner)))


def _worst(context: ReportContext) -> Table | None:
    """The gravest finding of each of the three gravest steps."""
    items = context.metrics.attention
    if context.profile.focus:
        own = pl.col("rules").str.contains(rf"\b{context.profile.focus}-")
        items = attention(context.findings.filter(own))
    if not items:
        return None
    rows = tuple(_worst_row(context, item) for item in items)
    heads = columns(
        context, "grade:nowrap", "step", "subject:id", "owner", "what_happened", f"alike:{NUM}"
    )
    return Table(context.texts("page.worst"), heads, rows, "", "front")


def _worst_row(context: ReportContext, item: AttentionCard) -> Row:
    texts = context.texts
    rule_id = next(rule for rule in item.rules.split(";") if context.in_focus(rule))
    rule = context.rulebooks.rule(rule_id)
    person = context.person(item.responsible) if item.responsible else texts("words.nobody")
    marks = texts("mark.disputed") if item.finding_id in context.disputed else ""
    return Row(
        (
            cell(texts.name("grade", item.grade), "nowrap"),
            cell(f"{context.word(rule.title)}{marks}"),
            cell(context.printable.text(item.subject_id), "id"),
            cell(f"{context.department(item.department)} {person}"),
            cell(happened(context, item)),
            num(context, item.of_topic),
        )
    )


def decisions(context: ReportContext) -> list[str]:
    """What is asked of the signatory: only what this month gives reason for."""
    texts, made = context.texts, [context.of_document("decision")]
    if "demands" in context.profile.printed and any(row.broken for row in context.rules()):
        made.append(texts("decision.demands"))
    disputed = _disputed_critical(context)
    critical = critical_count(context) - disputed
    if critical and not context.profile.focus:
        n, of_them = texts.count("finding", critical), texts.count("finding", disputed)
        key = "critical_disputed" if disputed else "critical"
        made.append(texts(f"decision.{key}", n=n, disputed=of_them))
    below = [
        row
        for row in context.metrics.proposals.departments
        # Nothing is proposed for a rate while findings of it wait for a decision on an objection
        if row.key not in context.contested
    ]
    if below and not context.profile.focus:
        names = context.several(below, lambda row: context.department(row.key))
        threshold = context.wording.percent(context.metrics.proposals.threshold)
        made.append(texts("decision.departments", names=names, threshold=threshold))
    if failures(context) and not context.profile.focus:
        made.append(texts("decision.failures", n=len(failures(context))))
    if gap_count(context):
        made.append(texts("decision.gaps", n=texts.count("rule", gap_count(context))))
    if context.tally.unknown:
        noun = "obligation" if context.profile.focus else "act"
        made.append(texts("decision.unknown", n=texts.count(noun, context.tally.unknown)))
    return made


def _disputed_critical(context: ReportContext) -> int:
    critical = context.findings.filter(pl.col("grade") == "critical")["finding_id"]
    return len(context.disputed.intersection(critical))


def decision_table(context: ReportWords, asked: Sequence[str], agreed: bool = False) -> Table:
    """One row a decision, each with its boxes; `agreed`: the first was decided by the approval."""
    boxes = context.texts("decision.boxes")
    agreed = agreed or context.options.approved
    rows = tuple(
        Row(
            (
                Cell(line(f"{n}. {words}")),
                cell(context.texts("decision.agreed") if agreed and n == 1 else boxes, NUM),
            )
        )
        for n, words in enumerate(asked, start=1)
    )
    heads = columns(context, "decision", f"opinion:{NUM}")
    return Table(context.texts("label.decisions"), heads, rows, "", "front decide")


def signatures(context: ReportWords) -> tuple[Signature, ...]:
    texts, who = context.texts, context.profile.signatories
    approved = approved_on(context)
    made = []
    for role, part in who:
        last = (role, part) == who[-1]
        name = context.options.names.get(role, "")
        opinion = texts("label.opinion") if last else ""
        day = texts("label.sign_date")
        if last and approved:
            name, day = approved
            opinion = texts("label.agreed")
        title = texts("label.signatory", role=texts(f"role.{role}"), part=texts(f"part.{part}"))
        made.append(Signature(title, context.printable.text(name), opinion, day))
    return tuple(made)
