"""What became of earlier closings, and what was said of this one: restatements, objections, the
approval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from checks.numbers.base import Count
from checks.numbers.closings import Objection, Restatement
from flows.report.context.blocks import Block, Cell, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import ReportContext, ReportWords
from flows.report.context.tables import NUM, cell, columns, num

SHOWN = 40
"""Changed verdicts printed per restatement; all of them stand in its manifest or come out of `kelou
diff`."""


def restatements(context: ReportContext) -> Iterator[Block]:
    """Published months of which later data changed something since the last report."""
    found = context.metrics.restatements or ()
    if not found:
        yield Paragraph(line(context.texts("annex.restatements.none")), "plain")
        return
    yield Paragraph(line(context.texts("annex.restatements.intro")), "plain")
    for restatement in found:
        yield Heading(_title(context, restatement))
        yield Paragraph(line(_summary(context, restatement)), "plain")
        if restatement.rows:
            yield _changes(context, restatement)


def restatement_lines(context: ReportContext) -> tuple[str, ...]:
    """The same in a line each, and the months that wait for theirs."""
    colon = context.texts("words.colon")
    told = [
        f"{_title(context, found)}{colon}{_summary(context, found)}"
        for found in context.metrics.restatements or ()
    ]
    edition = context.metrics.edition
    for row in edition.awaiting if edition else ():
        month, n = context.wording.month(f"{row.key}-01"), context.wording.number(row.n)
        told.append(context.texts("annex.restatements.awaiting", month=month, n=n))
    return tuple(told)


def _title(context: ReportContext, restatement: Restatement) -> str:
    month = context.wording.month(f"{restatement.month}-01")
    return context.texts("annex.restatements.heading", month=month, n=restatement.restatement)


def _summary(context: ReportContext, restatement: Restatement) -> str:
    then, now = restatement.timeliness.then, restatement.timeliness.now
    causes = (
        f"{context.texts.name('change_cause', row.key)} {row.n}" for row in restatement.by_cause
    )
    return context.texts(
        "annex.restatements.summary",
        n=context.wording.number(restatement.changed),
        causes=context.texts("words.comma").join(causes) or context.texts("words.none"),
        then=context.wording.percent(then.rate),
        now=context.wording.percent(now.rate),
    )


def _changes(context: ReportContext, restatement: Restatement) -> Table:
    shown = restatement.rows[:SHOWN]
    note = context.texts("words.capped", total=restatement.changed, shown=len(shown))
    rows = tuple(
        Row(
            (
                cell(context.printable.text(row.subject_id), "id"),
                cell(row.rule_id, "id"),
                _verdict(context, row.then),
                _verdict(context, row.now),
                cell(_causes(context, row.cause)),
            )
        )
        for row in shown
    )
    heads = columns(context, "subject:id", "rule:id", "verdict_then", "verdict_now", "change_cause")
    return Table(context.texts("annex.restatements.table", capped=note), heads, rows)


def _verdict(context: ReportContext, verdict: str | None) -> Cell:
    return cell(
        context.texts.name("verdict_word", verdict) if verdict else context.texts("words.none")
    )


def _causes(context: ReportContext, causes: str) -> str:
    return context.texts("words.comma").join(
        context.texts.name("change_cause", cause) for cause in causes.split(";")
    )


def recorded_objections(context: ReportContext) -> Iterator[Block]:
    """What departments objected to before the report was approved, word for word."""
    found = context.metrics.objections or ()
    if not found:
        return
    rows = tuple(_objection(context, entry) for entry in found)
    names = ("department", "speaker", "date:nowrap", "finding:id", "objection", "decided_so")
    heads = columns(context, *names)
    yield Table(
        context.texts("annex.objections.recorded", n=context.wording.number(len(found))),
        heads,
        rows,
    )


def _objection(context: ReportContext, entry: Objection) -> Row:
    day = context.wording.day(_local_day(context, entry.at))
    finding = context.printable.text(entry.finding or context.texts("annex.objections.whole"))
    return Row(
        (
            cell(context.department(entry.department)),
            cell(context.printable.agent(entry.by)),
            cell(day, "nowrap"),
            cell(finding, "id"),
            cell(context.printable.free(entry.note)),
            cell(_decided(context, entry)),
        )
    )


def approved_on(context: ReportWords) -> tuple[str, str] | None:
    """Who approved the report, and the day in words; None for a draft."""
    stated = context.metrics.approval if isinstance(context, ReportContext) else None
    if not stated:
        return None
    return stated.by, context.wording.day(_local_day(context, stated.at))


def notices(context: ReportContext) -> tuple[str, ...]:
    """What sets this edition apart from others of its month: what it replaces, and how it differs;
    that the month was not over."""
    edition, texts, made = context.metrics.edition, context.texts, []
    if edition and edition.replaces:
        then, now = edition.replaces, context.metrics
        made.append(
            texts(
                "edition.replaces",
                n=edition.restatement,
                date=context.wording.day(then.date),
                then=context.wording.percent(then.timeliness.rate),
                now=context.wording.percent(now.headline.timeliness.rate),
                found_then=context.wording.number(then.findings),
                found_now=context.wording.number(now.findings.total),
                grades_then=_grades(context, then.by_grade),
                grades_now=_grades(context, now.findings.by_grade),
            )
        )
    if edition and edition.closed_early_at:
        day = context.wording.instant(edition.closed_early_at)[:16]
        made.append(texts("edition.closed_early", at=day))
    if objections := context.metrics.objections:
        made.append(
            texts(
                "edition.disputed",
                n=texts.count("objection", len(objections)),
                states=_states(context, objections),
            )
        )
    return tuple(made)


def _states(context: ReportContext, objections: Sequence[Objection]) -> str:
    """How many wait for a decision, were accepted, were rejected."""
    counts = Counter(_state(entry) for entry in objections)
    return context.texts("words.and").join(
        f"{context.texts.name('objection_state', state)} {context.wording.number(counts[state])}"
        for state in ("open", "accepted", "rejected")
    )


def _state(entry: Objection) -> str:
    if entry.decision is None:
        return "open"
    return "accepted" if entry.decision.accepted else "rejected"


def _decided(context: ReportContext, entry: Objection) -> str:
    """The decision: what, by whom, when, why."""
    state = context.texts.name("objection_state", _state(entry))
    if entry.decision is None:
        return state
    day = context.wording.day(_local_day(context, entry.decision.at))
    words = (
        state,
        context.printable.agent(entry.decision.by),
        day,
        context.printable.free(entry.decision.note),
    )
    return context.texts("words.semicolon").join(word for word in words if word)


def _grades(context: ReportContext, by_grade: Sequence[Count]) -> str:
    return context.texts("words.and").join(
        f"{context.texts.name('grade', row.key)} {context.wording.number(row.n)}"
        for row in by_grade
    )


def _local_day(context: ReportWords, at: str) -> date:
    """The day of a recorded UTC time where the report is read."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(context.options.time_zone)).date()


def later_exports(context: ReportContext) -> Iterator[Block]:
    """Where only an export later than the cutoff is at hand, cells without a time are those of that
    export."""
    found = context.metrics.quality.later_export
    if not found:
        return
    yield Heading(context.texts("annex.sources.later_title"))
    yield Paragraph(line(context.texts("annex.sources.later")), "plain")
    rows = tuple(
        Row((cell(context.texts.name("table", row.table)), num(context, row.files)))
        for row in found
    )
    yield Table(
        context.texts("annex.sources.later_table"), columns(context, "table", f"files:{NUM}"), rows
    )
