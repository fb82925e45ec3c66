"""Why one obligation was judged so: the rule, the clock, the limit, the days counted, the verdict
and what it was not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from checks.explanations.doubts import between
from checks.explanations.ledger import Ledgers
from checks.explanations.words import Words
from checks.law.calendar import Calendar
from checks.law.rulebook import Rule, Text
from checks.local_time import apart

Row = dict[str, Any]
Step = tuple[str, str]
_MOST_DAYS: Final = 60


def steps(
    row: Row,
    rule: Rule,
    readings: Sequence[Text],
    calendar: Calendar,
    words: Words,
    coarse: Mapping[datetime, int],
    ledgers: Ledgers | None = None,
) -> list[Step]:
    """Label and text of each step. row: one obligation, columns OBLIGATIONS; readings: those that
    bear on the rule;
    coarse: of checks.explanations.doubts.coarse_instants; ledgers: of clocks that stand at times.
    """
    found = [
        ("rule", f"{rule.id} {rule.article} {words.text(rule.title)}"),
        ("requirement", words.text(rule.requirement)),
        *(("reading", words.text(reading)) for reading in readings),
        (
            "start",
            f"{_at(row['triggered_at'])}{between(row['triggered_at'], coarse, words)} "
            f"({rule.start})",
        ),
        ("tier", _tier(row, words)),
        ("limit", _limit(row, rule, words)),
    ]
    if rule.clock == "workday" and row["due_at"]:
        found.append(
            ("counted", _counted(row["triggered_at"].date(), row["due_at"].date(), calendar, words))
        )
    found += [
        *(ledgers.of(row, rule, _shown_limit(row, rule, words), words) if ledgers else ()),
        ("due", _at(row["due_at"]) or words.say("phrases", _no_deadline(row, rule))),
        (
            "end",
            f"{_fulfilled(row, rule, words)}{between(row['fulfilled_at'], coarse, words)} "
            f"({rule.end})",
        ),
        ("verdict", words.say("outcomes", _outcome(row, rule))),
    ]
    # Rings are counted, not timed: the log beside it has their number
    if rule.clock != "rings" and (margin := _margin(row, words)):
        found.append(("margin", margin))
    return [
        (words.say("labels", label), value)
        for label, value in [*found, ("standing", _standing(row, words))]
    ]


def _tier(row: Row, words: Words) -> str:
    return words.say("tiers", row["tier"]) if row["tier"] else words.say("phrases", "unknown_tier")


def _outcome(row: Row, rule: Rule) -> str:
    if row["verdict"] == "met" and rule.clock == "presence":
        return "met:evidence"
    return ":".join(filter(None, (row["verdict"], row["reason"])))


def _fulfilled(row: Row, rule: Rule, words: Words) -> str:
    """When it was done; of a record only that it is there."""
    if rule.clock == "presence":
        return words.say("phrases", "on_record" if row["verdict"] == "met" else "none")
    return _at(row["fulfilled_at"]) or words.say("phrases", "none")


def _at(instant: datetime | None) -> str:
    return instant.isoformat(sep=" ", timespec="seconds") if instant else ""


def _limit(row: Row, rule: Rule, words: Words) -> str:
    limit = rule.limit_on(row["triggered_at"].date())
    clock, shown = words.say("clocks", rule.clock_kind), _shown_limit(row, rule, words)
    if limit is None or not shown:
        return clock
    text = (
        words.say("phrases", "limit_any", limit=shown)
        if rule.uniform
        else words.say("phrases", "limit_tier", limit=shown, tier=words.say("tiers", row["tier"]))
    )
    since = words.say("phrases", "limit_since", since=limit.since) if limit.since else ""
    return f"{text}{since}; {clock}"


def _shown_limit(row: Row, rule: Rule, words: Words) -> str:
    """The limit of the tier; empty where nobody knows it."""
    limit = rule.limit_on(row["triggered_at"].date())
    if limit is None or (row["tier"] is None and not rule.uniform):
        return ""
    cell = getattr(limit, row["tier"]) if row["tier"] else next(c for c in limit.cells if c)
    return words.limit(cell)


def _no_deadline(row: Row, rule: Rule) -> str:
    """Why there is none."""
    return "no_deadline" if rule.pauses and row["verdict"] == "pending" else "none"


def _counted(start: date, due: date, calendar: Calendar, words: Words) -> str:
    """Every day after the start up to the deadline, working days numbered."""
    shown: list[str] = []
    n, day = 0, start + timedelta(days=1)
    while day <= due and len(shown) < _MOST_DAYS:
        works = calendar.is_workday(day)
        n += works
        shown.append(words.say("phrases", "counted_day" if works else "skipped_day", day=day, n=n))
        day += timedelta(days=1)
    return "; ".join(shown)


def _margin(row: Row, words: Words) -> str:
    """By how much the deadline was kept or broken."""
    if not (row["fulfilled_at"] and row["due_at"] and row["verdict"] in ("met", "late")):
        return ""
    span = apart(row["fulfilled_at"], row["due_at"])
    return words.say(
        "phrases", "early" if row["verdict"] == "met" else "over", span=words.span(span)
    )


def _standing(row: Row, words: Words) -> str:
    marks = ["governs" if row["governing"] else "beside"]
    marks += ["carried_over"] if row["carried_over"] else []
    marks += ["provisional"] if row["calendar_provisional"] else []
    return "; ".join(words.say("phrases", mark) for mark in marks)
