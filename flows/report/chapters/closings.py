"""What became of earlier closings, and what was said of this one: restatements, objections, the
approval."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from checks.numbers.closings import Objection, Restatement
from flows.report.context.blocks import Block, Cell, Heading, Paragraph, Row, Table, line
from flows.report.context.report_context import Desk
from flows.report.context.tables import NUM, cell, columns, num

SHOWN = 40
"""Changed verdicts printed per restatement; all of them stand in its manifest or come out of `kelou
diff`."""


def restatements(desk: Desk) -> Iterator[Block]:
    """Published months of which later data changed something since the last report."""
    found = desk.metrics.restatements or ()
    if not found:
        yield Paragraph(line(desk.texts("annex.restatements.none")), "plain")
        return
    yield Paragraph(line(desk.texts("annex.restatements.intro")), "plain")
    for restatement in found:
        yield Heading(_title(desk, restatement))
        yield Paragraph(line(_summary(desk, restatement)), "plain")
        if restatement.rows:
            yield _changes(desk, restatement)


def _title(desk: Desk, restatement: Restatement) -> str:
    month = desk.say.month(f"{restatement.month}-01")
    return desk.texts("annex.restatements.heading", month=month, n=restatement.restatement)


def _summary(desk: Desk, restatement: Restatement) -> str:
    then, now = restatement.timeliness.then, restatement.timeliness.now
    causes = (f"{desk.texts.name('change_cause', row.key)} {row.n}" for row in restatement.by_cause)
    return desk.texts(
        "annex.restatements.summary",
        n=desk.say.number(restatement.changed),
        causes=desk.texts("words.comma").join(causes) or desk.texts("words.none"),
        then=desk.say.percent(then.rate),
        now=desk.say.percent(now.rate),
    )


def _changes(desk: Desk, restatement: Restatement) -> Table:
    shown = restatement.rows[:SHOWN]
    note = desk.texts("words.capped", total=restatement.changed, shown=len(shown))
    rows = tuple(
        Row(
            (
                cell(desk.press.ink(row.subject_id), "id"),
                cell(row.rule_id, "id"),
                _verdict(desk, row.then),
                _verdict(desk, row.now),
                cell(_causes(desk, row.cause)),
            )
        )
        for row in shown
    )
    heads = columns(desk, "subject:id", "rule:id", "verdict_then", "verdict_now", "change_cause")
    return Table(desk.texts("annex.restatements.table", capped=note), heads, rows)


def _verdict(desk: Desk, verdict: str | None) -> Cell:
    return cell(desk.texts.name("verdict_word", verdict) if verdict else desk.texts("words.none"))


def _causes(desk: Desk, causes: str) -> str:
    return desk.texts("words.comma").join(
        desk.texts.name("change_cause", cause) for cause in causes.split(";")
    )


def recorded_objections(desk: Desk) -> Iterator[Block]:
    """What departments objected to before the report was approved, word for word."""
    found = desk.metrics.objections or ()
    if not found:
        return
    rows = tuple(_objection(desk, entry) for entry in found)
    heads = columns(desk, "department", "speaker", "date:nowrap", "finding:id", "objection")
    yield Table(desk.texts("annex.objections.recorded", n=desk.say.number(len(found))), heads, rows)


def _objection(desk: Desk, entry: Objection) -> Row:
    day = desk.say.day(_local_day(desk, entry.at))
    finding = desk.press.ink(entry.finding or desk.texts("annex.objections.whole"))
    return Row(
        (
            cell(desk.department(entry.department)),
            cell(desk.press.agent(entry.by)),
            cell(day, "nowrap"),
            cell(finding, "id"),
            cell(desk.press.free(entry.note)),
        )
    )


def approval(desk: Desk) -> tuple[str, ...]:
    """Who approved the report, and when; nothing for a draft."""
    told = desk.metrics.approval
    if not told:
        return ()
    day = desk.say.day(_local_day(desk, told.at))
    return (desk.texts("facts.approved", by=desk.press.ink(told.by), date=day),)


def _local_day(desk: Desk, at: str) -> date:
    """The day of a recorded UTC time where the report is read."""
    zone = datetime.strptime(desk.options.utc_offset, "%z").tzinfo
    return datetime.fromisoformat(at).astimezone(zone).date()


def later_exports(desk: Desk) -> Iterator[Block]:
    """Where only an export later than the cutoff is at hand, cells without a time are those of that
    export."""
    found = desk.metrics.quality.later_export
    if not found:
        return
    yield Heading(desk.texts("annex.sources.later_title"))
    yield Paragraph(line(desk.texts("annex.sources.later")), "plain")
    rows = tuple(
        Row((cell(desk.texts.name("table", row.table)), num(desk, row.files))) for row in found
    )
    yield Table(
        desk.texts("annex.sources.later_table"), columns(desk, "table", f"files:{NUM}"), rows
    )
