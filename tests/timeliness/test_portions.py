"""A month judged a portion at a time is the month judged whole, whoever called, wrote or reopened
across portions."""

from __future__ import annotations

from operator import itemgetter

import polars as pl
import pytest

from checks.concepts import Period
from checks.judging import judge, judge_in_portions
from flows.law.rulebooks import load_rulebooks
from tests.oracle import to_frames
from tests.oracle.records import draw

RULEBOOKS = load_rulebooks().rulebooks


@pytest.mark.parametrize("seed", range(1))
def test_portions_are_the_whole(seed: int) -> None:
    case = draw(seed, subjects=150)
    records, period = to_frames(case.rows), Period(case.start, case.end, case.cutoff)
    parts = sorted(judge_in_portions(records, RULEBOOKS, period, at_once=60), key=itemgetter(0))
    whole = judge(records, RULEBOOKS, period)
    assert len(parts) > 2 * len(RULEBOOKS.rules), "there were several portions"
    order = ["rule_id", "subject_id"]
    assert pl.concat(part for _, part in parts).sort(order).equals(whole.sort(order))


def test_each_part_is_of_one_rule_and_in_order() -> None:
    case = draw(7, subjects=100)
    parts = judge_in_portions(
        to_frames(case.rows), RULEBOOKS, Period(case.start, case.end, case.cutoff), at_once=100
    )
    for place, part in parts:
        assert set(part["rule_id"]) <= {RULEBOOKS.rules[place].id}
        assert part["subject_id"].is_sorted()
