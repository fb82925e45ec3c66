"""What keeps a finding from the gravest grade: an overrun that is still open, clauses that
conflict, nobody responsible."""

from __future__ import annotations

import polars as pl

from checks.closing.facts import ACT, Closing
from checks.law.conflicts import conflicts


def with_bars(acts: pl.DataFrame, closing: Closing, weighed: pl.Expr) -> pl.DataFrame:
    """Adds the BARS of checks.results.findings.grading as Booleans.

    `acts`: one row per breached act with ACT, rule_id (the first that it breaches), tier, verdict
    and responsible. A conflict is looked for only where `weighed` holds, and is false elsewhere.
    """
    grave = acts.filter(weighed).select(*ACT, "rule_id", "tier")
    contested = pl.concat([_kept(grave, closing), _steps(grave, closing)]).unique()
    return acts.join(
        contested.with_columns(conflict=True), on=ACT, how="left", maintain_order="left"
    ).with_columns(
        pl.col("conflict").fill_null(False),
        still_open=pl.col("verdict") == "overdue",
        nobody=pl.col("responsible").is_null(),
    )


def _kept(acts: pl.DataFrame, closing: Closing) -> pl.DataFrame:
    """Acts that met another clause which asks for less: who kept one regulation broke another."""
    met = closing.facts.filter((pl.col("verdict") == "met") & pl.col("timed"))
    found = met.join(acts.lazy(), on=ACT, how="semi").select(ACT).unique()
    return found.collect(engine="streaming")


def _steps(acts: pl.DataFrame, closing: Closing) -> pl.DataFrame:
    """Acts whose step is due before an earlier step that binds the same subject."""
    pairs = [
        (late.rule.id, conflict.tier, early.rule.id)
        for conflict in conflicts(closing.rulebooks, closing.period.start.date())
        if conflict.kind == "order_of_steps"
        for late, early in (conflict.demands,)
    ]
    schema = {"rule_id": pl.String, "tier": pl.String, "other": pl.String}
    known = pl.DataFrame(pairs, schema=schema, orient="row")
    words = pl.col("rule_id", "tier").cast(pl.String)
    contested = acts.with_columns(words).join(known, on=["rule_id", "tier"])
    bound = closing.facts.select(
        pl.col("subject_type"), "subject_id", other=pl.col("rule_id").cast(pl.String)
    )
    on = ["subject_type", "subject_id", "other"]
    found = contested.lazy().join(bound, on=on, how="semi").select(ACT).unique()
    return found.collect(engine="streaming")
