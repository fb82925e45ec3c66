"""The page of the manual on sources, in both languages, explains every key; its examples are
read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.ingest.sources import resolve
from flows.settings import parse_settings
from flows.settings.made import Made
from flows.settings.sources import Each, LeaveOut, Lookup, SourceSettings, TableAliases

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "sources.md", DOCS / "sources.zh-CN.md"]
WITHIN = {
    field.alias or key
    for model in (Each, LeaveOut, Lookup, Made, TableAliases)
    for key, field in model.model_fields.items()
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_explains_every_key_with_an_example(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    titles = re.findall(r"^### (.*)$", text, re.MULTILINE)
    explained = {key for title in titles for key in re.findall(r"`(\w+)`", title)}
    assert explained == {*SourceSettings.model_fields}
    assert [key for key in WITHIN if f"`{key}`" not in text] == []
    written = {"each": "sources.rooms.each]]", "lookups": "lookups.groups]"}
    assert [key for key in explained if written.get(key, f"{key} = ") not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_its_examples_are_read(page: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) > 10
    for example in examples:
        settings = parse_settings(example, page)
        for name, source in settings.inputs.sources.items():
            assert resolve(name, source).table
