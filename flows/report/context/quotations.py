"""Clauses word for word: what stands in a regulation, not what is made of it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from flows.report.words.texts import TEMPLATES


def quotation(article: str, lang: str) -> str:
    """The text of an article, as `TC 第六条(一)`; empty where none is kept, and in English, which
    the regulations are not written in."""
    return "" if lang != "zh" else str(_quotations().get(article, ""))


@cache
def _quotations() -> dict[str, Any]:
    source = (files(TEMPLATES) / "quotations.yaml").read_text("utf-8")
    content: dict[str, Any] = YAML(typ="safe").load(source)
    return content
