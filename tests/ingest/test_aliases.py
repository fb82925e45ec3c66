"""The words for headings and codes: each means one thing, and a configuration may add more."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from typing import Any

import pytest
from ruamel.yaml import YAML

from checks.reading.text import fold
from checks.tables import TABLES
from flows.errors import UsageError
from flows.settings.sources import TableAliases
from tests.ingest.conftest import Read


def shipped(table: str) -> dict[str, Any]:
    text = files("checks").joinpath("aliases", f"{table}.yaml").read_text(encoding="utf-8")
    return dict(YAML(typ="safe").load(text))


@pytest.mark.parametrize("table", TABLES)
def test_a_word_means_one_thing(table: str) -> None:
    words = shipped(table)
    for group in (words["headings"], *words.get("values", {}).values()):
        counts = Counter(folded for name, others in group.items() for folded in {*fold([name, *others])})
        assert [word for word, count in counts.items() if count > 1] == []


def test_a_table_name_means_one_table() -> None:
    counts = Counter(word for table in TABLES for word in {*fold([table, *shipped(table)["table"]])})
    assert [word for word, count in counts.items() if count > 1] == []


def test_a_configuration_adds_words(read: Read) -> None:
    aliases = {
        "calls": TableAliases.model_validate(
            {"table": ["Telefon"], "headings": {"call_id": ["Nr."]}, "values": {"direction": {"inbound": ["Eingang"]}}}
        )
    }
    text = "Nr.,Direction,Started At\n1,EINGANG,2026-10-03\n2,呼出,-\n"
    intake = read({"telefon.csv": text}, aliases=aliases, empty=("-",))
    assert intake.records["calls"].select("call_id", "direction").collect().rows() == [("1", "inbound")]
    assert intake.quarantine["reason"].to_list() == ["required, but empty"]


def test_two_headings_for_one_descriptive_text(read: Read) -> None:
    text = "customer_id,tier,手机号,联系电话\nC1,core,1,2\n"
    intake = read({"customers.csv": text}, "customers")
    assert intake.records["customers"].select("contact").collect().item() == "2"
    assert intake.issues.select("row", "column").rows() == [(0, "手机号")]


@pytest.mark.parametrize(
    ("aliases", "words"),
    [
        ({"headings": {"caller": ["x"]}}, "calls has no column 'caller'; there are call_id"),
        ({"values": {"number": {"x": ["y"]}}}, "calls has no column with codes named 'number'"),
        ({"values": {"direction": {"sideways": ["y"]}}}, "calls.direction has no value 'sideways'; there are inbound"),
    ],
)
def test_wrong_words_are_told(read: Read, aliases: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read({}, aliases={"calls": TableAliases.model_validate(aliases)})
    assert words in str(caught.value)
