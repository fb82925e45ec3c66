"""Kelou's own error rate: what inspectors found by hand against the verdicts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from checks.results.metrics.agreement import agreement
from tests.numbers.frames import START, closing, obligation, obligations

DAY = START.date()


def _check(ticket: str, result: str | None, day: date = DAY) -> dict[str, Any]:
    return {"ticket_id": ticket, "checked_on": day, "result": result, "inspector": "S9"}


def test_checks_are_compared_with_what_was_due_by_their_day() -> None:
    judged = obligations(
        obligation("TC-6.5-respond", "met", "agreed-good"),
        obligation("TC-6.5-respond", "late", "agreed-bad"),
        obligation(
            "TC-6.5-respond", "met", "agreed-bad#2", triggered_at=START + timedelta(hours=1)
        ),
        obligation("TC-6.5-respond", "late", "kelou-alone"),
        obligation("RC-8.2-told", "met", "kelou-alone"),
        obligation("TC-6.5-respond", "met", "inspector-alone"),
        obligation("TC-6.5-respond", "late", "later", triggered_at=START + timedelta(days=1)),
        obligation("RC-8.2-told", "met", "later"),
        obligation("TC-6.5-respond", "unknown", "undecided"),
        obligation("TC-6.5-respond", "late", "no-words"),
    )
    checks = [
        _check("agreed-good", "合格"),
        _check("agreed-bad", "不合格：超时"),
        _check("kelou-alone", "合格"),
        _check("inspector-alone", "Failed: late"),
        _check("later", "通过"),
        _check("undecided", "合格"),
        _check("no-words", "已看"),
        _check("no-words", None),
        _check("nobody-knows-it", "合格"),
        _check("kelou-alone", "合格", date(2026, 9, 30)),
    ]
    found = agreement(closing(judged, spot_checks=checks))
    assert found is not None and found.interval is not None
    assert (found.error.numerator, found.error.denominator, found.error.unknown) == (2, 5, 4)
    assert (found.unfounded, found.missed) == (1, 1)
    assert [(row.ticket_id, row.rules, row.seen_by) for row in found.listed] == [
        ("inspector-alone", "", "inspector"),
        ("kelou-alone", "TC-6.5-respond", "kelou"),
    ]
    assert found.interval.low < 0.4 < found.interval.high


def test_without_spot_checks_nothing_is_measured() -> None:
    assert agreement(closing()) is None
    none = agreement(closing(spot_checks=[_check("T1", "合格")]))
    assert none and (none.error.rate, none.interval) == (None, None)
