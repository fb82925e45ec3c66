"""The deadline watch: which steps are due soon or overdue, by urgency (TC 第八条(一))."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl

from checks.concepts import Period
from checks.judging import JudgingOptions, Records, judge
from checks.law.rulebook import Rulebooks
from checks.local_time import midnight, zone_of
from checks.oversight.deadlines import open_steps

BEGINNING = date(1970, 1, 1)


def watch(
    records: Records, rulebooks: Rulebooks, options: JudgingOptions, at: datetime, share: float
) -> pl.DataFrame:
    """Open steps as of `at` with `share` of their limit used or overdue, schema
    checks.oversight.deadlines.OPEN_STEPS."""
    everything = Period(midnight(BEGINNING, zone_of(at)), at, at)
    return open_steps(judge(records, rulebooks, everything, options), rulebooks.rules, at, share)
