"""Every case of tests/cases comes out as its author says: from the engine, and from the row-by-row oracle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from checks.concepts import TIERS, Period
from checks.timeliness import judge
from flows.rulebooks import load_rulebooks
from tests.cases.reading import Case, load_cases
from tests.oracle import Rows, to_frames
from tests.oracle import judge as judge_by_oracle

CASES = load_cases()
RULEBOOKS = load_rulebooks().rulebooks
Found = dict[tuple[str, str], dict[str, Any]]
When = tuple[datetime, datetime, datetime]


def together(cases: Iterable[Case]) -> dict[When, Rows]:
    """The records of all cases that are judged for the same period as of the same cutoff."""
    groups: dict[When, Rows] = defaultdict(lambda: defaultdict(list))
    for case in cases:
        for table, rows in case.rows.items():
            groups[case.start, case.end, case.cutoff][table] += rows
    return groups


@cache
def engine() -> dict[When, Found]:
    return {
        when: keyed(judge(to_frames(rows), RULEBOOKS, Period(*when)).to_dicts())
        for when, rows in together(CASES).items()
    }


@cache
def oracle() -> dict[When, Found]:
    return {when: keyed(judge_by_oracle(rows, *when)) for when, rows in together(CASES).items()}


def keyed(obligations: Iterable[dict[str, Any]]) -> Found:
    return {(ob["rule_id"], ob["subject_id"]): ob for ob in obligations}


def outcome(found: dict[When, Found], case: Case) -> dict[str, Any]:
    """What came out, as far as the case says something about it."""
    obligation = found[case.start, case.end, case.cutoff].get((case.rule, case.subject_id))
    return {} if obligation is None else {name: obligation[name] for name in case.expected or ("verdict", "reason")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case) -> None:
    assert outcome(engine(), case) == case.expected


def test_the_oracle_agrees_with_every_case() -> None:
    assert [case.name for case in CASES if outcome(oracle(), case) != case.expected] == []


@pytest.mark.parametrize("rule", RULEBOOKS.rules, ids=lambda rule: rule.id)
def test_every_tier_with_a_limit_has_a_case_that_keeps_it_and_one_that_breaks_it(rule: Any) -> None:
    shown = defaultdict(set)
    for case in CASES:
        if case.rule == rule.id and case.expected:
            shown[case.rows["customers"][0]["tier"] if case.rows["customers"] else None].add(case.expected["verdict"])
    limited = [tier for tier, cell in zip(TIERS, rule.limits[-1].cells, strict=True) if cell]
    assert limited
    for tier in limited:
        assert "met" in shown[tier], f"{rule.id}: no case of a {tier} customer is met"
        assert shown[tier] & {"late", "overdue", "missing"}, f"{rule.id}: no case of a {tier} customer breaks the rule"
