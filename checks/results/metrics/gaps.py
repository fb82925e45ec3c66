"""Gaps of the records: rules whose obligations nobody can decide, because what would show it is
recorded nowhere.

One entry per rule, for the company that keeps no such record; never one per case.
"""

from __future__ import annotations

import hashlib
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.gate.rules import rule_gaps
from checks.numbers.base import Title
from checks.numbers.times import RecordGap

REASON: Final = "not_recorded"


def gaps(closing: Closing, counted: pl.DataFrame) -> tuple[RecordGap, ...]:
    """Rules with obligations that are unknown for this reason, in governing order.

    counted: of the facts, by the cube of checks.results.metrics.tally.
    """
    unknown = counted.filter(reason=REASON)
    of = unknown.group_by("rule_id").agg(
        n=pl.col("n").sum(), governing=pl.col("n").filter("governing").sum()
    )
    found = {rule: (n, governing) for rule, n, governing in of.iter_rows()}
    every = rule_gaps(closing.rulebooks.rules, closing.records.recorded, closing.provided)
    lacking = {gap.rule_id: gap for gap in every}
    return tuple(
        RecordGap(
            kind="gap",
            finding_id=_id(rule.id),
            rule_id=rule.id,
            clause=f"{rule.regulation} {rule.article}",
            topic=rule.topic,
            title=Title(zh=rule.title.zh, en=rule.title.en),
            columns=lacking[rule.id].columns if rule.id in lacking else (),
            obligations=found[rule.id][0],
            governing=found[rule.id][1],
        )
        for rule in closing.rulebooks.rules
        if rule.id in found
    )


def _id(rule_id: str) -> str:
    return f"G-{hashlib.sha256(rule_id.encode()).hexdigest()[:12]}"
