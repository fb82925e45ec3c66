"""The tallies by regulation, article, rule, topic, tier, department, person and channel, and the
rankings."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from checks.closing.facts import UNASSIGNED, Closing, with_channel
from checks.closing.rates import Rate, wilson
from checks.concepts import TIERS, VERDICTS
from checks.results.metrics.tally import cube, tally_rows
from checks.text.filling import filled

DEPARTMENT_THRESHOLD: Final = 0.8
"""TC 第十六条(二)2: a department below this monthly timeliness rate is to be penalised."""
RANKED_FROM: Final = 30
"""With fewer decided cases a rate says too little to be ranked: four cases never rank like four
hundred."""


def breakdowns(closing: Closing, counted: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """All `by_*` keys of the metrics.

    Regulations, articles and rules are counted on their own obligations, whether or not these
    govern; topics, tiers, departments, persons and channels on the governing ones, one per act.
    """
    governing = counted.filter("governing")
    of_tc = {
        row["key"]: row
        for row in tally_rows(counted.filter(pl.col("regulation") == "TC"), "department")
    }
    departments = ranked(tally_rows(governing, "department"))
    for row in departments:
        row["tc_timeliness"] = of_tc[row["key"]]["timeliness"] if row["key"] in of_tc else None
    return {
        "by_regulation": tally_rows(counted, "regulation", closing.rulebooks.order),
        "by_article": _by_article(closing, counted),
        "by_rule": _by_rule(closing, counted),
        "by_topic": tally_rows(
            governing, "topic", dict.fromkeys(rule.topic for rule in closing.rulebooks.rules)
        ),
        "by_tier": tally_rows(governing, "tier", TIERS),
        "by_department": departments,
        "by_person": ranked(tally_rows(_governing(closing.facts, "responsible"), "responsible")),
        "by_channel": tally_rows(
            _governing(with_channel(closing.facts, closing.records), "channel"), "channel"
        ),
    }


def _governing(facts: pl.LazyFrame, by: str) -> pl.DataFrame:
    """The governing obligations counted by what has too many values for the cube, or is dear to
    find out."""
    return cube(facts.filter("governing"), (by, "timed", "verdict"))


def _by_rule(closing: Closing, counted: pl.DataFrame) -> list[dict[str, Any]]:
    rules = {rule.id: rule for rule in closing.rulebooks.rules}
    governing = {
        row["key"]: row for row in tally_rows(counted.filter("governing"), "rule_id", rules)
    }
    rows = tally_rows(counted, "rule_id", rules)
    for row in rows:
        rule = rules[row["key"]]
        row |= {"regulation": rule.regulation, "article": rule.article, "topic": rule.topic}
        row["governing"] = sum(governing[row["key"]][verdict] for verdict in VERDICTS)
    return rows


def _by_article(closing: Closing, counted: pl.DataFrame) -> list[dict[str, Any]]:
    """Keys are the regulation and its article, as `TC 第六条(一)`."""
    known = dict.fromkeys(f"{rule.regulation} {rule.article}" for rule in closing.rulebooks.rules)
    named = counted.with_columns(article=filled("{} {}", "regulation", "article"))
    return tally_rows(named, "article", known)


def ranked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, best first, each with the 95 % `interval` of its timeliness rate and its `rank`.

    The order is that of the interval's lower end, so that a high rate over few cases does not come
    first; equal ends share a rank. `rank` is null below RANKED_FROM cases and for what is
    unassigned; those come last.
    """
    for row in rows:
        of: Rate = row["timeliness"]
        row["interval"] = wilson(of["numerator"], of["denominator"])
        row["rank"] = None
    able = [
        r for r in rows if r["key"] != UNASSIGNED and r["timeliness"]["denominator"] >= RANKED_FROM
    ]
    able.sort(key=lambda row: -row["interval"]["low"])
    lows = [row["interval"]["low"] for row in able]
    for row in able:
        row["rank"] = lows.index(row["interval"]["low"]) + 1
    return able + [row for row in rows if row["rank"] is None]


def proposals(departments: list[dict[str, Any]]) -> dict[str, Any]:
    """Departments below 80 % of their TC obligations, as proposals to those who decide (TC
    第十六条(二)).

    `certain`: the rate would stay below even if everything undecided were met.
    """
    below = [
        {
            "key": row["key"],
            "timeliness": of,
            "interval": wilson(of["numerator"], of["denominator"]),
            "certain": of["high"] < DEPARTMENT_THRESHOLD,
        }
        for row in departments
        if row["key"] != UNASSIGNED and (of := row["tc_timeliness"]) and _below(of)
    ]
    return {"article": "TC 第十六条(二)", "threshold": DEPARTMENT_THRESHOLD, "departments": below}


def _below(of: Rate) -> bool:
    return of["rate"] is not None and of["rate"] < DEPARTMENT_THRESHOLD


def by_reason(counted: pl.DataFrame, verdict: str) -> list[dict[str, Any]]:
    """Obligations of one verdict (`unknown`, `exempt`) by reason: key, n and the `governing` ones
    among them."""
    of = (
        counted.filter(pl.col("verdict") == verdict)
        .group_by(key="reason")
        .agg(n=pl.col("n").sum(), governing=pl.col("n").filter("governing").sum())
    )
    return of.sort("n", "key", descending=[True, False]).to_dicts()
