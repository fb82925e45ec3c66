"""Indicators of the trade: what each counts, and what it leaves undecided."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from checks.concepts import Period
from checks.law.rulebook_text import RulebookError, parse_document
from checks.numbers.plain import plain
from checks.results.metrics.indicators import MEASURES, indicators
from checks.unwatched import Seen
from tests.numbers.frames import OCTOBER, START, closing, rulebooks

CASES = YAML(typ="safe").load((Path(__file__).parent / "indicators.yaml").read_text("utf-8"))
FILLED = {"calls": {"direction": "inbound"}, "tickets": {"opened_at": START}}


def _read(value: Any) -> Any:
    """A cell: `2026-10-14 09:00:00` as the instant."""
    return datetime.fromisoformat(value) if str(value).startswith("2026-") else value


def _found(case: dict[str, Any]) -> dict[str, dict[str, Any]]:
    tables = {
        name: [
            {**FILLED.get(name, {}), **{cell: _read(value) for cell, value in row.items()}}
            for row in rows
        ]
        for name, rows in case.get("tables", {}).items()
    }
    cutoff = _read(case.get("cutoff", OCTOBER.cutoff.isoformat()))
    made = closing(None, Period(OCTOBER.start, OCTOBER.end, cutoff), **tables)
    carried = {name: frozenset(columns) for name, columns in case.get("carried", {}).items()}
    records = replace(made.records, recorded={**made.records.recorded, **carried})
    return {row.key: plain(row) for row in indicators(Seen(replace(made, records=records)))}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    found = _found(case)
    told = {
        name: {field: found[name][field] for field in fields}
        for name, fields in case["expect"].items()
    }
    assert told == case["expect"]


def test_every_indicator_says_what_it_counts_and_where_it_is_defined() -> None:
    found = _found({})
    assert list(found) == list(rulebooks().indicators)
    assert {row.measure for row in rulebooks().indicators.values()} == set(MEASURES)
    assert {
        name for name, row in found.items() if not (row["source"] and row["over"]["en"])
    } == set()
    tested = {name for case in CASES for name in case["expect"]}
    assert tested == set(found)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("measure: answered_within", "needs `within`"),
        ("measure: reopened\n    within: 20s", "has no `within`"),
        ("measure: repeated_within\n    within: 1wd", "no length of time"),
        ("measure: guessed", "measure"),
    ],
)
def test_a_mistake_in_a_definition_is_one_line(given: str, told: str) -> None:
    words = "\n".join(f"    {key}: {{zh: 一, en: a}}" for key in ("title", "definition", "over"))
    text = f"indicators:\n  own:\n    source: us\n    {given}\n{words}\n"
    with pytest.raises(RulebookError, match=told):
        parse_document(text, "own.yaml")
