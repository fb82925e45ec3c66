"""A third language is a file of words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from flows.report.words.texts import missing
from flows.settings import parse_settings
from flows.system.errors import UsageError
from flows.system.languages import languages, single
from tests.long import takes_long

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "report_templates" / "locales"


def words(lang: str) -> dict[str, object]:
    return dict(YAML(typ="safe").load((LOCALES / f"{lang}.yaml").read_text("utf-8")))


def test_the_languages_are_the_files_of_words() -> None:
    assert languages() == ("zh", "en")
    assert [single(lang) for lang in ("zh", "en", "both")] == ["zh", "en", "zh"]


def test_a_language_without_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"report\.language: .*allowed: zh, en, both"):
        parse_settings('[report]\nlanguage = "fr"\n', tmp_path / "kelou.toml")


def test_what_a_language_lacks_is_told_by_key() -> None:
    english, half = words("en"), words("en")
    assert missing(english, english) == []
    assert missing(words("zh"), english) == []
    half["label"] = {"draft": "BROUILLON"}
    del half["facts"]
    lacking = missing(half, english)
    assert "facts" in lacking and "label.number" in lacking and "label.draft" not in lacking


@takes_long
def test_a_further_language_is_offered_and_complete(tmp_path: Path) -> None:
    for part in ("checks", "flows", "report_templates", "sample_data"):
        shutil.copytree(ROOT / part, tmp_path / part)
    text = (LOCALES / "en.yaml").read_text("utf-8")
    marked = text.replace("DRAFT · NOT APPROVED", "BROUILLON · NON APPROUVE")
    (tmp_path / "report_templates" / "locales" / "fr.yaml").write_text(marked, "utf-8")
    month = ["audit", "--data", "sample_data", "--month", "2026-10", "--out", "run", "--no-pdf"]
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", *month, "--lang", "fr"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "BROUILLON" in (tmp_path / "run" / "report.html").read_text("utf-8")
