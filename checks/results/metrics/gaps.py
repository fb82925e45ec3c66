"""Gaps of the records: rules whose obligations nobody can decide, because what would show it is
recorded nowhere.

One entry per rule, for the company that keeps no such record; never one per case.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import polars as pl

from checks.closing.facts import Closing
from checks.gate.rules import rule_gaps

REASON: Final = "not_recorded"


def gaps(closing: Closing, counted: pl.DataFrame) -> list[dict[str, Any]]:
    """Rules with obligations that are unknown for this reason, in governing order.

    kind (`gap`), finding_id (`G-` and 12 hexadecimal digits, the same in every closing), rule_id,
    clause, topic, title, columns (as `tickets.recorded_at`), obligations and the governing ones
    among them. counted: of the facts, by the cube of checks.results.metrics.tally.
    """
    unknown = counted.filter(reason=REASON)
    of = unknown.group_by("rule_id").agg(
        n=pl.col("n").sum(), governing=pl.col("n").filter("governing").sum()
    )
    found = {rule: (n, governing) for rule, n, governing in of.iter_rows()}
    every = rule_gaps(closing.rulebooks.rules, closing.records.recorded, closing.provided)
    lacking = {gap.rule_id: gap for gap in every}
    return [
        {
            "kind": "gap",
            "finding_id": _id(rule.id),
            "rule_id": rule.id,
            "clause": f"{rule.regulation} {rule.article}",
            "topic": rule.topic,
            "title": rule.title.model_dump(),
            "columns": list(lacking[rule.id].columns) if rule.id in lacking else [],
            "obligations": found[rule.id][0],
            "governing": found[rule.id][1],
        }
        for rule in closing.rulebooks.rules
        if rule.id in found
    ]


def _id(rule_id: str) -> str:
    return f"G-{hashlib.sha256(rule_id.encode()).hexdigest()[:12]}"
