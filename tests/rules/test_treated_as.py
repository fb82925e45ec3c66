"""Tiers that the texts give no limit: listed as unbound, or treated as another where a package says
so."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from checks.judging import judge
from flows.law.rulebooks import load_rulebooks
from flows.system.errors import UsageError
from tests.numbers.frames import OCTOBER, START, records


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text, "utf-8")
    return folder


def test_a_tier_without_a_limit_gets_that_of_another(tmp_path: Path) -> None:
    written(tmp_path, "TC/ours.yaml", "treated_as: {intent: ordinary}\n")
    shipped, books = load_rulebooks().rulebooks, load_rulebooks(tmp_path).rulebooks
    for rule in shipped.regulation("TC").rules:
        for before, now in zip(rule.limits, books.rule(rule.id).limits, strict=True):
            assert now.intent == (before.intent or before.ordinary)
            assert (now.core, now.ordinary, now.potential) == (
                before.core,
                before.ordinary,
                before.potential,
            )
    # Another regulation's rules are its own matter.
    assert books.regulation("RC").rules == shipped.regulation("RC").rules


def test_a_file_of_no_folder_speaks_of_all_and_one_of_a_folder_says_more(tmp_path: Path) -> None:
    written(tmp_path, "all.yaml", "treated_as: {intent: ordinary, potential: ordinary}\n")
    written(tmp_path, "TC/ours.yaml", "treated_as: {potential: important}\n")
    books = load_rulebooks(tmp_path).rulebooks
    limit = books.rule("TC-6.1-deferred").limits[0]
    assert (limit.intent, limit.potential) == (limit.ordinary, limit.important)


def test_a_prospects_complaint_is_unbound_or_judged(tmp_path: Path) -> None:
    ticket = {"ticket_id": "T1", "kind": "complaint", "opened_at": START, "tier": "intent"}
    read = records(tickets=[ticket])
    written(tmp_path, "TC/ours.yaml", "treated_as: {intent: ordinary}\n")
    for folder, verdicts in ((None, []), (tmp_path, [("intent", "overdue")])):
        judged = judge(read, load_rulebooks(folder).rulebooks, OCTOBER)
        found = judged.filter(pl.col("rule_id").str.starts_with("TC-6.5"))
        assert found.select("tier", "verdict").unique().rows() == verdicts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("treated_as: {gold: ordinary}\n", "treated_as.gold"),
        ("treated_as: {intent: gold}\n", "'gold' is not known; allowed: 'core'"),
        ("treated_as: {intent: potential, potential: ordinary}\n", "itself treated as another"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_rulebooks(written(tmp_path, "TC/ours.yaml", text))
    assert words in str(caught.value)
