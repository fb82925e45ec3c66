"""The languages of the report: a file of words in report_templates/locales is one."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

_ASIDE: Final = frozenset({"operations"})
"""Files there that are no language."""


@cache
def languages() -> tuple[str, ...]:
    """zh and en, and every further language that has a file, in order of name."""
    found = {
        file.name.removesuffix(".yaml")
        for file in (files("report_templates") / "locales").iterdir()
        if file.name.endswith(".yaml") and "." not in file.name.removesuffix(".yaml")
    }
    return ("zh", "en", *sorted(found - _ASIDE - {"zh", "en"}))


def single(lang: str) -> str:
    """The language of what is written in one only: of `both` the Chinese one."""
    return lang if lang in languages() else "zh"
