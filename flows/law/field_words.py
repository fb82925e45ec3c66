"""What the columns of the tables are called, in either language: the words of the shipped
suites."""

from __future__ import annotations

from functools import cache

from checks.subjects.registry import kinds
from flows.law.suites import load_suites


@cache
def _fields() -> dict[str, dict[str, str]]:
    return {
        f"{name}.{column}": word.model_dump()
        for name, suite in load_suites().items()
        for column, word in suite.fields.items()
    }


def field_word(table: str, column: str, lang: str) -> str:
    """`tickets`, `recorded_at` -> `录入时间`; a column without a word is shown as it is."""
    own = next((kind.words for kind in kinds() if kind.table.name == table), {})
    known = _fields().get(f"{table}.{column}") or own.get(column) or {}
    return known.get(lang, column)
