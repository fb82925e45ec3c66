"""What the findings add up to, in all and clause by clause, and the three that matter most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields
from typing import Final

import polars as pl

from checks.closing.facts import UNASSIGNED, UNKNOWN
from checks.concepts import TIERS
from checks.numbers.base import Count
from checks.numbers.findings import AttentionCard, FindingCounts, RuleFindings
from checks.results.findings.grading import GRADES

SHOWN: Final = 3
_OF_TOPIC: Final = ("of_topic", "of_grade")
_CARD: Final = tuple(f.name for f in fields(AttentionCard) if f.name not in _OF_TOPIC)
_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "grade": GRADES,
    "cause": (),
    "tier": (*TIERS, UNKNOWN),
    "department": (),
}
"""What findings are counted by, and the order of the keys; without one the most frequent come
first."""


def finding_counts(findings: pl.DataFrame, rules: Iterable[str]) -> FindingCounts:
    """Findings in all, by everything that they are asked by, and the same per rule."""
    lean = findings.select(*_PARTS, "customer_id", "repeated", "response", "rules")
    named = lean.with_columns(
        pl.col("tier").fill_null(UNKNOWN), pl.col("department").fill_null(UNASSIGNED)
    )
    breached = pl.col("rules").str.split(";")
    critical = findings.filter(pl.col("grade") == "critical").with_columns(
        pl.col("department").fill_null(UNASSIGNED)
    )
    total = _groups(named.with_columns(key=pl.lit("all"))).get("all", _EMPTY)
    per_rule = _groups(named.with_columns(key=breached).explode("key"))
    marks = findings.select(
        pl.col("carried_over", "calendar_provisional").sum(),
        several_clauses=pl.col("clauses").str.contains(";").sum(),
        stricter_only=(~breached.list.contains(pl.col("governing_rule"))).sum(),
    ).row(0, named=True)
    return FindingCounts(
        total=findings.height,
        customers=total.customers,
        repeated=total.repeated,
        answered=total.answered,
        by_grade=tuple(Count(key=g, n=int((findings["grade"] == g).sum())) for g in GRADES),
        by_cause=total.by_cause,
        by_tier=total.by_tier,
        by_department=total.by_department,
        by_topic=_counts(findings, "topic"),
        **marks,
        by_rule=tuple(per_rule[rule] for rule in rules if rule in per_rule),
        grave_by_topic=_counts(findings.filter(pl.col("grade").is_in(GRADES[:2])), "topic"),
        critical_by_department=_counts(critical, "department"),
        unassigned=findings["responsible"].null_count(),
        unassigned_critical=critical["responsible"].null_count(),
    )


def attention(findings: pl.DataFrame) -> tuple[AttentionCard, ...]:
    """The gravest finding of each of the three gravest topics, with `of_topic` and `of_grade`, how
    many are like it.

    Topics are compared by the gravity of their worst finding, then by how many are as grave. Within
    a topic the longest overrun comes first, what is still open last: its overrun only measures the
    distance to the cutoff.
    """
    of_grade = findings.group_by("topic", "grade").agg(of_grade=pl.len())
    of_topic = of_grade.group_by("topic").agg(of_topic=pl.col("of_grade").sum())
    lean = findings.lazy().select(
        "finding_id",
        "grade",
        "topic",
        "overrun_seconds",
        gravity=_gravity(),
        still_open=pl.col("verdict") == "overdue",
    )
    worst = (
        lean.sort(
            "gravity",
            "still_open",
            "overrun_seconds",
            "finding_id",
            descending=[False, False, True, False],
            nulls_last=True,
        )
        .unique("topic", keep="first", maintain_order=True)
        .join(of_grade.lazy(), on=["topic", "grade"])
        .join(of_topic.lazy(), on="topic")
        .sort("gravity", "of_grade", "topic", descending=[False, True, False])
        .head(SHOWN)
        .select("finding_id", "of_topic", "of_grade")
        .collect()
    )
    cards = (
        findings.lazy()
        .select(_CARD)
        .join(worst.lazy().select("finding_id"), on="finding_id", how="semi")
        .collect()
    )
    stated = worst.join(cards, on="finding_id", maintain_order="left").select(*_CARD, *_OF_TOPIC)
    return tuple(AttentionCard(**row) for row in stated.to_dicts())


def _gravity() -> pl.Expr:
    places = {grade: place for place, grade in enumerate(GRADES)}
    return pl.col("grade").replace_strict(places, return_dtype=pl.Int8)


def _groups(findings: pl.DataFrame) -> dict[str, RuleFindings]:
    """The counts per `key`."""
    repeated = pl.col("repeated")
    sums = findings.group_by("key").agg(
        n=pl.len().cast(pl.Int64),
        customers=pl.col("customer_id").drop_nulls().n_unique().cast(pl.Int64),
        repeated=pl.when(repeated.is_not_null().any()).then(repeated.sum()),
        answered=pl.col("response").is_not_null().sum(),
    )
    parts = {name: _parts(findings, name) for name in _PARTS}
    return {
        row["key"]: RuleFindings(
            **row,
            by_grade=parts["grade"][row["key"]],
            by_cause=parts["cause"][row["key"]],
            by_tier=parts["tier"][row["key"]],
            by_department=parts["department"][row["key"]],
        )
        for row in sums.to_dicts()
    }


def _parts(findings: pl.DataFrame, name: str) -> defaultdict[str, tuple[Count, ...]]:
    """Per `key`, the counts by one part; what is not recorded is left out."""
    order = _PARTS[name]
    counts = findings.filter(pl.col(name).is_not_null()).group_by("key", part=name).agg(n=pl.len())
    rows = [(key, Count(key=part, n=n)) for key, part, n in counts.iter_rows()]
    rows.sort(key=lambda row: order.index(row[1].key) if order else (-row[1].n, row[1].key))
    found: defaultdict[str, tuple[Count, ...]] = defaultdict(tuple)
    for key, row in rows:
        found[key] += (row,)
    return found


def _counts(findings: pl.DataFrame, by: str) -> tuple[Count, ...]:
    counts = findings.group_by(key=by).agg(n=pl.len().cast(pl.Int64))
    rows = counts.sort("n", "key", descending=[True, False]).to_dicts()
    return tuple(Count(**row) for row in rows)


_EMPTY: Final = RuleFindings(
    key="all",
    n=0,
    customers=0,
    repeated=None,
    answered=0,
    by_grade=(),
    by_cause=(),
    by_tier=(),
    by_department=(),
)
