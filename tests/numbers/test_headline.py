"""Page one: what governs, per ticket, before renegotiation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from checks.closing.facts import Closing
from checks.numbers.plain import plain
from checks.results.metrics.headline import headline
from checks.results.metrics.tally import cube
from tests.numbers.frames import START, closing, obligation, obligations


def _headline(made: Closing) -> dict[str, Any]:
    return plain(headline(made, cube(made.facts)))


def _fraction(of: dict[str, Any]) -> tuple[int, int]:
    return of["numerator"], of["denominator"]


def test_an_act_under_two_regulations_counts_once_and_by_its_gravest_verdict() -> None:
    found = _headline(
        closing(
            obligations(
                obligation("TC-6.1-online", "met", "V1#1"),
                obligation("RC-8.2-online", "late", "V1#1"),
                obligation("TC-6.1-online", "met", "V2#1"),
                obligation("RC-8.2-online", "met", "V2#1"),
            )
        )
    )
    assert (found["governing"], found["obligations"], found["acts"], found["violations"]) == (
        "strictest",
        4,
        2,
        1,
    )
    assert _fraction(found["timeliness"]) == (1, 2)
    assert _fraction(found["overtime"]) == (1, 2)
    assert _fraction(found["by_governing"]["strictest"]["timeliness"]) == (1, 2)
    assert _fraction(found["by_governing"]["order"]["timeliness"]) == (2, 2)
    assert found["by_governing"]["order"]["violations"] == 0


def test_by_order_the_first_clause_that_is_decided_governs() -> None:
    rows = [
        obligation("TC-6.1-online", "unknown", "V1#1", reason="tier"),
        obligation("RC-8.2-online", "met", "V1#1"),
    ]
    found = _headline(closing(obligations(*rows)))["by_governing"]
    assert _fraction(found["order"]["timeliness"]) == (1, 1)
    assert found["order"]["unknown"] == 0
    assert _fraction(found["strictest"]["timeliness"]) == (0, 0)
    assert found["strictest"]["unknown"] == 1


@pytest.mark.parametrize(
    ("verdicts", "governs"),
    [
        (("unknown", "late"), "late"),
        (("pending", "unknown"), "unknown"),
        (("met", "pending"), "pending"),
        (("exempt", "met"), "met"),
        (("missing", "overdue"), "missing"),
    ],
)
def test_the_gravest_verdict_governs_and_of_equals_the_first(
    verdicts: tuple[str, str], governs: str
) -> None:
    rules = ("TC-6.1-online", "RC-8.2-online")
    rows = [
        obligation(rule, verdict, "V1#1") for rule, verdict in zip(rules, verdicts, strict=True)
    ]
    found = _headline(closing(obligations(*rows)))["by_governing"]["strictest"]
    assert [verdict for verdict in verdicts if found[verdict]] == [governs]


def test_a_ticket_is_in_order_when_all_its_decided_steps_are() -> None:
    rows = [
        obligation("TC-6.5-respond", "met", "T1"),
        obligation("TC-6.5-close", "met", "T1"),
        obligation("TC-6.5-respond", "met", "T2"),
        obligation("TC-6.6-archive", "late", "T2#2"),
        obligation("TC-6.5-respond", "pending", "T3"),
        obligation("TC-6.1-phone", "overdue", "K1"),
        obligation("TC-9-evidence", "missing", "T1"),
    ]
    assert _fraction(_headline(closing(obligations(*rows)))["tickets"]) == (1, 2)


def test_before_renegotiation_the_agreed_delay_is_late_and_governs() -> None:
    rows = [
        obligation("TC-6.1-deferred", "exempt", "T1", reason="renegotiated"),
        obligation("RC-10.2-promise", "met", "T1"),
        obligation("TC-6.1-deferred", "met", "T2"),
    ]
    found = _headline(closing(obligations(*rows)))
    assert _fraction(found["timeliness"]) == (2, 2)
    assert found["before_renegotiation"]["renegotiated"] == 1
    assert _fraction(found["before_renegotiation"]["timeliness"]) == (1, 2)
    assert found["before_renegotiation"]["late"] == 1


def test_before_renegotiation_what_waits_for_the_new_deadline_is_overdue() -> None:
    due = START + timedelta(days=30)
    rows = [
        obligation("TC-6.2-normal-solve", "pending", "T1", due_at=due),
        obligation("TC-6.2-normal-solve", "pending", "T2", due_at=due),
    ]
    tickets: list[dict[str, Any]] = [
        {"ticket_id": "T1", "renegotiated_due_at": due},
        {"ticket_id": "T2"},
    ]
    found = _headline(closing(obligations(*rows), tickets=tickets))["before_renegotiation"]
    assert (found["renegotiated"], found["overdue"], found["pending"]) == (1, 1, 1)


def test_the_longest_overrun_includes_what_is_still_open() -> None:
    rows = [
        obligation("TC-6.5-respond", "late", "T1"),
        obligation("TC-6.5-respond", "overdue", "T2"),
    ]
    longest = _headline(closing(obligations(*rows)))["longest_overrun"]
    assert longest["subject_id"] == "T2"
    assert longest["seconds"] == int(timedelta(days=17, hours=14).total_seconds())


def test_a_call_that_rang_out_has_no_overrun() -> None:
    assert (
        _headline(closing(obligations(obligation("TC-6.1-phone", "overdue", "K1"))))[
            "longest_overrun"
        ]
        is None
    )


def test_an_empty_month() -> None:
    found = _headline(closing())
    assert found["acts"] == 0
    assert found["timeliness"]["rate"] is None
    assert found["tickets"]["rate"] is None


def test_carried_over_and_provisional_acts_are_counted() -> None:
    rows = [
        obligation("TC-6.5-respond", "met", "T1", carried_over=True),
        obligation("TC-6.5-close", "pending", "T1", calendar_provisional=True),
    ]
    found = _headline(closing(obligations(*rows)))
    assert (found["carried_over"], found["provisional"]) == (1, 1)


def test_rows_that_no_rule_explains_are_not_lost() -> None:
    judged = obligations(obligation("TC-6.5-respond", "met", "T1"))
    strange = judged.with_columns(rule_id=pl.lit("XX-1-none"))
    assert _headline(closing(pl.concat([judged, strange])))["obligations"] == 2


def test_before_renegotiation_an_undecided_clause_does_not_govern() -> None:
    rows = [
        obligation("TC-6.2-urgent-solve", "unknown", "T1", reason="condition"),
        obligation("TC-6.2-normal-solve", "exempt", "T1", reason="renegotiated"),
    ]
    found = _headline(closing(obligations(*rows)))["before_renegotiation"]
    assert (found["late"], found["unknown"], found["exempt"]) == (1, 0, 0)
