"""Judging partitions apart gives what judging the whole gives, row for row."""

from __future__ import annotations

import polars as pl
import pytest

from checks.concepts import Period
from checks.timeliness import judge
from checks.timeliness.partition import partition
from flows.rulebooks import load_rulebooks
from tests.oracle import to_frames
from tests.oracle.records import draw

PARTS = 3


@pytest.mark.parametrize("seed", [3, 11])
def test_partitions_add_up_to_the_whole(seed):
    case = draw(seed, subjects=120)
    records, rulebooks = to_frames(case.rows), load_rulebooks().rulebooks
    period = Period(case.start, case.end, case.cutoff)
    whole = judge(records, rulebooks, period)
    parts = [judge(partition(records, PARTS, n), rulebooks, period) for n in range(PARTS)]
    assert all(not part.is_empty() for part in parts)
    key = ["rule_id", "subject_id"]
    assert pl.concat(parts).sort(key).equals(whole.sort(key))
