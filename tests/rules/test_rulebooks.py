"""The shipped rulebooks: their facts, their words, and that a date appended is all that a changed
limit needs."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from checks.law.rulebook import Rule, parse_duration
from checks.law.rulebook_text import json_schema, parse_document
from checks.law.vocabulary import EXCLUSIVE, conditions, conditions_of
from flows.law.rulebooks import load_rulebooks

LOADED = load_rulebooks()
RULES = LOADED.rulebooks.rules
FOLDER = Path(str(files("checks") / "rulebooks"))


def test_no_two_kinds_of_subject_use_one_word_for_a_condition() -> None:
    assert sorted(conditions()) == sorted(set(conditions()))


def test_exclusive_conditions_are_ticket_conditions() -> None:
    assert {name for group in EXCLUSIVE for name in group} <= set(conditions_of("ticket"))


def test_every_file_that_was_read_is_listed_with_its_hash() -> None:
    on_disk = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.yaml")}
    assert {file.path for file in LOADED.files} == on_disk
    assert all(len(file.sha256) == 64 for file in LOADED.files)


def test_the_schema_for_editors_is_current() -> None:
    # Kelou rules schema > schema.json
    assert json.loads((FOLDER / "schema.json").read_text("utf-8")) == json_schema()


@pytest.mark.parametrize(
    "path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: str(path.relative_to(FOLDER))
)
def test_every_file_names_the_schema(path: Path) -> None:
    schema = "schema.json" if path.parent == FOLDER else "../schema.json"
    assert path.read_text("utf-8").startswith(f"# yaml-language-server: $schema={schema}\n")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_an_interpreted_rule_says_how_it_was_read(rule: Rule) -> None:
    assert rule.basis == "explicit" or rule.reading is not None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_requirements_repeat_no_limit(rule: Rule) -> None:
    """A limit stands in `limits` alone: a number in the prose would go stale when a date is
    appended."""
    assert not any(letter.isdigit() for letter in rule.requirement.zh + rule.requirement.en)


@pytest.mark.parametrize(
    ("start", "limit", "shared"),
    [
        ("TC-6.1-phone", "rings", "ring-cycle"),
        ("TC-6.1-told", "presence", "record-due"),
        ("TC-6.1-deferred", "wall", "deferred"),
        ("RC-8.2-email", "wall", "deferred"),
        ("TC-6.2-normal-solve", "wall", "severity-empty"),
        ("TC-6.5-close", "workday", "working-days"),
        ("TC-8.2-remedy", "presence", "overtime"),
        ("TC-6.2-urgent-solve", "wall", "renegotiated"),
        ("RC-8.2-online", "wall", "session"),
        ("CM-2.3-fault", "wall", "when-the-customer-asked"),
    ],
)
def test_shared_readings_reach_their_rules(start: str, limit: str, shared: str) -> None:
    rule = LOADED.rulebooks.rule(start)
    reading = next(reading for reading in LOADED.rulebooks.readings if reading.id == shared)
    assert rule.clock_kind == limit
    assert reading.text in LOADED.rulebooks.readings_of(rule)


def test_a_shared_reading_stays_away_from_other_rules() -> None:
    reading = next(reading for reading in LOADED.rulebooks.readings if reading.id == "ring-cycle")
    assert [rule.id for rule in RULES if reading.scope.holds(rule)] == [
        "TC-6.1-phone",
        "RC-8.2-phone",
        "CD-3.1-phone",
    ]


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("15min", ("seconds", 900)),
        ("2h", ("seconds", 7200)),
        ("30s", ("seconds", 30)),
        ("3", ("rings", 3)),
        ("10wd", ("workdays", 10)),
        ("8bh", ("business", 28_800)),
        ("30bmin", ("business", 1_800)),
        ("1wd@same", ("same_time", 1)),
        ("2wd@clock", ("clock_time", 2)),
    ],
)
def test_durations(text: str, parsed: tuple[str, int]) -> None:
    assert parse_duration(text) == parsed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "h",
        "0h",
        "-1h",
        "1.5h",
        "2 h",
        "2H",
        "1d",
        "x",
        "1h30min",
        "１h",
        "18:00",
        "1bs",
        "1h@same",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a limit"):
        parse_duration(text)


DATED = """
rules:
  - id: TC-1-dated
    title: {zh: 题, en: title}
    article: 第一条
    requirement: {zh: 要求, en: requirement}
    topic: archive
    subject: ticket
    when: [completed]
    start: completed_at
    end: archived_at
    clock: workday
    limits:
      - {core: 2wd, important: 2wd, ordinary: 2wd, intent: 2wd, potential: 2wd}
      - {from: 2026-07-01, core: 1wd}
      - {from: 2027-01-01}
    basis: explicit
"""


def test_the_limit_in_force_is_the_latest_that_began_by_the_day() -> None:
    rule = parse_document(DATED, "dated.yaml").rules[0]
    days = [
        date(2000, 1, 1),
        date(2026, 6, 30),
        date(2026, 7, 1),
        date(2026, 12, 31),
        date(2027, 1, 1),
    ]
    in_force = [rule.limit_on(day) for day in days]
    assert [limit.core if limit else "?" for limit in in_force] == [
        "2wd",
        "2wd",
        "1wd",
        "1wd",
        None,
    ]
    assert not rule.uniform


def test_before_the_first_dated_limit_there_is_none() -> None:
    rule = parse_document(
        DATED.replace("{core: 2wd,", "{from: 2026-01-01, core: 2wd,"), "dated.yaml"
    ).rules[0]
    assert rule.limit_on(date(2025, 12, 31)) is None


def test_a_rule_is_uniform_when_all_five_tiers_agree() -> None:
    uniform = {rule.id for rule in RULES if rule.uniform}
    assert {"RC-8.3-entry", "CM-2.3-fault", "CD-3.1-phone"} <= uniform
    assert not {"TC-6.6-archive", "TC-7-entry", "RC-8.2-phone"} & uniform
