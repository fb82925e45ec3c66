"""What optional tables prove; without them there is no evidence, and never a pass."""

from __future__ import annotations

import json
from datetime import timedelta

from checks.duties import CHECKS
from checks.records.tables import TABLES
from tests.duties.told import judged
from tests.numbers.frames import closing, obligation, obligations, rulebooks

MINUTE = timedelta(minutes=1)


def test_a_table_that_was_not_provided_is_no_evidence() -> None:
    late = obligations(obligation("TC-6.5-respond", "late"))
    assert {item["status"] for item in judged(closing(late)).values()} == {"no_evidence"}


def test_empty_tables_prove_nothing_good() -> None:
    items = judged(closing(**{name: [] for name in TABLES}))
    assert {key for key, item in items.items() if item["status"] == "pass"} == set()
    json.dumps(items, allow_nan=False)


def test_every_item_names_articles_of_the_register_and_titles_in_both_languages() -> None:
    known = {f"{r.code} {clause.article}" for r in rulebooks().regulations for clause in r.clauses}
    named = {check.key: rulebooks().asks_for("duties", check.key) for check in CHECKS}
    assert {article for articles in named.values() for article in articles} <= known
    assert [key for key, articles in named.items() if not articles] == ["manual_checks"]
    assert all(check.zh and check.en for check in CHECKS)
