"""The engine against the row-by-row oracle, on adversarial records: no difference in any column
that judges."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from checks.concepts import EXEMPT_REASONS, UNKNOWN_REASONS, Period
from checks.judging import JudgingOptions, judge
from flows.law.rulebooks import load_rulebooks
from tests.long import LONG
from tests.oracle import judge as judge_by_oracle
from tests.oracle import to_frames
from tests.oracle.records import draw

COLUMNS = (
    "rule_id",
    "subject_id",
    "verdict",
    "reason",
    "tier",
    "triggered_at",
    "due_at",
    "fulfilled_at",
    "governing",
    "carried_over",
    "calendar_provisional",
)
RULEBOOKS = load_rulebooks().rulebooks
SEEDS = range(7 if LONG else 5)
OUTCOMES = {
    *(("met", reason) for reason in ("", "implied")),
    *((verdict, "") for verdict in ("late", "overdue", "missing", "pending")),
    *(("unknown", reason) for reason in UNKNOWN_REASONS),
    *(("exempt", reason) for reason in EXEMPT_REASONS),
}


@cache
def by_oracle(seed: int, governing: Any = "strictest") -> list[dict[str, Any]]:
    case = draw(seed, subjects=150)
    return judge_by_oracle(case.rows, case.start, case.end, case.cutoff, governing)


def only(obligations: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (ob["rule_id"], ob["subject_id"]): {name: ob[name] for name in COLUMNS}
        for ob in obligations
    }


def differences(seed: int, governing: Any) -> list[str]:
    """Where engine and oracle differ, each with what either says."""
    case = draw(seed, subjects=150)
    period, options = Period(case.start, case.end, case.cutoff), JudgingOptions(governing=governing)
    ours = only(judge(to_frames(case.rows), RULEBOOKS, period, options).to_dicts())
    theirs = only(by_oracle(seed, governing))
    assert len(theirs) > 400
    differ = sorted(key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key))
    return [f"{key}\n  engine {ours.get(key)}\n  oracle {theirs.get(key)}" for key in differ]


@pytest.mark.parametrize("seed", SEEDS)
def test_engine_and_oracle_agree(seed: int) -> None:
    differ = differences(seed, "strictest")
    assert not differ, f"{len(differ)} obligations differ, such as\n" + "\n".join(differ[:3])


def test_engine_and_oracle_agree_where_the_first_decided_clause_governs() -> None:
    differ = differences(8, "order")
    assert not differ, f"{len(differ)} obligations differ, such as\n" + "\n".join(differ[:3])


def test_the_records_reach_every_rule_and_every_reason() -> None:
    """Otherwise agreeing would prove little."""
    seen = [ob for seed in SEEDS for ob in by_oracle(seed)]
    assert {ob["rule_id"] for ob in seen} == {rule.id for rule in RULEBOOKS.rules}
    assert {(ob["verdict"], ob["reason"]) for ob in seen} == OUTCOMES
