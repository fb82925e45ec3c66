"""突出案件: the gravest cases one by one, as a timeline and step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from checks.closing.facts import UNASSIGNED
from checks.law.conflicts import Conflict, conflicts
from checks.numbers.cases import CaseFile, CaseStep
from checks.numbers.findings import AttentionCard
from flows.report.chapters.timeline import VIOLATED, result_of, seconds, timeline
from flows.report.chapters.why import rings, why
from flows.report.context.blocks import Block, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns
from flows.report.words.grading import reason_words


def grave_cases(context: ReportContext) -> Iterator[Block]:
    texts, cases = context.texts, context.metrics.cases
    if not cases:
        yield Paragraph(line(texts("cases.none")))
        return
    critical = sum(row.n for row in context.metrics.findings.by_grade if row.key == "critical")
    shown = sum(1 for case in cases if _finding(context, case)["grade"] == "critical")
    intro = "cases.intro" if critical else "cases.intro_none"
    yield Paragraph(line(texts(intro, critical=critical, shown=shown, others=len(cases) - shown)))
    found = conflicts(context.rulebooks, datetime.fromisoformat(context.metrics.period.to).date())
    for case in cases:
        yield from _case(context, case, found)


def _finding(context: ReportContext, case: CaseFile) -> dict[str, Any]:
    return context.findings.row(by_predicate=pl.col("finding_id") == case.key, named=True)


def _case(context: ReportContext, case: CaseFile, found: tuple[Conflict, ...]) -> Iterator[Block]:
    texts, finding = context.texts, _finding(context, case)
    rule = context.rulebooks.rule(finding["rules"].split(";")[0])
    marks = texts("mark.disputed") if case.key in context.disputed else ""
    yield Heading(
        texts(
            "cases.heading",
            title=context.word(rule.title),
            subject=context.printable.text(case.subject_id),
            marks=marks,
        )
    )
    yield Paragraph(line(_facts(context, finding)), "plain facts")
    picture = timeline(context, case)
    if picture:
        yield picture
    if len({context.rulebooks.rule(step.rule_id).topic for step in case.steps}) > 1:
        yield _steps(context, case)
    yield _notes(context, case, finding, found)


def _facts(context: ReportContext, finding: Mapping[str, Any]) -> str:
    person = (
        context.person(finding["responsible"])
        if finding["responsible"] not in (None, UNASSIGNED)
        else context.texts("words.nobody")
    )
    return context.texts(
        "cases.facts",
        department=context.department(finding["department"]),
        person=person,
        tier=context.tier(finding["tier"]),
        customer=context.printable.text(finding["customer_id"] or "—"),
        finding=finding["finding_id"],
        grade=context.texts.name("grade", finding["grade"]),
        reason=reason_words(
            context.texts, finding["grade_reason"], finding["verdict"] == "overdue"
        ),
    )


def _steps(context: ReportContext, case: CaseFile) -> Table:
    heads = columns(
        context,
        "step",
        "clause:nowrap",
        "started:nowrap",
        "due:nowrap",
        "done_at:nowrap",
        f"result:{NUM}",
    )
    shown = [step for step in case.steps if _worth_a_row(context, step)]
    rows = tuple(_step(context, step) for step in shown)
    return Table(context.texts("cases.steps"), heads, rows, "", "tight")


def _worth_a_row(context: ReportContext, step: CaseStep) -> bool:
    """What was exempt bound nobody; a record that is there is no step of the case."""
    presence = context.rulebooks.rule(step.rule_id).clock_kind == "presence"
    return step.verdict != "exempt" and (step.verdict in VIOLATED or not presence)


def _step(context: ReportContext, step: CaseStep) -> Row:
    rule = context.rulebooks.rule(step.rule_id)
    year = int(context.metrics.period.from_[:4])
    times = [step.triggered_at, step.due_at, step.fulfilled_at]
    shown = [
        context.wording.brief(datetime.fromisoformat(at), year)[:11] if at else "—" for at in times
    ]
    css = f"{NUM} low" if step.verdict in VIOLATED else NUM
    return Row(
        (
            cell(context.word(rule.title)),
            cell(context.clause(rule), "nowrap"),
            *(cell(at, "nowrap") for at in shown),
            cell(result_of(context, step), css),
        )
    )


def _notes(
    context: ReportContext,
    case: CaseFile,
    finding: Mapping[str, Any],
    found: tuple[Conflict, ...],
) -> Table:
    texts = context.texts
    source = finding["source_file"]
    place = "—" if source is None else f"{source}:{finding['source_row']}"
    notes = [
        ("cases.judged", why(context, finding)),
        ("cases.clauses", context.article(finding["clauses"])),
        ("cases.clock", _clock(context, finding)),
        ("cases.contact", _contact(context, case, finding)),
        ("cases.conflict", _conflict(context, case, finding, found)),
        ("card.response", _response(context, finding)),
        ("cases.place", context.printable.text(place)),
    ]
    rows = tuple(Row((cell(texts(key), "nowrap"), cell(words))) for key, words in notes if words)
    return Table(texts("cases.notes"), columns(context, "matter:nowrap", "what"), rows, "", "tight")


def _clock(context: ReportContext, finding: Mapping[str, Any]) -> str:
    rule = context.rulebooks.rule(finding["rules"].split(";")[0])
    words = context.texts.name("clock_help", rule.clock_kind)
    return words + (context.word(rule.reading) if rule.reading else "")


def until_contact(context: ReportContext, finding_id: str) -> str:
    """How long an open case lasted to the customer's next contact; empty where none is known."""
    case = next((case for case in context.metrics.cases if case.key == finding_id), None)
    due = _missed(case) if case else None
    if case is None or case.next_contact is None or due is None:
        return ""
    return context.wording.duration(seconds(due, case.next_contact.at))


def happened(context: ReportContext, item: AttentionCard) -> str:
    """How a case went wrong; an open one is measured to the customer's next contact."""
    texts, over = context.texts, item.overrun_seconds
    tier = context.tier(item.tier)
    if over is None:
        found = context.findings.filter(finding_id=item.finding_id).row(0, named=True)
        how = rings(context, found) or texts.name("verdict_of", item.verdict)
    elif item.verdict == "overdue" and (until := until_contact(context, item.finding_id)):
        how = texts("page.open_contact", time=until)
    elif item.verdict == "overdue":
        how = texts("page.still_open", time=context.wording.duration(over))
    else:
        how = texts("page.over", time=context.wording.duration(over))
    return f"{tier}{texts('words.comma')}{how}"


def _missed(case: CaseFile) -> str | None:
    """The deadline that was missed first."""
    return min((s.due_at for s in case.steps if s.verdict in VIOLATED and s.due_at), default=None)


def _contact(context: ReportContext, case: CaseFile, finding: Mapping[str, Any]) -> str:
    """When somebody next spoke with the customer: what an open record says of harm."""
    texts, found = context.texts, case.next_contact
    if found is None:
        return texts("cases.no_contact") if finding["verdict"] == "overdue" else ""
    words = texts(
        f"cases.contact_{found.way}",
        at=context.wording.instant(found.at)[:16],
        record=context.printable.text(found.subject_id),
        person=context.person(found.responsible),
    )
    if finding["verdict"] == "overdue":
        words += texts("cases.harm", time=until_contact(context, case.key))
    return words


def _conflict(
    context: ReportContext,
    case: CaseFile,
    finding: Mapping[str, Any],
    found: tuple[Conflict, ...],
) -> str:
    """Whether a step of this case was due before one that has to come first."""
    broken = set(finding["rules"].split(";"))
    judged = {step.rule_id for step in case.steps}
    mine = [
        conflict
        for conflict in found
        if conflict.kind == "order_of_steps"
        and conflict.tier == finding["tier"]
        and {demand.rule.id for demand in conflict.demands} <= judged
        and {demand.rule.id for demand in conflict.demands} & broken
    ]
    if not mine:
        return ""
    clauses = context.texts("words.and").join(
        f"{context.clause(d.rule)} {context.word(d.rule.title)}" for d in mine[0].demands
    )
    return context.texts("cases.conflict_words", clauses=clauses)


def _response(context: ReportContext, finding: Mapping[str, Any]) -> str:
    texts = context.texts
    said = [
        f"{context.department(entry.department)}{texts('words.colon')}{context.printable.free(entry.note)}"
        for entry in context.metrics.objections or ()
        if entry.finding == finding["finding_id"]
    ]
    if finding["response"]:
        said.append(context.printable.free(finding["response"]))
    return texts("words.semicolon").join(said) or texts("cases.no_response")
