"""A rule's `where`: cells of the subject that decide whether it binds."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from checks.judging import judge
from checks.law.conflicts import conflicts
from checks.law.rulebook import Rulebooks
from flows.law.rule_tables import rule_words
from flows.law.rulebooks import load_rulebooks
from flows.system.errors import UsageError
from tests.numbers.frames import OCTOBER, records

NINE = datetime(2026, 10, 14, 9)
RULE = """
  - id: OWN-{n}
    title: {{zh: 报价, en: Quotation}}
    article: 第{n}条
    requirement: {{zh: 限时报价。, en: A quotation in time.}}
    topic: quote
    subject: {subject}
    when: [{when}]
    where: {where}
    start: {start}
    end: {end}
    clock: wall
    limits:
      - {{core: {limit}, important: 1h, ordinary: 1h, intent: 1h, potential: 1h}}
    basis: explicit
"""
TICKET = {
    "subject": "ticket",
    "when": "demand",
    "start": "requested_at",
    "end": "replied_at",
    "limit": "1h",
}
CHAT = {"subject": "chat_session", "when": "customer_waiting", "start": "first_customer_message"}


def folder_of(tmp_path: Path, *rules: dict[str, str]) -> Path:
    head = "regulation:\n  title: {zh: 报价, en: Quotations}\ntopics:\n  quote: {zh: 报价, en: Q}\n"
    (tmp_path / "OWN").mkdir()
    listed = "".join(RULE.format(**{**TICKET, **rule, "n": n}) for n, rule in enumerate(rules, 1))
    (tmp_path / "OWN" / "a.yaml").write_text(f"{head}rules:{listed}", "utf-8")
    return tmp_path


def verdicts(folder: Path, **cells: list[object]) -> dict[str, str]:
    """Verdict (and reason) by ticket of the rule, of demands with these cells that nobody
    answered."""
    tickets = [
        {
            "ticket_id": f"T{n}",
            "kind": "demand",
            "opened_at": NINE,
            "tier": "core",
            **{name: values[n] for name, values in cells.items()},
        }
        for n in range(len(next(iter(cells.values()))))
    ]
    books = load_rulebooks(folder).rulebooks
    alone = Rulebooks(
        regulations=(books.regulation("OWN"),),
        topics=books.topics,
        stated_parameters=books.stated_parameters,
    )
    judged = judge(records(tickets=tickets), alone, OCTOBER)
    mine = judged.filter(pl.col("rule_id") == "OWN-1").select("subject_id", "verdict", "reason")
    return {subject: f"{verdict} {reason}".strip() for subject, verdict, reason in mine.rows()}


@pytest.mark.parametrize(
    ("where", "bound"),
    [
        (
            "{department: [东区, 西区]}",
            {"T0": "overdue", "T1": "overdue", "T3": "unknown condition"},
        ),
        ("{department: 东区}", {"T0": "overdue", "T3": "unknown condition"}),
        ("{department: not 东区}", {"T1": "overdue", "T2": "overdue", "T3": "unknown condition"}),
        ("{department: [not 东区, not 西区]}", {"T2": "overdue", "T3": "unknown condition"}),
    ],
)
def test_a_cell_decides_and_an_empty_one_leaves_it_open(
    tmp_path: Path, where: str, bound: dict[str, str]
) -> None:
    folder = folder_of(tmp_path, {"where": where})
    assert verdicts(folder, department=["东区", "西区", "南区", None]) == bound


def test_a_boolean_is_yes_or_no_and_codes_are_those_of_the_table(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {"where": "{remote_area: no, category: [technical]}"})
    found = verdicts(
        folder,
        remote_area=[False, True, None, False],
        category=["technical", "technical", "technical", "product"],
    )
    assert found == {"T0": "overdue", "T2": "unknown condition"}


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            {"where": "{departmnt: 东区}"},
            "unknown ticket field 'departmnt'; did you mean department?",
        ),
        ({"where": "{category: tech}"}, "where.category: unknown value of category 'tech'"),
        ({"where": "{department: [东区, not 西区]}"}, "write `not` at every value or at none"),
        ({"where": "{department: []}"}, "must not be empty"),
        (
            {**CHAT, "where": "{channel: web}", "end": "first_agent_message"},
            "unknown chat_session field 'channel'",
        ),
    ],
)
def test_fields_and_values_are_checked_when_loaded(
    tmp_path: Path, rule: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load_rulebooks(folder_of(tmp_path, rule))
    assert words in str(caught.value)


def test_rules_for_different_cells_do_not_conflict(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        {"where": "{department: 东区}"},
        {"where": "{department: not 东区}", "limit": "2h"},
        {"where": "{department: [西区, 东区]}", "limit": "3h"},
    )
    found = conflicts(load_rulebooks(folder).rulebooks, date(2026, 10, 1))
    mine = [[d.rule.id for d in c.demands] for c in found if c.demands[0].rule.topic == "quote"]
    assert sorted(mine) == [["OWN-1", "OWN-3"], ["OWN-2", "OWN-3"]]


@pytest.mark.parametrize(("lang", "words"), [("zh", "部门不为东区"), ("en", "is not 东区")])
def test_the_fields_are_told_in_words(tmp_path: Path, lang: str, words: str) -> None:
    books = load_rulebooks(folder_of(tmp_path, {"where": "{department: not 东区}"})).rulebooks
    assert words in rule_words(lang).when(books.rule("OWN-1"))
