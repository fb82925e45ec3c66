"""Both editions say everything that the other says, and have a word for every code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, get_args

import pytest

from checks.concepts import EXEMPT_REASONS, TIERS, UNKNOWN_REASONS, VIOLATIONS
from checks.gate import KINDS
from checks.judging.governing import MODES
from checks.law.register import STATUSES
from checks.numbers.evidence import Evidence
from checks.numbers.gate import Why
from checks.records.parsing.defects import EMPTY, IMPLAUSIBLE, KEY_COLLISION, UNREADABLE
from checks.records.parsing.mapping import NO_RECORD
from checks.records.tables import TABLES
from checks.results.findings.grading import BARS, CRITERIA, GRADES, Criterion
from checks.results.register import KINDS as REGISTER_KINDS
from checks.results.register import STATES
from checks.results.year.proposals import AGAINST
from flows.law.rulebooks import load_rulebooks
from flows.report.chapters.themes import all_themes
from flows.report.view.build import ANNEXES, SECTIONS
from flows.report.words.grading import criterion_words, reason_words, rule_of_grading
from flows.report.words.profiles import GENERAL, PROFILES, in_force
from flows.report.words.texts import load_texts

LANGUAGES = ("zh", "en")
EVERY = (*in_force(load_rulebooks().rulebooks, tuple(PROFILES)), GENERAL)


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
        ("grading.bar", BARS),
        ("against", AGAINST),
        ("register.kind", REGISTER_KINDS),
        ("register.state", STATES),
        ("register.demand", REGISTER_KINDS),
        ("register.accepted", REGISTER_KINDS),
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
            sorted({role for profile in EVERY for role, _ in profile.signatories}),
        ),
        (
            "part",
            sorted({part for profile in EVERY for _, part in profile.signatories}),
        ),
        ("measure_state", ("done", "late", "open", "overdue", "unknown")),
        *(
            (group, tuple(field.name for field in fields(Evidence)))
            for group in ("failure", "duty_short", "duty_owner")
        ),
        ("theme", tuple(theme.code for theme in all_themes())),
        ("demand_theme", tuple(theme.code for theme in all_themes())),
        ("clock_help", ("wall", "workday", "rings", "promise", "presence")),
        ("evidence_status", ("pass", "fail", "unknown", "no_case", "no_evidence")),
    ],
)
def test_every_code_has_a_word(lang: str, group: str, codes: tuple[str, ...]) -> None:
    texts = load_texts(lang)
    assert [code for code in codes if not texts.has(f"{group}.{code}")] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_printed_rule_of_grading_is_made_from_the_criteria(lang: str) -> None:
    texts = load_texts(lang)
    printed = rule_of_grading(texts)
    for criterion in CRITERIA:
        assert criterion_words(texts, criterion) in printed, criterion.reason
    own = Criterion("critical", "own", tiers=("core",), service=True, overrun_factor=2.5)
    assert "3.5" in rule_of_grading(texts, [own]) and "6" not in rule_of_grading(texts, [own])


def test_the_reason_of_a_grade_names_what_barred_a_graver_one() -> None:
    words = reason_words(load_texts("zh"), "core_far_over;still_open", still_open=True)
    assert words == (
        "核心客户的服务事项，至数据截止已历时达到时限的 6 倍；"
        "不列为重大，因为仍未完成，超时只反映距数据截止的时间"
    )
    assert reason_words(load_texts("zh"), "core_far_over") == (
        "核心客户的服务事项，实际用时达到时限的 6 倍"
    )


def test_every_section_of_every_profile_exists() -> None:
    for profile in EVERY:
        assert {*profile.sections, *profile.printed} <= set(SECTIONS)
        assert {*profile.annexes, *profile.printed_annexes} <= set(ANNEXES)


def test_counts_choose_their_form() -> None:
    assert load_texts("en").count("violation", 1) == "1 violation"
    assert load_texts("en").count("violation", 1234) == "1,234 violations"
    assert load_texts("zh").count("violation", 1) == "违规 1 项"
