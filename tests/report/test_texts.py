"""Both editions say everything that the other says, and have a word for every code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from checks.concepts import EXEMPT_REASONS, TIERS, UNKNOWN_REASONS, VIOLATIONS
from checks.gate import KINDS
from checks.judging.governing import MODES
from checks.law.register import STATUSES
from checks.numbers.gate import Why
from checks.records.parsing.defects import EMPTY, IMPLAUSIBLE, KEY_COLLISION, UNREADABLE
from checks.records.parsing.mapping import NO_RECORD
from checks.records.tables import TABLES
from checks.results.findings.grading import CRITERIA, GRADES
from flows.report.view.build import ANNEXES, SECTIONS
from flows.report.words.profiles import PROFILES
from flows.report.words.texts import load_texts

LANGUAGES = ("zh", "en")


def leaves(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """(dotted key, message); the forms of one noun count as one key."""
    if isinstance(node, dict) and "other" in node and set(node) <= {"one", "other"}:
        yield key, node["other"]
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from leaves(value, f"{key}.{name}")
    elif isinstance(node, list):
        yield f"{key} × {len(node)}", ""
    else:
        yield key, str(node)


def test_both_languages_have_the_same_messages() -> None:
    zh, en = (dict(leaves(load_texts(lang)._messages)) for lang in LANGUAGES)
    assert set(zh) == set(en)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_placeholders_are_well_formed(lang: str) -> None:
    for key, message in leaves(load_texts(lang)._messages):
        assert re.sub(r"\{[a-z_0-9]+\}", "", message).count("{") == 0, key


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("tier", TIERS),
        ("tier_short", TIERS),
        ("grade", GRADES),
        ("verdict_of", VIOLATIONS),
        ("reason", (*UNKNOWN_REASONS, "implied")),
        ("reason_help", UNKNOWN_REASONS),
        ("exempt_reason", EXEMPT_REASONS),
        ("gate_kind", KINDS),
        ("governing", MODES),
        ("rate", MODES),
        ("data.lack", get_args(Why)),
        ("grade_reason", sorted({criterion.reason for criterion in CRITERIA})),
        ("table", tuple(TABLES)),
        (
            "defect",
            (
                *UNREADABLE.values(),
                IMPLAUSIBLE,
                KEY_COLLISION,
                EMPTY,
                NO_RECORD,
                "not a known value",
            ),
        ),
        ("status", STATUSES),
        ("cause", TABLES["tickets"].by_name["overtime_cause"].values),
        ("cause_duty", TABLES["tickets"].by_name["overtime_cause"].values),
        (
            "channel",
            (
                *TABLES["tickets"].by_name["channel"].values,
                *TABLES["chats"].by_name["channel"].values,
            ),
        ),
        ("category", TABLES["tickets"].by_name["category"].values),
        ("clock", ("wall", "workday", "rings", "promise", "presence")),
        (
            "role",
            sorted({role for profile in PROFILES.values() for role, _ in profile.signatories}),
        ),
        (
            "part",
            sorted({part for profile in PROFILES.values() for _, part in profile.signatories}),
        ),
        ("evidence_status", ("pass", "fail", "unknown", "no_case", "no_evidence")),
    ],
)
def test_every_code_has_a_word(lang: str, group: str, codes: tuple[str, ...]) -> None:
    texts = load_texts(lang)
    assert [code for code in codes if not texts.has(f"{group}.{code}")] == []


def test_every_section_of_every_profile_exists() -> None:
    for profile in PROFILES.values():
        assert set(profile.sections) <= set(SECTIONS)
        assert set(profile.annexes) <= set(ANNEXES)


def test_counts_choose_their_form() -> None:
    assert load_texts("en").count("violation", 1) == "1 violation"
    assert load_texts("en").count("violation", 1234) == "1,234 violations"
    assert load_texts("zh").count("violation", 1) == "违规 1 项"
