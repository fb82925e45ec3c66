"""The register can be executed: of every clause that records decide, the check that it names finds
what breaks the clause and passes what keeps it; check and register name the same articles.

Clauses that rules decide: tests/timeliness/test_cases.py; those that ask for full records:
tests/completeness/test_validate.py, where what judges them is loaded already.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

from checks.completeness.rates import completeness
from checks.concepts import Period
from checks.conduct import conduct
from checks.duties import CHECKS
from checks.duties.item import status_of
from checks.numbers.plain import plain
from checks.results.metrics import NOT_LOOKED, metrics
from flows.law.phrasebook import load_phrasebook
from flows.law.suites import load_checks, load_suites
from tests.clauses.reading import SIDES, Case, cases, entries, month
from tests.numbers.frames import OCTOBER, closing, obligation, obligations, records, rulebooks

CLAUSES = {
    clause.id: (f"{book.code} {clause.article}", clause)
    for book in rulebooks().regulations
    for clause in book.clauses
}
BY_RECORDS = {name: clause for name, (_, clause) in CLAUSES.items() if clause.by}
CASES = list(cases())
DUTIES = {f"{check.table}.{check.key}": check for check in CHECKS}


def of_kind(*statuses: str) -> list[Case]:
    return [case for case in CASES if CLAUSES[case.clause][1].status in statuses]


EVIDENCE = [case for case in CASES if case.check in DUTIES]
FIGURES = [case for case in CASES if case.table == "metrics"]
SAID = of_kind("conduct")
COMPLETE = of_kind("completeness")


def test_every_clause_that_records_decide_has_a_case_of_every_check_that_it_names() -> None:
    told = {clause: list(checks) for clause, checks in entries().items()}
    assert told == {name: list(clause.by) for name, clause in BY_RECORDS.items()}
    assert len(CASES) == len(EVIDENCE) + len(FIGURES) + len(SAID) + len(COMPLETE)


def closing_of(tables: dict[str, list[dict[str, Any]]], period: Period = OCTOBER) -> Any:
    judged = [
        obligation(row["rule"], row["verdict"], row["subject"], **_cells(row))
        for row in tables.get("judged", [])
    ]
    given = {name: rows for name, rows in tables.items() if name != "judged"}
    return closing(obligations(*judged), period, **given)


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in row if name not in ("rule", "verdict", "subject")}


def period_of(case: Case) -> Period:
    start = datetime.fromisoformat(f"{case.period}-01")
    end = (start + timedelta(days=32)).replace(day=1)
    return Period(start, end, end)


@pytest.mark.parametrize("case", EVIDENCE, ids=lambda case: case.name)
def test_a_duty_is_failed_and_passed(case: Case) -> None:
    found = {}
    for side in SIDES:
        judged = DUTIES[case.check].judge(closing_of(case.tables(side), period_of(case)))
        found[side] = status_of(judged[0]) if judged else "no_evidence"
    assert found == {"violates": "fail", "keeps": "pass"}


@cache
def spoken() -> tuple[dict[str, set[str]], dict[str, dict[str, int]]]:
    """Per conversation (clause, check, side) the lists that it breaks; per auto-reply side the
    conversations that have one."""
    chats = [
        {
            "message_id": f"{n:02}",
            "conversation_id": f"{case.name} {side}",
            "sender": who,
            "text": text,
            "sender_id": "A1",
            "sent_at": datetime(2026, 10, 9, 9, n),
        }
        for case in SAID
        for side in SIDES
        for n, (who, _, text) in enumerate(line.partition(" ") for line in case.said[side]["says"])
    ]
    frame = _conduct(chats)[0]
    broken: dict[str, set[str]] = defaultdict(set)
    for conversation, name in frame.select("conversation_id", "list").iter_rows():
        broken[conversation].add(name)
    counted = {}
    for case in (case for case in SAID if case.check == "chats.auto-reply"):
        for side in SIDES:
            own = [row for row in chats if row["conversation_id"] == f"{case.name} {side}"]
            kept = {row["id"]: row for row in plain(_conduct(own)[1])["kept"]}
            counted[f"{case.name} {side}"] = kept["auto-reply"]
    return broken, counted


def _conduct(chats: list[dict[str, Any]]) -> Any:
    return conduct(records(chats=chats), load_phrasebook(), OCTOBER, timedelta(hours=6))


@pytest.mark.parametrize("case", SAID, ids=lambda case: case.name)
def test_what_is_said_is_found_and_passed(case: Case) -> None:
    broken, counted = spoken()
    name = case.check.partition(".")[2]
    for side in SIDES:
        conversation = f"{case.name} {side}"
        kept = (
            counted[conversation]["numerator"] == 1
            if conversation in counted
            else name not in broken[conversation]
        )
        assert kept is (side == "keeps"), side


@cache
def figures(side: str) -> dict[str, Any]:
    """The figures of one of the two months."""
    made = closing_of(month(side))
    archives = made.rulebooks.topics_that(lambda topic: topic.archives)
    archiving = made.obligations.filter(pl.col("topic").is_in(archives))
    found = completeness(made.records, made.provided, load_checks(), made.period, archiving, None)
    return plain(metrics(made, replace(NOT_LOOKED, completeness=found)))


def at(path: str, found: Any) -> Any:
    """What stands at a path: a share as n/m, the keys of a list; in a list a step is a key."""
    for step in path.split("."):
        found = (
            next(row for row in found if row["key"] == step)
            if isinstance(found, list)
            else found[step]
        )
    if isinstance(found, list):
        return [row["key"] for row in found if row.get("n", 1)]
    of = found.get("timeliness", found)
    return f"{of['numerator']}/{of['denominator']}" if "numerator" in of else of["key"]


@pytest.mark.parametrize("case", FIGURES, ids=lambda case: case.name)
def test_a_figure_follows_the_records(case: Case) -> None:
    path = case.check.partition(".")[2]
    assert {side: at(path, figures(side)) for side in SIDES} == dict(case.said)


@cache
def articles() -> dict[str, set[str]]:
    """TABLE.check -> the articles that the check names."""
    named = {
        f"{suite.table}.{entry.id}": set(entry.article)
        for suite in load_suites().values()
        for entry in suite.checks
    }
    for path in (files("checks") / "conduct" / "phrases").iterdir():
        for entry in YAML(typ="safe").load(path.read_text("utf-8")):
            named[f"chats.{entry['id']}"] = {entry["article"], *entry.get("also", ())}
    return named | {
        name: set(rulebooks().asks_for("duties", check.key)) for name, check in DUTIES.items()
    }


@pytest.mark.parametrize("name", BY_RECORDS)
def test_a_check_names_the_article_of_every_clause_that_claims_it(name: str) -> None:
    article, clause = CLAUSES[name]
    checks = [check for check in clause.by if not check.startswith("metrics.")]
    assert [check for check in checks if article not in articles()[check]] == []


@pytest.mark.parametrize("name", DUTIES)
def test_a_duty_that_is_judged_is_claimed_by_a_clause_of_each_of_its_articles(name: str) -> None:
    claimed = {article for article, clause in CLAUSES.values() if name in clause.by}
    assert set(rulebooks().asks_for("duties", DUTIES[name].key)) == claimed
