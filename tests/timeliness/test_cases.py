"""Every case of tests/cases comes out as its author says: from the engine, and from the row-by-row
oracle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from checks.concepts import TIERS, VIOLATIONS, Period
from checks.judging import JudgingOptions, judge
from flows.law.rulebooks import load_rulebooks
from tests.cases.reading import Case, load_cases
from tests.clauses.reading import load as load_clauses
from tests.oracle import Rows, to_frames
from tests.oracle import judge as judge_by_oracle

CASES = load_cases()
RULEBOOKS = load_rulebooks().rulebooks
Found = dict[tuple[str, str], dict[str, Any]]
When = tuple[datetime, datetime, datetime, str, tuple[str, ...]]
"""From, to, cutoff, which rule governs, and what the company does not record."""


def when(case: Case) -> When:
    return case.start, case.end, case.cutoff, case.governing, case.not_recorded


def together(cases: Iterable[Case]) -> dict[When, Rows]:
    """The records of all cases that are judged for the same period as of the same cutoff, of one
    company."""
    groups: dict[When, list[Rows]] = defaultdict(list)
    for case in cases:
        groups[when(case)].append(case.rows)
    return {key: merged(group) for key, group in groups.items()}


def merged(group: list[Rows]) -> Rows:
    rows: dict[str, list[Any]] = defaultdict(list)
    quarantined: dict[str, list[Any]] = defaultdict(list)
    for one in group:
        for table, lines in one.items():
            rows[table] += lines
        for table, lines in one.quarantined.items():
            quarantined[table] += lines
    return Rows(rows, group[0].carried, quarantined)


@cache
def engine() -> dict[When, Found]:
    return judged(by_engine)


def by_engine(
    rows: Rows, start: datetime, end: datetime, cutoff: datetime, governing: Any
) -> list[dict[str, Any]]:
    options = JudgingOptions(governing=governing)
    return judge(to_frames(rows), RULEBOOKS, Period(start, end, cutoff), options).to_dicts()


@cache
def oracle() -> dict[When, Found]:
    return judged(judge_by_oracle)


def judged(judge: Callable[..., list[dict[str, Any]]]) -> dict[When, Found]:
    found = {}
    for key, rows in together(CASES).items():
        found[key] = {(ob["rule_id"], ob["subject_id"]): ob for ob in judge(rows, *key[:4])}
    return found


def outcome(found: dict[When, Found], case: Case) -> dict[str, Any]:
    """What came out, as far as the case says something about it."""
    obligation = found[when(case)].get((case.rule, case.subject_id))
    return (
        {}
        if obligation is None
        else {name: obligation[name] for name in case.expected or ("verdict", "reason")}
    )


def difference(found: dict[When, Found], case: Case) -> str:
    """`expected late, came out as unknown precision` with whatever else the case says; empty where
    nothing differs."""
    came_out = outcome(found, case)
    if came_out == case.expected:
        return ""
    return f"{case.name}: expected {said(case.expected)}, came out as {said(came_out)}"


def said(columns: dict[str, Any]) -> str:
    if not columns:
        return "no obligation"
    rest = [
        f"{name} {value}" for name, value in columns.items() if name not in ("verdict", "reason")
    ]
    return ", ".join([f"{columns['verdict']} {columns['reason']}".strip(), *rest])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    differs = difference(engine(), case)
    assert not differs, differs


def test_the_oracle_agrees_with_every_case() -> None:
    differ = [text for case in CASES if (text := difference(oracle(), case))]
    assert not differ, "\n".join(differ)


@pytest.mark.parametrize("rule", RULEBOOKS.rules, ids=lambda rule: rule.id)
def test_every_tier_with_a_limit_has_a_case_that_keeps_it_and_one_that_breaks_it(rule: Any) -> None:
    shown = defaultdict(set)
    for case in CASES:
        if case.rule == rule.id and case.expected:
            shown[case.rows["customers"][0]["tier"] if case.rows["customers"] else None].add(
                case.expected["verdict"]
            )
    limited = [tier for tier, cell in zip(TIERS, rule.limits[-1].cells, strict=True) if cell]
    assert limited
    for tier in limited:
        assert "met" in shown[tier], f"{rule.id}: no case of a {tier} customer is met"
        assert shown[tier] & {"late", "overdue", "missing"}, (
            f"{rule.id}: no case of a {tier} customer breaks the rule"
        )


RULED = {
    clause.id: clause
    for book in RULEBOOKS.regulations
    for clause in book.clauses
    if clause.status == "automated"
}
ONLY = load_clauses("automated.yaml")
"""Clauses of one tier only, or that an exemption keeps."""


@cache
def outcomes() -> dict[str, list[tuple[str, set[str]]]]:
    """Rule -> (verdict and reason, tiers of its customers) of each of its cases."""
    found = defaultdict(list)
    for case in CASES:
        outcome = f"{case.expected.get('verdict')} {case.expected.get('reason', '')}".strip()
        found[case.rule].append((outcome, {row["tier"] for row in case.rows["customers"]}))
    return found


@pytest.mark.parametrize("clause", RULED)
def test_every_rule_of_a_clause_has_a_case_that_breaks_it_and_one_that_keeps_it(
    clause: str,
) -> None:
    tier, kept = ONLY.get(clause, {}).get("tier"), ONLY.get(clause, {}).get("kept", "met")
    for rule in RULED[clause].rules:
        shown = {outcome for outcome, tiers in outcomes()[rule] if tier is None or tiers == {tier}}
        assert kept in shown, rule
        assert shown & set(VIOLATIONS), rule
