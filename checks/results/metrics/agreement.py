"""Kelou's own error rate, measured on the tickets that inspectors checked by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from checks.closing.facts import Closing
from checks.closing.rates import rate, wilson
from checks.concepts import VIOLATIONS
from checks.duties.wording import says
from checks.local_time import day_begins
from checks.numbers.agreement import Agreement, DifferingCheck

TABLE: Final = "spot_checks"
LISTED: Final = 20
_DECIDED: Final = ("met", *VIOLATIONS)


def agreement(closing: Closing) -> Agreement | None:
    """The spot checks of the period against the verdicts; None where no such table was provided.

    [reading] An inspector sees what was due by the end of the day of the check, and judges the
    ticket as a whole; a ticket is in order when none of its obligations due by then is a violation.
    """
    if TABLE not in closing.provided:
        return None
    checks = _compared(closing)
    differ = checks.filter("differs").sort("checked_on", "ticket_id")
    unfounded = differ.filter("good").height
    compared = int(checks["differs"].count())
    return Agreement(
        error=rate(differ.height, compared, checks.height - compared),
        interval=wilson(differ.height, compared),
        unfounded=unfounded,
        missed=differ.height - unfounded,
        listed=tuple(_listed(row) for row in differ.head(LISTED).to_dicts()),
    )


def _compared(closing: Closing) -> pl.DataFrame:
    """Every check of the period: ticket_id, checked_on, result, good (null where the result does
    not tell), rules, differs (null where nothing can be compared)."""
    period, words = closing.period, closing.rulebooks.parameters
    result = pl.col("result")
    good = (
        pl.when(says(result, words.found_wrong))
        .then(pl.lit(False))
        .when(says(result, words.found_in_order))
        .then(pl.lit(True))
    )
    made = (
        closing.records[TABLE]
        .filter(
            day_begins(pl.col("checked_on"), period.zone).is_between(
                period.start, period.end, closed="left"
            )
        )
        .select("ticket_id", "checked_on", "result", good=good)
        .with_row_index("check")
    )
    due_by_then = pl.col("due_at") < day_begins(pl.col("checked_on"), period.zone) + timedelta(1)
    verdict = pl.col("verdict").cast(pl.String)
    of_ticket = closing.ticket_facts.filter(verdict.is_in(_DECIDED)).select(
        "ticket_id",
        "due_at",
        "rule_order",
        rule=pl.col("rule_id").cast(pl.String),
        broken=verdict != "met",
    )
    judged = (
        made.join(of_ticket, on="ticket_id")
        .filter(due_by_then)
        .sort("rule_order")
        .group_by("check", maintain_order=True)
        .agg(rules=pl.col("rule").filter("broken").unique(maintain_order=True).str.join(";"))
    )
    found = made.join(judged, on="check", how="left").collect(engine="streaming")
    return found.with_columns(differs=pl.col("good") != (pl.col("rules") == ""))


def _listed(row: dict[str, object]) -> DifferingCheck:
    return DifferingCheck(
        ticket_id=str(row["ticket_id"]),
        checked_on=str(row["checked_on"]),
        result=str(row["result"]),
        rules=str(row["rules"]),
        seen_by="kelou" if row["good"] else "inspector",
    )
