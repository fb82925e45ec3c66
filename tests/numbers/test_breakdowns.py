"""Breakdowns and rankings."""

from __future__ import annotations

from typing import Any

from checks.law.rulebook import Rulebooks
from checks.numbers.whole import Breakdowns
from checks.results.metrics.breakdowns import breakdowns, few, proposals
from checks.results.metrics.tally import cube
from tests.numbers.frames import closing, obligation, obligations, rulebooks


def _breakdowns(*rows: dict[str, Any]) -> Breakdowns:
    made = closing(obligations(*rows))
    return breakdowns(made, cube(made.facts))


def _many(met: int, late: int, **cells: Any) -> list[dict[str, Any]]:
    prefix = cells.get("responsible") or cells.get("department") or "-"
    verdicts = ["met"] * met + ["late"] * late
    return [
        obligation("TC-6.5-respond", v, f"{prefix}-{n}", **cells) for n, v in enumerate(verdicts)
    ]


def test_each_regulation_is_measured_by_its_own_clauses() -> None:
    found = _breakdowns(
        obligation("TC-6.1-online", "met", "V1#1"), obligation("RC-8.2-online", "late", "V1#1")
    )
    rates = {row.key: row.timeliness.rate for row in found.by_regulation}
    assert rates == {"TC": 1.0, "RC": 0.0, "CM": None, "CD": None}
    assert [row.key for row in found.by_rule] == [rule.id for rule in rulebooks().rules]


def test_ranks_go_by_the_rate_and_few_cases_are_marked() -> None:
    rows = (
        _many(4, 0, responsible="A4")
        + _many(380, 20, responsible="A400")
        + _many(30, 10, responsible="A40")
    )
    people = _breakdowns(*rows).by_person
    assert [(row.key, row.rank, few(row)) for row in people] == [
        ("A4", 1, True),
        ("A400", 2, False),
        ("A40", 3, False),
    ]


def test_what_is_unassigned_is_a_row_of_its_own_and_not_ranked() -> None:
    rows = _many(40, 0, responsible=None, department=None) + _many(
        35, 5, responsible="A1", department="销售部"
    )
    found = _breakdowns(*rows)
    assert [(row.key, row.rank) for row in found.by_person] == [
        ("A1", 1),
        ("unassigned", None),
    ]
    assert [(row.key, row.rank) for row in found.by_department] == [
        ("销售部", 1),
        ("unassigned", None),
    ]


def test_equal_results_share_a_rank() -> None:
    rows = [row for who in ("A1", "A2") for row in _many(36, 4, responsible=who)] + _many(
        30, 10, responsible="A3"
    )
    assert [row.rank for row in _breakdowns(*rows).by_person] == [1, 1, 3]


def test_departments_below_80_percent_of_tc_are_proposals() -> None:
    rows = (
        _many(79, 21, department="甲部")
        + _many(80, 20, department="乙部")
        + _many(1, 9, department=None)
    )
    rows += [obligation("RC-9.2-handoff", "late", f"T{n}", department="乙部") for n in range(50)]
    found = proposals(_breakdowns(*rows).by_department, rulebooks())
    assert [row.key for row in found.departments] == ["甲部"]
    assert found.departments[0].certain is True
    assert (found.article, found.threshold) == ("TC 第十六条(二)", 0.8)


def test_the_line_of_departments_is_that_of_the_rulebooks() -> None:
    shipped = rulebooks()
    stated = shipped.stated_parameters
    line = stated.penalised_below
    assert line
    own = stated.model_copy(update={"penalised_below": line.model_copy(update={"value": "81%"})})
    books = Rulebooks(regulations=shipped.regulations, topics=shipped.topics, stated_parameters=own)
    departments = _breakdowns(*_many(80, 20, department="乙部")).by_department
    assert [row.key for row in proposals(departments, books).departments] == ["乙部"]
    assert not proposals(departments, shipped).departments


def test_a_proposal_says_when_the_undecided_could_lift_it() -> None:
    rows = _many(7, 3, department="甲部")
    rows += [obligation("TC-6.5-respond", "unknown", f"U{n}", department="甲部") for n in range(10)]
    found = proposals(_breakdowns(*rows).by_department, rulebooks())
    assert found.departments[0].certain is False
