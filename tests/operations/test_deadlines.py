"""What a watch shows: open steps from 80 % of their limit on, and overdue ones while they can still
be done."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from checks.concepts import OBLIGATIONS
from checks.oversight.deadlines import OPEN_STEPS, open_steps
from flows.law.rulebooks import load_rulebooks

AT = datetime(2026, 10, 14, 12)
RULES = load_rulebooks().rulebooks.rules
CHAT, TICKET, RINGS, PRESENCE = (
    next(rule.id for rule in RULES if rule.clock_kind == kind and rule.subject == subject)
    for kind, subject in (
        ("wall", "chat_session"),
        ("wall", "ticket"),
        ("rings", "call"),
        ("presence", "ticket"),
    )
)


def obligation(
    subject: str,
    used: float,
    verdict: str = "pending",
    rule: str = CHAT,
    governing: bool = True,
    limit: timedelta = timedelta(hours=10),
    fulfilled: datetime | None = None,
) -> dict[str, object]:
    started = AT - limit * used
    return dict.fromkeys(OBLIGATIONS.names()) | {
        "subject_type": "chat_session",
        "subject_id": subject,
        "topic": "first-reply",
        "rule_id": rule,
        "verdict": verdict,
        "governing": governing,
        "reason": "",
        "triggered_at": started,
        "due_at": started + limit,
        "fulfilled_at": fulfilled,
    }


def watched(*rows: dict[str, object]) -> list[tuple[str, str]]:
    frame = pl.DataFrame(list(rows), schema=OBLIGATIONS)
    found = open_steps(frame, RULES, AT, 0.8)
    assert found.schema == OPEN_STEPS
    return list(found.select("subject_id", "kind").iter_rows())


def test_a_warning_begins_exactly_at_the_share() -> None:
    assert watched(
        obligation("before", 0.7999), obligation("at", 0.8), obligation("deadline", 1.0)
    ) == [
        ("deadline", "warning"),
        ("at", "warning"),
    ]


def test_what_is_over_or_done_or_bound_by_another_clause_is_not_shown() -> None:
    assert (
        watched(
            obligation("late", 2, "late", fulfilled=AT),
            obligation("met", 0.9, "met", fulfilled=AT),
            obligation("unknown", 2, "unknown"),
            obligation("also", 2, "overdue", governing=False),
            obligation("rang out", 2, "overdue", rule=RINGS),
            obligation("evidence", 2, "pending", rule=PRESENCE),
        )
        == []
    )


def test_what_can_still_be_saved_comes_first_then_the_freshest_overrun() -> None:
    assert watched(
        obligation("long overdue", 9, "overdue"),
        obligation("just overdue", 1.1, "overdue", rule=TICKET),
        obligation("soon", 0.95),
        obligation("later", 0.85),
    ) == [
        ("soon", "warning"),
        ("later", "warning"),
        ("just overdue", "overdue"),
        ("long overdue", "overdue"),
    ]


def test_an_empty_month_gives_an_empty_watch() -> None:
    assert watched() == []
