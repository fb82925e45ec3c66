"""The tallies by regulation, article, rule, topic, tier, department, person and channel, and the
rankings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from checks.closing.facts import UNASSIGNED, Closing, with_channel
from checks.closing.rates import wilson
from checks.concepts import TIERS
from checks.law.rulebook import Rulebooks
from checks.numbers.rates import (
    DepartmentBelow,
    DepartmentRow,
    Proposals,
    RankedRow,
    ReasonRow,
    RuleRow,
    TallyRow,
)
from checks.numbers.whole import Breakdowns
from checks.results.metrics.tally import cube, tally_rows
from checks.text.filling import filled

RANKED_FROM: Final = 30
"""With fewer decided cases a rate says little: its rank is marked wherever it is shown."""


def breakdowns(closing: Closing, counted: pl.DataFrame) -> Breakdowns:
    """The tallies by everything that they are asked by."""
    governing = counted.filter("governing")
    topics = dict.fromkeys(rule.topic for rule in closing.rulebooks.rules)
    channels = _governing(with_channel(closing.facts, closing.records), "channel")
    persons = _governing(closing.facts, "responsible")
    return Breakdowns(
        by_regulation=tuple(tally_rows(counted, "regulation", closing.rulebooks.order)),
        by_article=tuple(_by_article(closing, counted)),
        by_rule=tuple(_by_rule(closing, counted)),
        by_topic=tuple(tally_rows(governing, "topic", topics)),
        by_tier=tuple(tally_rows(governing, "tier", TIERS)),
        by_department=tuple(department_rows(closing, counted)),
        by_person=tuple(ranked(tally_rows(persons, "responsible"))),
        by_channel=tuple(tally_rows(channels, "channel")),
        tc_by_department=tuple(ranked(_tc_by_department(closing, counted))),
    )


def department_rows(closing: Closing, counted: pl.DataFrame) -> list[DepartmentRow]:
    """The departments' ranked tallies over the governing obligations; `counted`: the cube."""
    of_tc = {row.key: row.timeliness for row in _tc_by_department(closing, counted)}
    return [
        DepartmentRow(**vars(row), tc_timeliness=of_tc.get(row.key))
        for row in ranked(tally_rows(counted.filter("governing"), "department"))
    ]


def _tc_by_department(closing: Closing, counted: pl.DataFrame) -> list[TallyRow]:
    """None where no regulation lets anything follow from it."""
    if closing.rulebooks.consequence("department_below") is None:
        return []
    answered_for = closing.rulebooks.parameters.overtime_of
    own = (pl.col("regulation") == answered_for) & pl.col("timed")
    return tally_rows(counted.filter(own), "department")


def _governing(facts: pl.LazyFrame, by: str) -> pl.DataFrame:
    """The governing obligations counted by what has too many values for the cube, or is dear to
    find out."""
    return cube(facts.filter("governing"), (by, "timed", "verdict"))


def _by_rule(closing: Closing, counted: pl.DataFrame) -> list[RuleRow]:
    rules = {rule.id: rule for rule in closing.rulebooks.rules}
    governing = {row.key: row.total for row in tally_rows(counted.filter("governing"), "rule_id")}
    return [
        RuleRow(
            **vars(row),
            regulation=rules[row.key].regulation,
            article=rules[row.key].article,
            topic=rules[row.key].topic,
            governing=governing.get(row.key, 0),
        )
        for row in tally_rows(counted, "rule_id", rules)
    ]


def _by_article(closing: Closing, counted: pl.DataFrame) -> list[TallyRow]:
    """Keys are the regulation and its article, as `TC 第六条(一)`."""
    known = dict.fromkeys(f"{rule.regulation} {rule.article}" for rule in closing.rulebooks.rules)
    named = counted.with_columns(article=filled("{} {}", "regulation", "article"))
    return tally_rows(named, "article", known)


def ranked(rows: list[TallyRow]) -> list[RankedRow]:
    """The rows, best first, each with the 95 % `interval` of its timeliness rate and its `rank`.

    The order is that of the rate, as the texts say (达标率排名); equal rates share a rank, the one
    over more cases first. `rank` is null without a case and for what is unassigned; those come
    last.
    """
    rates = {
        row.key: of.rate
        for row in rows
        if (of := row.timeliness).rate is not None and row.key != UNASSIGNED
    }
    best = sorted(rates.values(), reverse=True)
    made = [
        RankedRow(
            **vars(row),
            interval=wilson(row.timeliness.numerator, row.timeliness.denominator),
            rank=best.index(rates[row.key]) + 1 if row.key in rates else None,
        )
        for row in rows
    ]
    return sorted(made, key=_place)


def _place(row: RankedRow) -> tuple[bool, int, int]:
    return row.rank is None, row.rank or 0, -row.timeliness.denominator


def few(row: RankedRow) -> bool:
    """Whether a rank rests on so few cases that it must be marked."""
    return row.rank is not None and row.timeliness.denominator < RANKED_FROM


def proposals(departments: Iterable[DepartmentRow], rulebooks: Rulebooks) -> Proposals:
    """Departments below the line of the regulation that they answer for, as proposals to those who
    decide (TC 第十六条(二))."""
    line = rulebooks.parameters.penalised_below / 100
    below = tuple(
        DepartmentBelow(
            key=row.key,
            timeliness=of,
            interval=wilson(of.numerator, of.denominator),
            certain=of.high is not None and of.high < line,
        )
        for row in departments
        if row.key != UNASSIGNED
        and (of := row.tc_timeliness)
        and of.rate is not None
        and of.rate < line
    )
    stated = rulebooks.stated_parameters.penalised_below
    article = stated.article if stated and rulebooks.consequence("department_below") else ""
    return Proposals(article=article, threshold=line, departments=below)


def by_reason(counted: pl.DataFrame, verdict: str) -> tuple[ReasonRow, ...]:
    """Obligations of one verdict (`unknown`, `exempt`) by reason: key, n and the `governing` ones
    among them."""
    of = (
        counted.filter(pl.col("verdict") == verdict)
        .group_by(key="reason")
        .agg(n=pl.col("n").sum(), governing=pl.col("n").filter("governing").sum())
    )
    rows = of.sort("n", "key", descending=[True, False]).to_dicts()
    return tuple(ReasonRow(**row) for row in rows)
