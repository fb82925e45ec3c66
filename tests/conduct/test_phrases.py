"""The cases of forbidden.yaml and near_misses.yaml: nothing forbidden is missed, nothing allowed is
reported."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from ruamel.yaml import YAML

from checks.conduct.matching import matches
from checks.conduct.normal import normal
from flows.law.phrasebook import load_phrasebook

HERE = Path(__file__).parent
BOOK = load_phrasebook()


def cases(name: str) -> list[tuple[str, str]]:
    content = YAML(typ="safe").load((HERE / name).read_text("utf-8"))
    return [(group, text) for group, texts in content.items() for text in texts]


def explicit(texts: list[str]) -> dict[str, set[str]]:
    """The explicit lists that each text breaks."""
    weights = {entry.id: entry.weight for entry in BOOK.lists}
    messages = pl.LazyFrame({"text": texts}).with_columns(
        plain=normal(pl.col("text"), BOOK.simplified)
    )
    found: dict[str, set[str]] = {text: set() for text in texts}
    for row in matches(messages, BOOK.lists).collect().iter_rows(named=True):
        if weights[row["list"]] == "explicit":
            found[row["text"]].add(row["list"])
    return found


FORBIDDEN = cases("forbidden.yaml")
ALLOWED = cases("near_misses.yaml")
FOUND = explicit([text for _, text in (*FORBIDDEN, *ALLOWED)])


@pytest.mark.parametrize(("which", "text"), FORBIDDEN)
def test_reports_what_is_forbidden(which: str, text: str) -> None:
    assert which in FOUND[text]


@pytest.mark.parametrize(("group", "text"), ALLOWED)
def test_reports_no_near_miss(group: str, text: str) -> None:
    assert not FOUND[text]
