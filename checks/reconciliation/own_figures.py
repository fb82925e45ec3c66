"""The service system's own verdicts and deadlines (`own_met`, `own_breached`, `own_due_at`), where
an export carries them, against what the clauses say; each difference with what explains it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.concepts import VIOLATIONS
from checks.judging.governing import GRAVITY
from checks.law.rulebook import end_columns
from checks.law.vocabulary import parse_duration
from checks.numbers.base import Count
from checks.numbers.own_figures import OwnFigure, OwnFigures
from checks.records.milestones import FINISHED_BY

CAUSES: Final = ("tier", "pause", "calendar", "first_reply", "same_deadline", "unknown")
"""The system took the limit of another tier; its clock stood in a recorded pause; it counts working
hours or days; it took the first reply for the solution; it has the same deadline and another event
at its end; nothing on record explains it. The first that applies."""
SAME: Final = timedelta(minutes=1)
LISTED: Final = 200
_OWN: Final = ("own_met", "own_breached", "own_due_at")
_LAST: Final = {**FINISHED_BY, "demand": "evaluation_report_at"}


def own_figures(closing: Closing) -> pl.DataFrame | None:
    """One row per case that the export judges itself and that Kelou judged: subject_type,
    subject_id, rule_id, tier, system, kelou (met, breached; null undecided), system_due_at, due_at,
    cause (null where they agree), file, row. None where no export carries such a column.

    Tickets are compared on the last step of service of their kind, calls on their answer.
    """
    carried = {
        table: set(_OWN) & closing.records.recorded.get(table, frozenset())
        for table in ("tickets", "calls")
    }
    found = [
        frame
        for table, frame in (("tickets", _tickets), ("calls", _calls))
        if carried[table] and _filled(closing, table)
    ]
    if not found:
        return None
    cases = pl.concat([frame(closing) for frame in found]).collect(engine="streaming")
    return _explained(cases, closing)


def counted(cases: pl.DataFrame) -> OwnFigures:
    """What `own_figures` adds up to."""
    differ = cases.filter(pl.col("cause").is_not_null())
    decided = cases.filter(pl.col("kelou").is_not_null())
    apart = (pl.col("system_due_at") - pl.col("due_at")).abs() > SAME
    counts = dict(differ.group_by("cause").len().iter_rows())
    shown = differ.head(LISTED).with_columns(
        pl.col("system_due_at", "due_at").dt.to_string("%Y-%m-%d %H:%M:%S")
    )
    return OwnFigures(
        compared=decided.height,
        differ=differ.height,
        undecided=cases.height - decided.height,
        other_deadlines=cases.filter(apart).height,
        by_cause=tuple(Count(key=cause, n=counts.get(cause, 0)) for cause in CAUSES),
        listed=tuple(OwnFigure(**row) for row in shown.to_dicts()),
    )


def _filled(closing: Closing, table: str) -> bool:
    any_own = pl.any_horizontal(pl.col(_OWN).is_not_null()).any()
    return bool(closing.records[table].select(any_own).collect(engine="streaming").item())


def _tickets(closing: Closing) -> pl.LazyFrame:
    steps = [
        (rule.id, kind)
        for kind, step in _LAST.items()
        for rule in closing.rulebooks.rules
        if step in end_columns(rule.end) and rule.clock_kind != "presence"
    ]
    of_kind = pl.LazyFrame(steps, schema=["rule_id", "kind"], orient="row")
    cells = ("ticket_id", "kind", "responded_at", *_OWN, "_file", "_row")
    judged = _judged(closing.ticket_facts).join(of_kind, on="rule_id")
    return _compared(
        judged, closing.records["tickets"].select(cells), ["ticket_id", "kind"], closing
    )


def _calls(closing: Closing) -> pl.LazyFrame:
    cells = {"responded_at": "answered_at", **{name: name for name in (*_OWN, "_file", "_row")}}
    calls = closing.records["calls"].select(
        pl.col("call_id").alias("subject_id"), *(pl.col(c).alias(n) for n, c in cells.items())
    )
    judged = _judged(closing.facts.filter(pl.col("subject_type") == "call")).filter(
        pl.col("topic").cast(pl.String) == "phone-answer"
    )
    return _compared(judged, calls, ["subject_id"], closing)


def _judged(facts: pl.LazyFrame) -> pl.LazyFrame:
    """The gravest obligation first: what governs under the strictest reading."""
    gravity = pl.col("verdict").replace_strict(GRAVITY, return_dtype=pl.Int64)
    words = pl.col("rule_id", "subject_type", "tier", "verdict").cast(pl.String)
    return facts.with_columns(words).with_columns(gravity=gravity).sort("gravity", "rule_order")


def _compared(
    judged: pl.LazyFrame, cells: pl.LazyFrame, on: list[str], closing: Closing
) -> pl.LazyFrame:
    own = cells.filter(pl.any_horizontal(pl.col(_OWN).is_not_null()))
    ended = pl.coalesce("fulfilled_at", pl.lit(closing.period.cutoff))
    said = pl.coalesce("own_met", ~pl.col("own_breached"), ended <= pl.col("own_due_at"))
    broken = pl.col("verdict").is_in(VIOLATIONS)
    kept = pl.col("verdict").is_in(["met", "exempt"])
    return (
        judged.join(own, on=on, maintain_order="left")
        .unique("subject_id", keep="first", maintain_order=True)
        .select(
            "subject_type",
            "subject_id",
            "rule_id",
            "tier",
            system=pl.when(said).then(pl.lit("met")).otherwise(pl.lit("breached")),
            kelou=pl.when(broken).then(pl.lit("breached")).when(kept).then(pl.lit("met")),
            system_due_at="own_due_at",
            due_at="due_at",
            triggered_at="triggered_at",
            responded_at="responded_at",
            file="_file",
            row=pl.col("_row").cast(pl.Int64),
        )
    )


def _explained(cases: pl.DataFrame, closing: Closing) -> pl.DataFrame:
    """Adds `cause` where the verdicts differ; in order of the subjects."""
    paused = closing.records["pauses"].select("subject_type", "subject_id").unique().collect()
    own, due = pl.col("system_due_at"), pl.col("due_at")
    facts = cases.join(_limits(closing), on="rule_id", how="left").join(
        paused.with_columns(paused=pl.lit(True)), on=["subject_type", "subject_id"], how="left"
    )
    taken, limit = own - pl.col("triggered_at"), due - pl.col("triggered_at")
    another = taken.dt.total_seconds().is_in(pl.col("limits")) & (taken != limit)
    answered = pl.col("responded_at") <= pl.coalesce("system_due_at", "due_at")
    holds = {
        "tier": another,
        "pause": pl.col("paused") & (own > due).fill_null(True),
        "calendar": (own > due) & _in_office(own, closing),
        "first_reply": (pl.col("system") == "met") & answered,
        "same_deadline": (own - due).abs() <= SAME,
    }
    causes = [pl.when(told.fill_null(False)).then(pl.lit(name)) for name, told in holds.items()]
    differs = (pl.col("system") != pl.col("kelou")).fill_null(False)
    cause = pl.when(differs).then(pl.coalesce(*causes, pl.lit("unknown")))
    return (
        facts.with_columns(cause=cause)
        .drop("limits", "paused", "triggered_at", "responded_at")
        .select(*_ORDER)
        .sort("subject_type", "subject_id")
    )


_ORDER: Final = (
    "subject_type",
    "subject_id",
    "rule_id",
    "tier",
    "system",
    "kelou",
    "system_due_at",
    "due_at",
    "cause",
    "file",
    "row",
)


def _in_office(at: pl.Expr, closing: Closing) -> pl.Expr:
    """Whether an instant lies within office hours of a working day: a clock that runs on always
    would stop there by chance only."""
    amounts = closing.rulebooks.parameters
    since = at - at.dt.truncate("1d")
    open_ = since.is_between(amounts.office_opens, amounts.office_closes)
    days = pl.Series([day for day in _days(closing) if closing.calendar.is_workday(day)])
    return open_ & at.dt.date().is_in(days.cast(pl.Date).implode())


def _days(closing: Closing) -> list[date]:
    start, end = (at.replace(tzinfo=None) for at in (closing.period.start, closing.period.end))
    return pl.date_range(
        start.date(), (end + timedelta(days=31)).date(), "1d", eager=True
    ).to_list()


def _limits(closing: Closing) -> pl.DataFrame:
    """By rule the limits of all tiers, in seconds, of those on wall clocks."""
    rows = [
        (rule.id, sorted({parse_duration(cell)[1] for cell in cells}))
        for rule in closing.rulebooks.rules
        if rule.clock_kind == "wall"
        and (cells := [c for limit in rule.limits for c in limit.cells if c])
    ]
    return pl.DataFrame(
        rows, schema={"rule_id": pl.String, "limits": pl.List(pl.Int64)}, orient="row"
    )
