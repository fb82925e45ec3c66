"""A case as a picture over time: what was allowed, what happened, how far it ran over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from checks.local_time import midnight
from checks.numbers.cases import CaseFile, CaseStep
from flows.report.context.blocks import Picture
from flows.report.context.report_context import ReportContext

LANES = 8
LABELS = 7
"""Days that get a label of their own; of more, every second, third … one."""
ROOM = 0.13
"""Share of the picture that a label needs."""
VIOLATED = ("late", "overdue", "missing")
_OFF = 6
"""Saturday, as the first day without work."""


def timeline(context: ReportContext, case: CaseFile) -> Picture | None:
    """None where no step has a deadline with a length."""
    steps = _first_of_topic(context, case)[:LANES]
    if not steps:
        return None
    start = min(_at(step.triggered_at) for step in steps)
    end = _end(context, case, steps)
    lanes = [_lane(context, step, start, end) for step in steps]
    lanes += _extra(context, case, start, end)
    margin = (end - start) * 0.02
    data = {
        "seconds": (end - start + margin).total_seconds(),
        "lanes": lanes,
        "days": _days(context, start, end + margin),
    }
    words = context.texts("words.semicolon").join(
        f"{lane['name']}{context.texts('words.colon')}{lane['result']}" for lane in lanes
    )
    alt = context.texts("picture.timeline", subject=case.subject_id, words=words)
    return Picture("timeline", context.texts("cases.picture"), alt, data)


def _first_of_topic(context: ReportContext, case: CaseFile) -> list[CaseStep]:
    """One lane a topic, the first clause of it: two clauses of one act have one fate."""
    lanes: dict[str, CaseStep] = {}
    for step in case.steps:
        rule = context.rulebooks.rule(step.rule_id)
        timed = step.triggered_at and step.due_at and rule.clock_kind not in ("presence", "rings")
        aside = not context.rulebooks.topics[rule.topic].counts_as_overtime
        if timed and step.verdict != "exempt" and not (aside and step.verdict == "met"):
            known = lanes.get(rule.topic)
            if known is None or (known.verdict == "met" and step.verdict in ("late", "overdue")):
                lanes[rule.topic] = step
    return list(lanes.values())


def _at(text: str | None) -> datetime:
    return datetime.fromisoformat(text or "")


def _end(context: ReportContext, case: CaseFile, steps: list[CaseStep]) -> datetime:
    """The last thing that is drawn; what is open ends at the next contact, else at the cutoff."""
    times = [_at(t) for step in steps for t in (step.due_at, step.fulfilled_at) if t]
    if case.agreed_arrival_at:
        times.append(_at(case.agreed_arrival_at))
    if any(step.verdict == "overdue" for step in steps):
        contact = case.next_contact.at if case.next_contact else context.metrics.period.cutoff
        times.append(_at(contact))
    return max(times)


def _lane(context: ReportContext, step: CaseStep, start: datetime, end: datetime) -> dict[str, Any]:
    late = step.verdict in ("late", "overdue")
    done = (_at(step.fulfilled_at) - start).total_seconds() if step.fulfilled_at else None
    last = (end - start).total_seconds()
    return {
        "name": _short(context, context.word(context.rulebooks.topics[_topic(context, step)])),
        "start": (_at(step.triggered_at) - start).total_seconds(),
        "due": (_at(step.due_at) - start).total_seconds(),
        "at": done,
        "until": last if done is None else done,
        "late": late,
        "result": result_of(context, step),
    }


def _topic(context: ReportContext, step: CaseStep) -> str:
    return context.rulebooks.rule(step.rule_id).topic


def _extra(
    context: ReportContext, case: CaseFile, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """What bears on the case without being one of its steps."""
    texts, plain = context.texts, {"start": 0.0, "due": None, "until": 0.0, "late": False}
    found = [("picture.agreed", case.agreed_arrival_at)]
    if case.next_contact:
        found.append(("picture.contact", case.next_contact.at))
    return [
        {**plain, "name": texts(key), "at": (_at(at) - start).total_seconds()}
        | {"result": context.wording.instant(at)[5:16]}
        for key, at in found
        if at and start <= _at(at) <= end
    ]


def _days(context: ReportContext, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """The days across the picture, those without work shaded."""
    zone = context.options.time_zone if start.tzinfo else None
    first_day, last_day = (_local(at, zone).date() for at in (start, end))
    count = (last_day - first_day).days + 1
    every = max(1, -(-count // LABELS))
    names, made = context.texts.items("words.weekdays"), []
    for n in range(count):
        day, (begin, over, labelled) = (
            first_day + timedelta(days=n),
            (_midnight(first_day + timedelta(days=n + k), zone) for k in (0, 1, every)),
        )
        first, last = max(begin, start), min(over, end)
        room = min(labelled, end) - first
        label = context.texts("picture.day", day=day.day, name=names[day.weekday()])
        shown = n % every == 0 and room / (end - start) >= ROOM
        made.append(
            {
                "start": (first - start).total_seconds(),
                "end": (last - start).total_seconds(),
                "label": label if shown else "",
                "off": day.isoweekday() >= _OFF,
            }
        )
    return made


def _local(at: datetime, zone: str | None) -> datetime:
    return at.astimezone(ZoneInfo(zone)) if zone else at


def _midnight(day: date, zone: str | None) -> datetime:
    """In UTC where a zone moves its clocks, so that differences are those of instants."""
    begin = midnight(day, zone)
    return begin.astimezone(UTC) if zone else begin


def _short(context: ReportContext, name: str) -> str:
    limit = 13 if context.texts.lang == "zh" else 26
    return name if len(name) <= limit else f"{name[: limit - 1]}…"


def result_of(context: ReportContext, step: CaseStep) -> str:
    """`按时`, `超时 3 小时`, `未完成`: what became of a step."""
    texts = context.texts
    clock = context.rulebooks.rule(step.rule_id).clock_kind
    if step.verdict == "late" and step.due_at and step.fulfilled_at and clock != "rings":
        over = seconds(step.due_at, step.fulfilled_at)
        return texts("page.over", time=context.wording.duration(over))
    return texts.name("verdict_word", step.verdict)


def seconds(start: str, end: str) -> float:
    """Between two instants of metrics.json."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
