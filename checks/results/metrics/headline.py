"""The numbers of page one: the governing rates under either mode, and beside them the one per
ticket."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime

import polars as pl

from checks.closing.facts import ACT, Closing, as_words, overrun_seconds
from checks.closing.rates import complement, rate
from checks.concepts import VIOLATIONS
from checks.judging.governing import rank
from checks.numbers.headline import BeforeRenegotiation, Headline, LongestOverrun
from checks.numbers.rates import Rate
from checks.parts import apart
from checks.results.metrics.governing import AT_ONCE, by_governing, governed_acts
from checks.results.metrics.tally import tally_total


def headline(closing: Closing, counted: pl.DataFrame) -> Headline:
    """The tally of the governing obligations, one per act, and what stands beside it."""
    governing = counted.filter("governing")
    total = tally_total(governing)
    return Headline(
        obligations=_n(counted),
        acts=_n(governing),
        violations=_n(governing.filter(pl.col("verdict").is_in(VIOLATIONS))),
        carried_over=_n(governing.filter("carried_over")),
        provisional=_n(governing.filter("calendar_provisional")),
        **vars(total),
        overtime=complement(total.timeliness),
        governing=closing.governing,
        by_governing=by_governing(governed_acts(closing)),
        tickets=ticket_rate(closing.ticket_facts),
        before_renegotiation=before_renegotiation(closing, governing),
        longest_overrun=longest_overrun(closing.facts, closing.period.cutoff),
    )


def ticket_rate(facts: pl.LazyFrame) -> Rate:
    """Share of tickets all of whose decided timeliness obligations are met; a reopened ticket is
    one ticket.

    facts: as of `Closing.ticket_facts`. Tickets are counted a portion at a time, whole ones by
    their number.
    """
    counts = [_outcomes(portion) for portion in apart(facts.filter("timed"), "ticket_id", AT_ONCE)]
    good, bad, doubtful, unknown = pl.concat(counts).sum().row(0)
    return rate(good, good + bad, unknown, doubtful)


def _outcomes(facts: pl.LazyFrame) -> pl.DataFrame:
    """One row: tickets good, bad, good but doubtful, unknown."""
    verdict = pl.col("verdict")
    outcomes = facts.group_by("ticket_id").agg(
        breached=verdict.is_in(VIOLATIONS).any(),
        met=(verdict == "met").any(),
        unknown=(verdict == "unknown").any(),
    )
    good, bad, unknown = pl.col("met") & ~pl.col("breached"), pl.col("breached"), pl.col("unknown")
    counts = outcomes.select(
        good=good.sum(),
        bad=bad.sum(),
        doubtful=(good & unknown).sum(),
        unknown=(unknown & ~good & ~bad).sum(),
    )
    return counts.collect(engine="streaming")


def before_renegotiation(closing: Closing, governing: pl.DataFrame) -> BeforeRenegotiation:
    """The governing tally as if no new deadline had been agreed, and how many obligations had one.

    An obligation that a new deadline exempts was late, one that waits for it is overdue; both may
    then govern their act.
    """
    acts = _renegotiated_acts(closing)
    old = acts.filter("governing").with_columns(n=-1)
    new = acts.with_columns(verdict=pl.coalesce("without", "verdict"))
    first = rank(closing.governing, closing.rules.height)
    new = new.filter(first == first.min().over(ACT)).with_columns(n=1)
    parts = [
        frame.select("verdict", "timed", pl.col("n").cast(pl.Int64))
        for frame in (governing, old, new)
    ]
    total = vars(tally_total(pl.concat(parts)))
    return BeforeRenegotiation(renegotiated=acts["without"].count(), **total)


def _renegotiated_acts(closing: Closing) -> pl.DataFrame:
    """Every obligation of the acts that hold a renegotiated one, with the verdict `without` it
    (null: the same)."""
    agreed = closing.records["tickets"].select("ticket_id", "renegotiated_due_at")
    waiting = (pl.col("verdict") == "pending") & (pl.col("due_at") == pl.col("renegotiated_due_at"))
    without = (
        pl.when(pl.col("reason") == "renegotiated")
        .then(pl.lit("late"))
        .when(waiting)
        .then(pl.lit("overdue"))
    )
    candidates = closing.ticket_facts.filter(
        "renegotiable", pl.col("verdict").is_in(("exempt", "pending"))
    )
    marked = candidates.join(agreed, on="ticket_id", how="left").with_columns(without=without)
    marked = (
        marked.filter(pl.col("without").is_not_null())
        .select(*ACT, "rule_id", "without")
        .collect()
        .lazy()
    )
    acts = closing.ticket_facts.join(marked.select(ACT), on=ACT, how="semi")
    return as_words(acts.join(marked, on=[*ACT, "rule_id"], how="left").collect())


def longest_overrun(facts: pl.LazyFrame, cutoff: datetime) -> LongestOverrun | None:
    """The violation that ran furthest past its deadline; null without one."""
    late = facts.with_columns(seconds=overrun_seconds(cutoff)).filter(pl.col("seconds") > 0)
    worst = late.sort("seconds", "rule_order", "subject_id", descending=[True, False, False]).head(
        1
    )
    names = [field.name for field in fields(LongestOverrun)]
    rows = worst.select(names).collect(engine="streaming").to_dicts()
    return LongestOverrun(**rows[0]) if rows else None


def _n(counted: pl.DataFrame) -> int:
    return int(counted["n"].sum())
