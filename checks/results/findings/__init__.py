"""Findings: one act breached is one finding, with every clause that it breaches."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import polars as pl

from checks.closing.facts import ACT, Closing, overrun_seconds
from checks.concepts import INSTANT, VIOLATIONS
from checks.parts import apart
from checks.results.findings.bars import with_bars
from checks.results.findings.grading import CRITERIA, GRADES, Criterion, graded, weighed
from checks.results.findings.records import responses, with_rings, with_source

FINDINGS: Final = pl.Schema(
    [
        *(
            (name, pl.String())
            for name in ("finding_id", "grade", "subject_type", "subject_id", "topic", "rules")
        ),
        *(
            (name, pl.String())
            for name in ("clauses", "governing_rule", "verdict", "reason", "tier", "customer_id")
        ),
        *((name, pl.String()) for name in ("department", "responsible")),
        *((name, INSTANT) for name in ("triggered_at", "due_at", "fulfilled_at")),
        ("overrun_seconds", pl.Int64()),
        *((name, pl.Boolean()) for name in ("carried_over", "calendar_provisional")),
        ("cause", pl.String()),
        ("repeated", pl.Boolean()),
        *((name, pl.String()) for name in ("response", "source_file")),
        ("source_row", pl.UInt32()),
        ("grade_reason", pl.String()),
        ("rings", pl.Int64()),
    ]
)
"""One row per breached act, gravest first, then by rule, subject type and subject.

`rules` and `clauses` (`TC 第六条(一)`): everything breached, in governing order, joined by `;`. The
first of them gives verdict, reason, tier, times, department and responsible. `governing_rule` is
what the headline counts for the act: a rule not among `rules` when the act met the governing clause
and breached only a stricter one. `overrun_seconds`: past the deadline, at least 1; null on presence
and ring clocks. `repeated`: the same person or customer had a finding on the topic in an earlier
closing; null when none was given. `tier`, `customer_id`, `department`, `responsible`, `cause`
(`overtime_cause`), `response` (from `rectifications`) are null where nothing is recorded.
`grade_reason`: the criterion (checks.results.findings.grading.CRITERIA), then what barred a graver
grade, joined by `;`. `rings`: of a call, as its log has them.
"""

AT_ONCE: Final = 500_000
"""Breaches that are put together to acts at once."""
_OF_FIRST: Final = (
    "rule_order",
    "timed",
    "verdict",
    "reason",
    "tier",
    "customer_id",
    "department",
    "responsible",
    "triggered_at",
    "due_at",
    "fulfilled_at",
)
_OF_ANY: Final = ("carried_over", "calendar_provisional")
_OF_RULE: Final = ("rule_id", "regulation", "article", "governing")


def findings(
    closing: Closing, earlier: pl.DataFrame | None = None, criteria: Sequence[Criterion] = CRITERIA
) -> pl.DataFrame:
    """Every breached act of the closing, schema FINDINGS; `earlier` are the findings of earlier
    closings."""
    rows = _graded_acts(closing, earlier, criteria)
    rows = rows.with_columns(finding_id=finding_numbers(rows))
    answers = responses(closing.records["rectifications"], closing.period.cutoff)
    answered = (
        rows.lazy()
        .select("finding_id")
        .join(answers, on="finding_id", how="left", maintain_order="left")
    )
    rows = rows.with_columns(answered.select("response").collect())
    gravity = pl.col("grade").replace_strict(
        {grade: i for i, grade in enumerate(GRADES)}, return_dtype=pl.UInt8
    )
    subject = (pl.col("subject_type").cast(pl.String), "subject_id")
    order = rows.select(pl.arg_sort_by(gravity, "rule_order", *subject)).to_series()
    # Column by column: sorted as a whole, every column would be held twice.
    return pl.DataFrame(
        [_typed(rows.drop_in_place(name).gather(order), dtype) for name, dtype in FINDINGS.items()]
    )


def _typed(cells: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Cells of the schema; instants of a zone that moves its clocks keep it."""
    return cells if dtype == INSTANT else cells.cast(dtype)


def _graded_acts(
    closing: Closing, earlier: pl.DataFrame | None, criteria: Sequence[Criterion]
) -> pl.DataFrame:
    acts = _with_repetition(_breached_acts(closing).lazy(), earlier).collect()
    light = closing.rulebooks.topics_that(lambda topic: topic.weight == "paperwork")
    placed = with_rings(with_source(acts, closing.records), closing.records).with_columns(
        paperwork=pl.col("topic").is_in(light)
    )
    barred = with_bars(placed.collect(), closing, weighed(criteria))
    return graded(barred.lazy(), criteria).collect()


def _breached_acts(closing: Closing) -> pl.DataFrame:
    """One row per act: everything breached, and the values of the first breached clause."""
    # Acts are put together a portion at a time: it takes several times the memory that they need in
    # the end.
    acts = pl.concat(
        _acts(portion) for portion in apart(_breaches(closing).lazy(), "subject_id", AT_ONCE)
    )
    # Where only a stricter clause was breached, the governing one is looked up among all that
    # govern.
    unnamed = acts.lazy().filter(pl.col("governing_rule").is_null()).select(ACT)
    met = (
        closing.facts.filter("governing")
        .join(unnamed, on=ACT, how="semi")
        .select(*ACT, met="rule_id")
        .collect()
    )
    return acts.join(met, on=ACT, how="left").with_columns(
        governing_rule=pl.coalesce("governing_rule", "met")
    )


def _breaches(closing: Closing) -> pl.DataFrame:
    limit = (pl.col("due_at") - pl.col("triggered_at")).dt.total_microseconds() / 1_000_000
    found = closing.facts.filter(pl.col("verdict").is_in(VIOLATIONS)).select(
        *ACT,
        *_OF_FIRST,
        *_OF_ANY,
        *_OF_RULE,
        overrun_seconds=overrun_seconds(closing.period.cutoff),
        limit=limit,
    )
    return found.collect(engine="streaming")


def _acts(breaches: pl.LazyFrame) -> pl.DataFrame:
    """The same of some acts' breaches."""
    factor = pl.when(pl.col("limit") > 0).then(pl.col("overrun_seconds") / pl.col("limit"))
    clause = pl.concat_str(pl.col("regulation", "article").cast(pl.String), separator=" ")
    return (
        breaches.with_columns(overrun_factor=factor, clause=clause)
        .sort("rule_order")
        .group_by(ACT)
        .agg(
            pl.col(*_OF_FIRST, "rule_id", "overrun_seconds", "overrun_factor").first(),
            pl.col(_OF_ANY).any(),
            governing_rule=pl.col("rule_id").filter("governing").first(),
            rules=pl.col("rule_id").cast(pl.String).str.join(";"),
            clauses=pl.col("clause").unique(maintain_order=True).str.join(";"),
        )
        .with_columns(pl.col("rules", "clauses").cast(pl.Categorical))
        .collect()
    )


def _with_repetition(acts: pl.LazyFrame, earlier: pl.DataFrame | None) -> pl.LazyFrame:
    """Adds same_person and same_customer, counts on the topic in this closing, and `repeated`."""
    acts = acts.with_columns(
        same_person=_count_with("responsible"), same_customer=_count_with("customer_id")
    )
    if earlier is None:
        return acts.with_columns(repeated=pl.lit(None, dtype=pl.Boolean))
    dtypes = acts.collect_schema()
    for who in ("responsible", "customer_id"):
        known = earlier.lazy().filter(pl.col(who).is_not_null())
        known = known.select(pl.col(name).cast(dtypes[name]) for name in (who, "topic")).unique()
        acts = acts.join(
            known.with_columns(pl.lit(True).alias(f"{who}_again")), on=[who, "topic"], how="left"
        )
    return acts.with_columns(
        repeated=pl.any_horizontal("responsible_again", "customer_id_again").fill_null(False)
    )


def _count_with(who: str) -> pl.Expr:
    return pl.when(pl.col(who).is_not_null()).then(pl.len().over(who, "topic"))


def finding_numbers(acts: pl.DataFrame) -> pl.Series:
    """Of acts (columns ACT): `F-` and 12 hexadecimal digits of the SHA-256 of what a finding is
    about: the same in every run and closing."""
    keys = acts.select(pl.concat_str(pl.col(ACT).cast(pl.String), separator="\x1f")).to_series()
    digests = [hashlib.sha256(key.encode()).hexdigest() for key in keys.to_list()]
    return "F-" + pl.Series(digests, dtype=pl.String).str.head(12)
