"""A further kind of subject is judged, counted, found, explained and cut like the others; one that
nobody declared is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from checks.closing import Closing
from checks.closing.changes import changed, data_causes
from checks.closing.facts import with_channel
from checks.explanations.evidence import evidence
from checks.gate import RuleGap, rule_gaps
from checks.judging import judge, judge_in_portions
from checks.judging.portions import together
from checks.parts import WHOLE
from checks.records.records import Records, all_columns
from checks.records.tables import Column, Table
from checks.results.findings import findings
from checks.results.metrics.breakdowns import breakdowns
from checks.results.metrics.tally import CUBE, cube
from checks.subjects.registry import declare, kind_of, kinds
from flows.law.rule_tables import rule_words
from tests.numbers.frames import OCTOBER, closing, obligation, obligations, records
from tests.subjects.visit import (
    VISIT,
    VISITS,
    arrival,
    book,
    visit,
    visits_declared,
    with_shipped,
)

NINE, HALF_PAST, TEN = (datetime(2026, 10, 14, *at) for at in ((9,), (9, 30), (10,)))
ROWS = (
    visit("V1", HALF_PAST),
    visit("V2", TEN, channel="phone"),
    visit("V3", None),
    visit("V4", TEN, channel=None, customer_id=None),
    visit("V5", TEN, repair=False),
)


@pytest.fixture
def visits() -> Iterator[None]:
    with visits_declared():
        yield


def read(*rows: dict[str, Any], **others: list[dict[str, Any]]) -> Records:
    """The visits, all of their columns recorded, a customer of the tier core, and other tables."""
    customers = [{"customer_id": "C1", "tier": "core"}]
    made = records(visits=list(rows or ROWS), customers=customers, **others)
    return replace(made, recorded={**all_columns(), "visits": frozenset(VISITS.by_name)})


def verdicts(judged: pl.DataFrame) -> dict[str, str]:
    return dict(judged.select("subject_id", "verdict").iter_rows())


@pytest.mark.usefixtures("visits")
def test_a_further_kind_is_judged() -> None:
    judged = judge(read(), book(arrival()), OCTOBER)
    # Nobody knows the tier of V4, and the limits differ.
    expected = {"V1": "met", "V2": "late", "V3": "overdue", "V4": "unknown"}
    assert verdicts(judged) == expected
    whose = judged.row(0, named=True)
    assert (whose["subject_type"], whose["tier"], whose["department"], whose["responsible"]) == (
        "visit",
        "core",
        "工程部",
        "A1",
    )


@pytest.mark.usefixtures("visits")
def test_its_obligations_are_counted_by_channel_beside_the_others_with_none_left_out() -> None:
    rules = with_shipped(book(arrival()))
    at = {"opened_at": NINE, "responded_at": TEN}
    others = {
        "calls": [{"call_id": "K1", "direction": "inbound", "started_at": NINE, "rings": 9}],
        "chats": [{"conversation_id": "H1", "message_id": "M1", "sent_at": NINE, "channel": "web"}],
        "tickets": [{"ticket_id": "T1", "kind": "complaint", "channel": "email", **at}],
    }
    others["calls"][0] |= {"answered_at": TEN}
    others["chats"][0] |= {"sender": "customer", "text": "在吗？"}
    made = read(**others)
    judged = judge(made, rules, OCTOBER)
    assert set(judged["subject_type"]) == {"call", "chat_session", "ticket", "visit"}
    closed = Closing(judged.lazy(), rules, made, frozenset(), OCTOBER)
    told = with_channel(closed.facts, made).collect()
    assert len(told) == len(judged), "an obligation was left out, or counted twice"
    channels = told.select("subject_id", "channel").unique().sort("subject_id").rows()
    expected = [("H1#1", "web"), ("K1", "phone"), ("T1", "email")]
    visited = [("V1", "web"), ("V2", "phone"), ("V3", "web"), ("V4", None)]
    assert channels == [*expected, *visited]
    rates = breakdowns(closed, cube(closed.facts, CUBE))
    counted, by_rule = (
        sum(row.timeliness.denominator for row in rows)
        for rows in (rates.by_channel, rates.by_topic)
    )
    assert counted == by_rule > 3, f"{counted} decided acts by channel, {by_rule} by topic"


@pytest.mark.usefixtures("visits")
def test_its_findings_name_file_and_row() -> None:
    rules, made = book(arrival()), read()
    closed = Closing(judge(made, rules, OCTOBER).lazy(), rules, made, frozenset(), OCTOBER)
    found = findings(closed).select("subject_id", "source_file", "source_row").sort("subject_id")
    assert found.rows() == [("V2", "visits.csv", 3), ("V3", "visits.csv", 4)]


@pytest.mark.usefixtures("visits")
def test_it_is_explained_in_both_languages_with_its_records() -> None:
    (line,) = evidence("visit", "V2", read(), timedelta(hours=6))
    assert line.startswith("visits (visits.csv:3) visit_id=V2, planned_at=2026-10-14 09:00:00")
    assert rule_words("zh").when(arrival()) == "上门：维修"
    assert rule_words("en").when(arrival()) == "visits: repair"


@pytest.mark.usefixtures("visits")
def test_what_nobody_records_of_it_is_a_gap() -> None:
    carried = {"visits": frozenset(VISITS.by_name) - {"begun_at"}}
    gap = RuleGap("VS-1-arrive", "VS 第一条", "end", ("visits.begun_at",))
    assert rule_gaps([arrival()], carried, frozenset({"visits"})) == (gap,)
    silent = replace(read(), recorded=carried | {"calls": frozenset(), "tickets": frozenset()})
    judged = judge(silent, book(arrival()), OCTOBER).filter(subject_id="V3")
    assert judged["reason"].to_list() == ["not_recorded"]


@pytest.mark.usefixtures("visits")
def test_its_portions_are_the_whole() -> None:
    made, rules = read(), book(arrival())
    parts = [part for _, part in judge_in_portions(made, rules, OCTOBER, at_once=2)]
    assert len(parts) == 3, "five visits, two at once"
    whole = judge(made, rules, OCTOBER)
    assert pl.concat(parts).sort("subject_id").equals(whole)


@pytest.mark.usefixtures("visits")
def test_each_is_judged_in_one_part_of_a_cluster_only() -> None:
    made, rules = read(), book(arrival())
    judged = [judge(made, rules, OCTOBER, part=part) for part in WHOLE.split(3, 1)]
    assert together(judged, rules.rules).equals(judge(made, rules, OCTOBER))
    assert max(map(len, judged)) < 4, "the visits lie in several parts"


@pytest.mark.usefixtures("visits")
def test_a_changed_verdict_has_its_cause_in_the_records() -> None:
    rules, then, now = book(arrival()), read(*ROWS[:1]), read(visit("V1", TEN), ROWS[1])
    sides = [judge(made, rules, OCTOBER) for made in (then, now)]
    causes = data_causes(changed(sides[0], sides[1]), then, now)
    told = causes.select("subject_id", "corrected_data", "late_data").rows()
    assert told == [("V1", True, False), ("V2", False, True)]


def test_an_unknown_kind_is_refused_by_name() -> None:
    known = "known: call, chat_session, chat_turn, ticket, ticket_update"
    with pytest.raises(ValueError, match=f"unknown kind of subject 'visit'; {known}"):
        kind_of("visit")
    with pytest.raises(ValidationError, match=f"unknown kind of subject 'visit'; {known}"):
        arrival()


def test_obligations_of_an_unknown_kind_are_never_left_out() -> None:
    row = obligation("TC-6.1-phone", "late", subject_type="visit")
    made, refused = closing(obligations(row)), "unknown kind of subject 'visit'"
    with pytest.raises(ValueError, match=refused):
        with_channel(made.facts, made.records)
    with pytest.raises(ValueError, match=refused):
        findings(made)
    with pytest.raises(ValueError, match=refused):
        data_causes(changed(obligations(row), obligations()), made.records, made.records)
    with pytest.raises(ValueError, match=refused):
        evidence("visit", "V1", made.records, timedelta(hours=6))


def test_a_declaration_that_does_not_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="'call' is declared already"):
        declare(kind_of("call"))
    other = Table("visits", ("visit_id",), (Column("visit_id", "text"),))
    lacking = "'visit': table visits has no column planned_at, technician_id"
    with pytest.raises(ValueError, match=lacking):
        declare(replace(VISIT, table=other))
    with pytest.raises(ValueError, match="'visit': there is another table of the name calls"):
        declare(replace(VISIT, table=replace(VISITS, name="calls")))
    assert [kind.name for kind in kinds()] == [
        "call",
        "chat_session",
        "chat_turn",
        "ticket",
        "ticket_update",
    ]
