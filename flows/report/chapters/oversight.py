"""监督机制: what people and systems were to do beside the service itself, and what of it is not on
record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from checks.numbers.evidence import MissedAlert, Silent, SpotChecks, TrainedPeople
from flows.report.chapters.distribution import topic_name
from flows.report.chapters.failures import Mechanism, mechanisms
from flows.report.context.blocks import Block, Heading, Paragraph, Picture, Quote, Row, Table, line
from flows.report.context.quotations import quotation
from flows.report.context.report_context import ReportContext
from flows.report.context.tables import NUM, cell, columns, num

PEOPLE, TICKETS, DAYS = 16, 6, 14
ALERTS = "TC 第八条(一)"
ENOUGH = (3, 10)
"""Share of the day's tickets that a spot check takes, in whole numbers."""


def oversight(context: ReportContext) -> Iterator[Block]:
    texts, rows = context.texts, mechanisms(context)
    if not rows:
        yield Paragraph(line(texts("oversight.none")))
        return
    yield Paragraph(line(texts("oversight.intro")), "lead")
    yield _picture(context, rows)
    if failed := [row for row in rows if row.gap]:
        yield _table(context, failed)
    if not context.profile.focus:
        yield from _missed_alerts(context)
        yield from _spot_checks(context)
        yield from _untrained(context)


def _picture(context: ReportContext, rows: Sequence[Mechanism]) -> Picture:
    texts, wording = context.texts, context.wording
    drawn = [
        {
            "name": texts(f"duty_short.{row.key}"),
            "share": round(row.share, 4),
            "label": f"{wording.number(row.done)} / {wording.number(row.due)}",
        }
        for row in rows
    ]
    words = texts("words.comma").join(f"{row['name']} {row['label']}" for row in drawn)
    labels = {key: texts(f"picture.{key}") for key in ("done", "gap")}
    data = {"rows": drawn, "words": labels}
    bad = sum(1 for row in rows if row.gap)
    caption = texts("oversight.picture", n=bad, total=len(rows))
    return Picture("done_of_due", caption, texts("picture.done_of_due", words=words), data)


def _table(context: ReportContext, rows: Sequence[Mechanism]) -> Table:
    """Those that failed, with who answers for them; the picture holds all."""
    made = tuple(
        Row(
            (
                cell(context.texts(f"duty_short.{row.key}")),
                cell(row.article, "nowrap"),
                num(context, row.due),
                num(context, row.done),
                num(context, row.gap, "low"),
                cell(context.wording.percent(row.share), NUM),
                cell(row.owner),
            )
        )
        for row in rows
    )
    heads = columns(
        context,
        "duty_name",
        "basis:nowrap",
        f"due_n:{NUM}",
        f"done_n:{NUM}",
        f"gap:{NUM}",
        f"share:{NUM}",
        "owner",
    )
    return Table(
        context.texts("oversight.table"), heads, made, context.texts("oversight.note"), "tight"
    )


def _missed_alerts(context: ReportContext) -> Iterator[Block]:
    """Every step whose alert was not sent, by the person who answers for the ticket."""
    duty = context.metrics.evidence.overdue_alerts
    details = duty.details if duty else None
    if duty is None or not isinstance(details, Silent) or not details.missed:
        return
    texts = context.texts
    yield Heading(texts("oversight.alerts"))
    if ALERTS in duty.articles and (words := quotation(ALERTS, texts.lang)):
        yield Quote(words, texts("words.cite", cite=context.article(ALERTS)))
    people: dict[tuple[str, str], list[MissedAlert]] = {}
    for step in details.missed:
        people.setdefault((step.responsible or "", step.department or ""), []).append(step)
    ordered = sorted(people.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = tuple(_person(context, *who, steps) for who, steps in ordered[:PEOPLE])
    heads = columns(
        context, "first_handler:nowrap", "department:nowrap", f"missed:{NUM}", "tickets_steps"
    )
    rate = duty.rate
    missed = rate.denominator - rate.numerator
    caption = texts(
        "oversight.alerts_table", n=context.wording.number(missed), silent=details.silent
    )
    note = texts("oversight.more_people", n=len(ordered) - PEOPLE) if len(ordered) > PEOPLE else ""
    yield Table(caption, heads, rows, note, "tight")


def _person(context: ReportContext, name: str, department: str, steps: list[MissedAlert]) -> Row:
    tickets: dict[str, list[str]] = {}
    for step in steps:
        topic = context.rulebooks.rule(step.rule_id).topic
        tickets.setdefault(step.subject_id, []).append(topic_name(context, topic))
    told = [
        f"{context.printable.text(subject)} {context.texts('words.and').join(topics)}"
        for subject, topics in tickets.items()
    ]
    words = context.texts("words.semicolon").join(told[:TICKETS])
    if len(told) > TICKETS:
        words += context.texts("oversight.more_tickets", n=len(told) - TICKETS)
    return Row(
        (
            cell(context.person(name or None), "nowrap"),
            cell(context.department(department or None), "nowrap"),
            num(context, len(steps), "low"),
            cell(words),
        )
    )


def _spot_checks(context: ReportContext) -> Iterator[Block]:
    duty = context.metrics.evidence.spot_checks
    details = duty.details if duty else None
    if not isinstance(details, SpotChecks):
        return
    part, whole = ENOUGH
    few = [day for day in details.days if day.checked * whole < day.asked * part]
    if not few:
        return
    days = context.texts("words.comma").join(
        context.texts(
            "oversight.day",
            day=context.wording.short_day(date.fromisoformat(day.day)),
            checked=day.checked,
            asked=day.asked,
        )
        for day in few[:DAYS]
    )
    more = context.texts("oversight.more_days", n=len(few) - DAYS) if len(few) > DAYS else ""
    yield Paragraph(line(context.texts("oversight.days", n=len(few), days=days, more=more)))


def _untrained(context: ReportContext) -> Iterator[Block]:
    """Who answered for cases without a training on record."""
    duty = context.metrics.evidence.trained_staff
    details = duty.details if duty else None
    if not isinstance(details, TrainedPeople) or not details.listed:
        return
    named = details.listed[:PEOPLE]
    names = context.texts("words.and").join(map(context.person, named))
    others = details.without_training > len(named)
    more = context.texts("oversight.and_others") if others else ""
    told = {"n": details.without_training, "names": names, "more": more}
    yield Paragraph(line(context.texts("oversight.untrained", **told)))
