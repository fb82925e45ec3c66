"""The validation of a folder: planted defects are found, by key, and nothing else is."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.numbers.plain import plain
from checks.numbers.validation import Validation
from flows.audit.validation import validate
from flows.law.suites import load_suites
from flows.report.data_docs import write_data_docs
from flows.report.words.texts import load_texts
from tests.clauses.reading import SIDES, Case, cases
from tests.completeness.frames import records

NOON = datetime(2026, 10, 9, 12)
GOOD_CALL = {
    "direction": "inbound",
    "started_at": NOON,
    "answered_at": NOON,
    "ended_at": NOON,
    "rings": 2,
    "number": "13800001234",
    "customer_id": "C1",
    "agent_id": "A1",
    "disposition": "answered",
}
CUSTOMER = {"customer_id": "C1", "tier": "core", "name": "王芳", "contact": "13800001234"}
GOOD_INQUIRY = {
    "kind": "inquiry",
    "opened_at": NOON,
    "channel": "phone",
    "category": "product",
    "customer_id": "C1",
    "status": "open",
    "customer_name": "王芳",
    "company": "华东精工",
    "contact": "wang@example.com",
    "tier": "core",
    "content": "咨询机器人价格",
    "core_demand": "报价",
    "handler_id": "A1",
    "department": "客户服务部",
}


def failed(result: dict[str, Any]) -> dict[str, list[str]]:
    """The failing keys of each failed check."""
    every = [e for table in result["tables"].values() for e in table["expectations"]]
    return {e["id"]: [k["key"] for k in e["keys"]] for e in every if e["success"] is False}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Validation, Path]:
    out = tmp_path_factory.mktemp("run")
    tables, provided = records(
        customers=[CUSTOMER],
        calls=[
            {"call_id": "good", **GOOD_CALL},
            {"call_id": "nobody", **GOOD_CALL, "agent_id": None},
            {"call_id": "backwards", **GOOD_CALL, "ended_at": datetime(2026, 10, 9, 11)},
            {"call_id": "stranger", **GOOD_CALL, "customer_id": "C9"},
            {
                "call_id": "smudged",
                **GOOD_CALL,
                "answered_at": None,
                "answered_at_unreadable": True,
            },
        ],
        tickets=[
            {"ticket_id": "T1", **GOOD_INQUIRY},
            {"ticket_id": "T2", **GOOD_INQUIRY, "contact": None},
            {"ticket_id": "T3", **GOOD_INQUIRY, "contact": "12345"},
            {
                "ticket_id": "T4",
                **GOOD_INQUIRY,
                "completed_at": NOON,
                "responded_at": NOON,
                "replied_at": NOON,
            },
            {"ticket_id": "T1", **GOOD_INQUIRY},
        ],
    )
    return validate(tables, provided, out), out


def test_finds_the_planted_defects_and_nothing_else(planted: tuple[Validation, Path]) -> None:
    assert failed(plain(planted[0])) == {
        "calls.agent.agent_id": ["nobody"],
        "calls.order.answered_at-ended_at": ["backwards"],
        "calls.order.started_at-ended_at": ["backwards"],
        "calls.known.customer_id": ["stranger"],
        "calls.readable.answered_at": ["smudged"],
        "tickets.unique": ["T1", "T1"],
        "tickets.intake-crm.contact": ["T2"],
        "tickets.contact-form.contact": ["T3"],
        "tickets.consultation-record.answer": ["T4"],
        "tickets.consultation-record.feedback": ["T4"],
    }


def test_every_check_names_its_article_and_result_is_plain_json(
    planted: tuple[Validation, Path],
) -> None:
    result = json.loads(json.dumps(plain(planted[0]), allow_nan=False))
    for table in result["tables"].values():
        assert all(
            e["article"] and e["title"]["zh"] and e["title"]["en"] for e in table["expectations"]
        )


def test_all_failing_rows_are_in_the_parquet_file(planted: tuple[Validation, Path]) -> None:
    rows = pl.read_parquet(planted[1] / "failing_rows.parquet")
    found = rows.group_by("check", maintain_order=True).agg("key")
    assert dict(found.iter_rows()) == failed(plain(planted[0]))
    assert rows.filter(key="stranger").select("value", "file", "row").row(0) == (
        "C9",
        "calls.csv",
        5,
    )


def test_a_check_against_a_table_that_was_not_provided_is_not_made() -> None:
    tables, provided = records(calls=[{"call_id": "K1", **GOOD_CALL}])
    found = {
        e["id"]: e for e in plain(validate(tables, provided))["tables"]["calls"]["expectations"]
    }
    assert found["calls.known.agent_id"]["success"] is None
    assert found["calls.known.agent_id"]["not_made"] == "staff not provided"


def test_a_capped_list_of_keys_says_so() -> None:
    tables, provided = records(
        calls=[{"call_id": f"K{n}", **GOOD_CALL, "agent_id": None} for n in range(5)]
    )
    found = {
        e["id"]: e
        for e in plain(validate(tables, provided, keys_cap=2))["tables"]["calls"]["expectations"]
    }
    agent = found["calls.agent.agent_id"]
    assert (agent["unexpected"], len(agent["keys"]), agent["capped"]) == (5, 2, True)


def test_personal_data_are_not_shown_unless_asked_for(tmp_path: Path) -> None:
    tables, provided = records(
        calls=[{"call_id": "K1", **GOOD_CALL, "number": "no-number-of-hers"}]
    )
    for show in (False, True):
        out = tmp_path / str(show)
        out.mkdir()
        found = validate(tables, provided, out, show_personal=show)
        write_data_docs(out, found, load_texts("zh"), "2026-11-01 00:00:00")
        written = "".join(page.read_text("utf-8") for page in out.rglob("*.html"))
        values = pl.read_parquet(out / "failing_rows.parquet")["value"].to_list()
        assert ("no-number-of-hers" in written, "no-number-of-hers" in values) == (show, show)


@pytest.fixture(scope="module", params=["zh", "en"])
def docs(
    request: pytest.FixtureRequest, planted: tuple[Validation, Path]
) -> Iterator[tuple[Path, str]]:
    found, out = planted
    write_data_docs(out, found, load_texts(request.param), "2026-11-01 00:00:00")
    yield out / "data_docs", request.param
    shutil.rmtree(out / "data_docs")


def test_data_docs_open_from_their_folder_without_a_network(docs: tuple[Path, str]) -> None:
    folder, _ = docs
    pages = [*folder.iterdir()]
    assert {page.stem for page in pages} == {"index", "customers", "calls", "tickets"}
    for page in pages:
        text = page.read_text("utf-8")
        assert "http" not in "".join(re.findall(r"(?:src|href)=.{0,9}", text))
        for link in re.findall(r'href="([^"#]+)', text):
            assert (page.parent / link).is_file(), f"{page}: {link}"


def test_data_docs_are_in_the_readers_words(docs: tuple[Path, str]) -> None:
    folder, lang = docs
    words = {
        "zh": ("通话", "2026年10月31日24时", "TC 第六条(一)", "不合格行 1"),
        "en": ("calls", "31 October 2026", "TC art. 6(1)", "Failing rows 1"),
    }
    page = (folder / "calls.html").read_text("utf-8")
    assert [word for word in words[lang] if word not in page] == []
    assert lang == "zh" or not re.search("[\u4e00-\u9fff]", page)
    row = "<tr><td>stranger</td><td>C9</td><td>calls.csv</td>"
    assert row in page and "DataFrame" not in page


SUITED_CHECKS = {
    f"{suite.table}.{entry.id}" for suite in load_suites().values() for entry in suite.checks
}
COMPLETE = [case for case in cases() if case.check in SUITED_CHECKS]


@cache
def failing() -> dict[str, set[str]]:
    """Check -> the files of the rows that fail it; every case and side has a file of its own."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for place, (case, side) in enumerate((case, side) for case in COMPLETE for side in SIDES):
        for row in case.tables(side)[case.table]:
            keys = {name: f"{place}" for name in _key_columns(case.table) if name not in row}
            if "customer_id" in row and case.table == "customers":
                row = {**row, "customer_id": f"{place}"}
            rows[case.table].append({**keys, **row, "_file": f"{case.name} {side}"})
    tables, provided = records(**rows)
    found = validate(tables, provided, keys_cap=10_000)
    failed: dict[str, set[str]] = defaultdict(set)
    for table in found.tables.values():
        for entry in table.expectations:
            failed[".".join(entry.id.split(".")[:2])] |= {str(key.file) for key in entry.keys}
    return failed


def _key_columns(table: str) -> tuple[str, ...]:
    return {
        "tickets": ("ticket_id",),
        "calls": ("call_id",),
        "chats": ("conversation_id", "message_id"),
    }.get(table, ())


@pytest.mark.parametrize("case", COMPLETE, ids=lambda case: case.name)
def test_a_lacking_record_is_found_and_a_full_one_passed(case: Case) -> None:
    files_of = failing()[case.check]
    assert {side: f"{case.name} {side}" in files_of for side in SIDES} == {
        "violates": True,
        "keeps": False,
    }
