"""Tallies add up, whatever the grouping and the order of the rows."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.closing.facts import with_channel
from checks.concepts import TIERS, VERDICTS
from checks.results.metrics.tally import CUBE, cube, tally_rows, tally_total
from tests.long import examples
from tests.numbers.frames import closing, obligation, obligations, rulebooks

DIMENSIONS = (
    "regulation",
    "rule_id",
    "article",
    "topic",
    "tier",
    "department",
    "responsible",
    "channel",
)

_ROW = st.builds(
    obligation,
    rule_id=st.sampled_from([rule.id for rule in rulebooks().rules]),
    verdict=st.sampled_from(VERDICTS),
    subject_id=st.sampled_from([f"S{n}" for n in range(8)]),
    tier=st.sampled_from([*TIERS, None]),
    department=st.sampled_from(["客户服务部", "技术支持部", None]),
    responsible=st.sampled_from(["A1", "A2", None]),
)
_ROWS = st.lists(_ROW, unique_by=lambda row: (row["rule_id"], row["subject_id"]), max_size=40)


def _counted(judged: pl.DataFrame) -> pl.DataFrame:
    made = closing(judged)
    return cube(with_channel(made.facts, made.records), (*CUBE, "responsible", "channel"))


@settings(max_examples=examples(40), deadline=None)
@given(rows=_ROWS, by=st.sampled_from(DIMENSIONS))
def test_the_parts_add_up_to_the_total(rows: list[dict[str, Any]], by: str) -> None:
    counted = _counted(obligations(*rows))
    total, parts = tally_total(counted), tally_rows(counted, by)
    assert sum(total.n(verdict) for verdict in VERDICTS) == total.total == len(rows)
    for name in VERDICTS:
        assert sum(part.n(name) for part in parts) == total.n(name)
    assert sum(part.broken for part in parts) == total.broken
    for rate in (attrgetter("timeliness"), attrgetter("record")):
        for piece in map(attrgetter, ("numerator", "denominator", "unknown")):
            assert sum(piece(rate(part)) for part in parts) == piece(rate(total))


@settings(max_examples=examples(25), deadline=None)
@given(rows=_ROWS, seed=st.integers(0, 1000))
def test_the_order_of_the_rows_changes_nothing(rows: list[dict[str, Any]], seed: int) -> None:
    judged = obligations(*rows)
    shuffled = judged.sample(fraction=1, shuffle=True, seed=seed)
    for by in DIMENSIONS:
        assert tally_rows(_counted(shuffled), by) == tally_rows(_counted(judged), by)


def test_timeliness_counts_clocks_and_the_record_rate_presence() -> None:
    counted = _counted(
        obligations(
            obligation("TC-6.5-respond", "met", "T1"),
            obligation("TC-6.5-respond", "late", "T2"),
            obligation("TC-6.5-respond", "overdue", "T3"),
            obligation("TC-6.5-respond", "unknown", "T4"),
            obligation("TC-6.5-respond", "pending", "T5"),
            obligation("TC-6.5-respond", "exempt", "T6"),
            obligation("TC-9-evidence", "met", "T1"),
            obligation("TC-9-evidence", "missing", "T2"),
        )
    )
    total = tally_total(counted)
    assert (total.timeliness.numerator, total.timeliness.denominator) == (1, 3)
    assert (total.timeliness.low, total.timeliness.high) == (0.25, 0.5)
    assert (total.record.numerator, total.record.denominator) == (1, 2)


def test_an_empty_month_is_zeros_without_rates() -> None:
    total = tally_total(_counted(obligations()))
    assert all(total.n(verdict) == 0 for verdict in VERDICTS)
    assert total.timeliness.rate is None


def test_known_keys_come_first_even_without_a_case_and_unassigned_last() -> None:
    rows = [
        obligation("TC-7-entry", subject_id=f"T{n}", department=d)
        for n, d in enumerate([None, "销售部", "甲部"])
    ]
    parts = tally_rows(_counted(obligations(*rows)), "department", ["行政部"])
    assert [part.key for part in parts] == ["行政部", "甲部", "销售部", "unassigned"]


@pytest.mark.parametrize(
    ("rule_id", "subject_id", "channel"),
    [
        ("TC-6.1-phone", "K1", "phone"),
        ("TC-6.1-online", "V1#2", "wecom"),
        ("TC-6.6-archive", "T1#2", "email"),
        ("TC-6.6-archive", "T9", None),
    ],
)
def test_channel_is_that_of_the_record(rule_id: str, subject_id: str, channel: str | None) -> None:
    made = closing(
        obligations(obligation(rule_id, subject_id=subject_id)),
        tickets=[{"ticket_id": "T1", "channel": "email"}],
        chats=[
            {"message_id": "M1", "conversation_id": "V1", "channel": None},
            {"message_id": "M2", "conversation_id": "V1", "channel": "wecom"},
        ],
    )
    assert with_channel(made.facts, made.records).collect()["channel"].to_list() == [channel]
