"""What became of findings: rectifications (TC 第十五条), and exemptions that were approved too late
to count."""

from __future__ import annotations

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate
from checks.concepts import VIOLATIONS
from checks.duties.item import LISTED, Found
from checks.local_time import day_begins
from checks.numbers.evidence import (
    ExemptedUnder,
    LateExemption,
    LateExemptions,
    Rectification,
    Rectified,
)
from checks.records.as_of_cutoff import of_accepted_objection


def rectifications(closing: Closing) -> Found:
    """Rectifications due in the period, and those of them closed by their due day (问题整改完成率).

    One not closed counts once its due day is over. `undated`: without a readable due day, so never
    due.
    """
    period = closing.period
    due, closed = pl.col("due_on"), pl.col("closed_on")
    over = day_begins(due.dt.offset_by("1d"), period.zone) <= period.cutoff
    good, unclear = closed <= due, closed.is_null() & pl.col("closed_on_unreadable")
    rows = closing.records["rectifications"].filter(
        day_begins(pl.col("opened_on"), period.zone) < period.cutoff
    )
    in_period = due.is_between(period.start.date(), period.end.date(), closed="left")
    counts = (
        rows.select(
            good=(in_period & good).sum(),
            bad=(in_period & over & ~unclear & ~good.fill_null(False)).sum(),
            unknown=(in_period & unclear).sum(),
            undated=due.is_null().sum(),
            open=(in_period & ~over & closed.is_null() & ~unclear).sum(),
        )
        .collect()
        .row(0, named=True)
    )
    of = rate(counts["good"], counts["good"] + counts["bad"], counts["unknown"])
    concerned = in_period | due.is_null() | (closed.is_null() & over)
    listed = _listed(rows.filter(concerned), good, unclear, over)
    return of, Rectified(open=counts["open"], undated=counts["undated"], listed=listed)


def _listed(
    rows: pl.LazyFrame, good: pl.Expr, unclear: pl.Expr, over: pl.Expr
) -> tuple[Rectification, ...]:
    closed = pl.col("closed_on").is_not_null()
    state = (
        pl.when(unclear | pl.col("due_on").is_null())
        .then(pl.lit("unknown"))
        .when(closed)
        .then(pl.when(good).then(pl.lit("done")).otherwise(pl.lit("late")))
        .otherwise(pl.when(over).then(pl.lit("overdue")).otherwise(pl.lit("open")))
    )
    days = pl.col("opened_on", "due_on", "closed_on").dt.to_string()
    found = (
        rows.sort("due_on", "finding_id", nulls_last=True)
        .head(LISTED)
        .select("finding_id", days, "owner", "note", state=state)
        .collect()
    )
    return tuple(Rectification(**row) for row in found.to_dicts())


def exemptions(closing: Closing) -> Found:
    """Exemptions for an obligation of the closing, and those of them approved in time.

    `too_late`: approved after the deadline, or only after the cutoff where there is none; they
    changed nothing. `by_clause`: obligations by the clause that allows the exemption, empty where
    none does.
    `unmatched`: exemptions that concern no obligation of the closing.
    """
    bound = _bound(closing).collect()
    late = bound.filter("late").sort("approved_at", "subject_id", "rule_id")
    instants = pl.col("approved_at", "due_at").dt.to_string("iso:strict")
    listed = (
        late.select("subject_id", "rule_id", "approved_by", "reason", instants)
        .head(LISTED)
        .to_dicts()
    )
    total = closing.records["exemptions"].select((~of_accepted_objection()).sum()).collect().item()
    unmatched = total - bound["exemption"].n_unique()
    of = rate(bound.height - late.height, bound.height)
    by_clause = bound.group_by(key="clause").agg(n=pl.len(), too_late=pl.col("late").sum())
    return of, LateExemptions(
        too_late=late.height,
        listed=tuple(LateExemption(**row) for row in listed),
        unmatched=unmatched,
        by_clause=tuple(ExemptedUnder(**row) for row in by_clause.sort("key").to_dicts()),
    )


def _bound(closing: Closing) -> pl.LazyFrame:
    """Every obligation that an exemption was to excuse: `exemption` (its number), rule_id, due_at,
    `late`, `clause` (the one that allows it; empty where none does).

    Met obligations needed none. An exemption that names no rule is for all of its subject.
    """
    rows = (
        closing.records["exemptions"]
        .with_row_index("exemption")
        # What a decision on an objection excuses was not to be approved in time
        .filter(~of_accepted_objection())
        .drop("evidence", "accepted_objection", "_file", "_row")
    )
    needed = closing.obligations.filter(
        pl.col("verdict").is_in((*VIOLATIONS, "pending", "unknown"))
        | (pl.col("reason") == "approved")
    ).select("subject_id", "due_at", "verdict", bound_rule="rule_id")
    named = pl.col("rule_id").is_null() | (pl.col("rule_id") == pl.col("bound_rule"))
    limit = pl.coalesce("due_at", pl.lit(closing.period.cutoff))
    late = (pl.col("approved_at") > limit) | (pl.col("approved_at") > closing.period.cutoff)
    return (
        rows.join(needed, on="subject_id")
        .filter(named)
        .with_columns(
            rule_id="bound_rule",
            late=late,
            clause=pl.col("bound_rule").replace_strict(
                _allowed_by(closing), default="", return_dtype=pl.String
            ),
        )
    )


def _allowed_by(closing: Closing) -> dict[str, str]:
    """The clause that allows an exemption of a rule: what its topic says, else that of objective
    causes where the rule's limit may be agreed anew."""
    books = closing.rulebooks
    objective = books.stated_parameters.objective_causes
    anew = books.citing(objective.value) if objective else ""
    clauses = {
        rule.id: books.citing(books.topic(rule).excused_by or "")
        or (anew if rule.renegotiable else "")
        for rule in books.rules
    }
    return {rule: clause for rule, clause in clauses.items() if clause}
