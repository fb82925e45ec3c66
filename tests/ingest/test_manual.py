"""The page of the manual on sources explains every key, and its examples are read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.ingest.sources import resolve
from flows.settings import parse_settings
from flows.settings.sources import Described, Each, LeaveOut, Lookup, SourceSettings, TableAliases

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"
TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def test_every_key_of_a_source_has_a_place() -> None:
    titles = re.findall(r"^### (.*)$", TEXT, re.MULTILINE)
    assert {key for title in titles for key in re.findall(r"`(\w+)`", title)} == {
        *SourceSettings.model_fields
    }


@pytest.mark.parametrize("model", [Each, LeaveOut, Lookup, TableAliases])
def test_the_keys_within_are_named(model: type[Described]) -> None:
    assert [key for key in model.model_fields if f"`{key}`" not in TEXT] == []


def test_every_key_has_an_example() -> None:
    keys = {"each": "sources.rooms.each]]", "lookups": "lookups.groups]"}
    assert [k for k in SourceSettings.model_fields if keys.get(k, f"{k} = ") not in TEXT] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_is_read(example: str) -> None:
    settings = parse_settings(example, PAGE)
    for name, source in settings.inputs.sources.items():
        assert resolve(name, source).table
