"""`kelou rules`, as a person or a script calls it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from checks.explanations.rule_card import rule_card
from flows.cli import run
from flows.law.rule_tables import rule_words
from flows.law.rulebooks import load_rulebooks

FACTS = Path(__file__).parent / "expected_rules.csv"
DAY = "2026-10-01"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No kelou.toml of the working folder has a say."""
    monkeypatch.chdir(tmp_path)


def out(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["rules", *words]) == 0
    return capsys.readouterr().out


def test_the_rules_as_csv_are_the_facts_byte_for_byte(capsys: pytest.CaptureFixture[str]) -> None:
    """Those of DAY, which later changes leave as they are."""
    listed = out(capsys, "list", "--format", "csv", "--on", DAY)
    assert listed.splitlines() == FACTS.read_text("utf-8").splitlines()


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("list", "rules"),
        ("coverage", "clauses"),
        ("conflicts", "conflicts"),
        ("parameters", "parameters"),
    ],
)
def test_csv_and_json_tell_the_same(
    capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    read = json.loads(out(capsys, command, "--format", "json"))
    table = list(csv.DictReader(io.StringIO(out(capsys, command, "--format", "csv"))))
    assert read["schema_version"]
    assert len(read[name]) == len(table) > 0
    flat = [
        {k: "; ".join(v) if isinstance(v, list) else v for k, v in row.items()}
        for row in read[name]
    ]
    assert flat == table


def test_show_tells_a_compliance_officer_everything(capsys: pytest.CaptureFixture[str]) -> None:
    lines = json.loads(
        out(capsys, "show", "TC-6.1-phone", "--format", "json", "--on", "2026-10-01")
    )["lines"]
    shown = {line["property"]: line["text"] for line in lines}
    assert shown["article"] == "第六条(一)"
    assert shown["when"] == "通话：呼入"
    assert shown["limits"] == "核心客户 3 声、重要客户 5 声、普通客户 6 声"
    assert shown["standing"] == "同一行为上次序在 RC-8.2-phone、CD-3.1-phone 之前"
    assert "TC-6.1-phone 次序在先" in shown["conflict"]


def test_show_speaks_english(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "show", "RC-10.2-key", "--lang", "en", "--on", DAY)
    assert "time of follow-up (by sales specialist or technical specialist)" in text
    assert "core 1 working day, important 1 working day" in text
    assert "important 2 working days" in out(
        capsys, "show", "TC-6.4-evaluate", "--lang", "en", "--on", DAY
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_has_words_for_all_it_says(lang: str) -> None:
    books, words = load_rulebooks().rulebooks, rule_words(lang)
    for rule in books.rules:
        card = dict(rule_card(rule, books, words, date(2026, 10, 1)))
        assert "_" not in "".join(card.values()), rule.id


def test_a_rule_of_another_spelling_is_found_or_suggested(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "TC-6.1-phone" in out(capsys, "show", "tc-6.1-PHONE")
    assert run(["rules", "show", "TC-6.1-fone"]) == 2
    assert capsys.readouterr().err.startswith(
        "kelou: no rule TC-6.1-fone; did you mean TC-6.1-phone,"
    )


def test_coverage_ends_with_the_counts_and_where_the_texts_break_off(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = out(capsys, "coverage", "--lang", "en")
    assert "decided from records" in text
    assert "breaks off in 第十六条(二)2" in text


def test_a_company_s_rulebook_has_its_say(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "CD").mkdir()
    (tmp_path / "CD" / "ours.yaml").write_text(
        "regulation:\n  title: {zh: 空, en: Empty}\n", encoding="utf-8"
    )
    listed = out(capsys, "list", "--format", "csv", "--rulebooks", str(tmp_path))
    assert "CD-3.1-phone" not in listed
    assert "TC-6.1-phone" in listed


def test_a_wrong_day_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "list", "--on", "1. October"]) == 2
    assert "--on 1. October: write a day as 2026-10-01" in capsys.readouterr().err


def test_limits_are_those_of_the_day(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "checks/rulebooks/CD/part-3-process.yaml").read_text(
        "utf-8"
    )
    row = "      - {core: 3, important: 3, ordinary: 3, intent: 3, potential: 3}\n"
    (tmp_path / "CD").mkdir()
    (tmp_path / "CD" / "ours.yaml").write_text(
        text.replace(row, row + "      - {from: 2027-01-01, core: 2}\n"), "utf-8"
    )
    for day, limit in (("2026-12-31", "3"), ("2027-01-01", "2")):
        listed = out(capsys, "list", "--format", "csv", "--rulebooks", str(tmp_path), "--on", day)
        rows = {row["rule_id"]: row for row in csv.DictReader(io.StringIO(listed))}
        assert rows["CD-3.1-phone"]["core"] == limit


def test_looking_at_rules_wakes_neither_prefect_nor_great_expectations() -> None:
    code = (
        "import sys; from flows.cli import run; run(['rules', 'list', '--format', 'csv']); "
        "sys.exit(bool({'prefect', 'great_expectations', 'weasyprint', 'pandas'} & "
        "set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode
        == 0
    )


def test_calendars_and_pauses_are_listed_where_some_rule_has_any(
    capsys: pytest.CaptureFixture[str],
) -> None:
    package = Path(__file__).parents[1] / "packages" / "zendesk" / "rulebooks"
    listed = out(capsys, "list", "--format", "csv", "--rulebooks", str(package))
    rows = {row["rule_id"]: row for row in csv.DictReader(io.StringIO(listed))}
    rules = {rule.id: rule for rule in load_rulebooks(package).rulebooks.rules}
    assert {r: row["calendar"] for r, row in rows.items()} == {
        r: ", ".join(rules[r].calendars) for r in rows
    }
    paused = {r for r, row in rows.items() if row["pauses"]}
    assert paused == {r for r, rule in rules.items() if rule.pauses} != set()
