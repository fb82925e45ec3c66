"""What `kelou rules check` tells of combinations: gaps, scopes and doubles."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from checks.concepts import TIERS
from checks.explanations.rule_words import RuleWords
from checks.law.combinations import EMPTY, OTHER, Combinations, combinations
from checks.law.rulebook import Rulebooks
from checks.subjects.registry import kind_of
from flows.law.field_words import field_word
from flows.law.rule_tables import Listing


def combination_listing(rulebooks: Rulebooks, words: RuleWords, on: date) -> Listing:
    """One row per gap, scope or overlap of an act, for clocks that start on that day."""
    found = combinations(rulebooks, on)
    texts = words.words
    return Listing(
        "combinations",
        [_row(each) for each in found],
        [texts.say("columns", "act"), *(texts.say("check", n) for n in ("what", "cells", "rules"))],
        [
            [
                texts.text(rulebooks.topics[each.topic]),
                texts.say("standings", each.standing),
                _cells(each, words),
                words.say("and").join(each.rules),
            ]
            for each in found
        ],
        [] if found else [texts.say("check", "no_gap")],
    )


def _row(found: Combinations) -> dict[str, Any]:
    return {
        "topic": found.topic,
        "subject": found.subject,
        "standing": found.standing,
        "cells": [f"{name}={'|'.join(sorted(v))}" for name, v in found.cells.items()],
        "rules": list(found.rules),
    }


def _cells(found: Combinations, words: RuleWords) -> str:
    if not found.cells:
        return words.words.say("check", "everywhere")
    table, lang = kind_of(found.subject).table.name, words.words.lang
    return words.words.say("check", "and").join(
        words.words.say(
            "check",
            "cell",
            column=words.words.say("columns", "tier")
            if column == "tier"
            else field_word(table, column, lang),
            values=words.say("either").join(
                _value(table, column, value, words) for value in sorted(values, key=_place)
            ),
        )
        for column, values in found.cells.items()
    )


def _place(value: str) -> tuple[int, str]:
    return (TIERS.index(value) if value in TIERS else len(TIERS), value or "~")


def _value(table: str, column: str, value: str, words: RuleWords) -> str:
    """A code as the files of the language call it."""
    if column == "tier":
        return words.words.say("tiers", value)
    if value == EMPTY:
        return words.words.say("check", "empty")
    if value in ("yes", "no", "filled", OTHER):
        return words.words.say("check", value)
    names = _codes(table).get(column, {}).get(value)
    return names[0] if names and words.words.lang == "zh" else value.replace("_", " ")


@cache
def _codes(table: str) -> dict[str, dict[str, list[str]]]:
    path = files("checks").joinpath("records", "aliases", f"{table}.yaml")
    if not path.is_file():  # a table of a company's own
        return {}
    values: dict[str, dict[str, list[str]]] = (
        YAML(typ="safe").load(path.read_text("utf-8")).get("values", {})
    )
    return values
