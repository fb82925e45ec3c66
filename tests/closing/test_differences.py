"""What verification says of a difference: which kind, where, and how."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.archive.differences import Difference
from flows.archive.integrity import run_differences
from flows.archive.run_folder import sha256
from flows.audit.gathering import load_rules
from flows.closing.verify.chain import chain_differences
from flows.closing.verify.compare import describe
from flows.closing.verify.inputs import input_differences
from flows.law.phrasebook import own_lists
from flows.settings import Settings


def _json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), "utf-8")


def _parquet(path: Path, rows: dict[str, list[Any]]) -> None:
    pl.DataFrame(rows).write_parquet(path)


def _text(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


Write = Callable[[Path, Any], None]
Case = tuple[str, Write, Any, Any, str]
RULES, IDS = ["TC-1", "TC-2", "TC-3", "TC-4"], ["T1", "T2", "T3", "T4"]
CASES: tuple[Case, ...] = (
    ("a.json", _json, {"a": {"b": 1}}, {"a": {"b": 2}}, "1 values: a.b 1 → 2"),
    ("list.json", _json, {"a": [1, 2]}, {"a": [1]}, "1 values: a[1] 2 → (none)"),
    ("more.json", _json, {}, {"a": None}, "1 values: a (none) → None"),
    (
        "many.json",
        _json,
        dict.fromkeys("abcdef", 1),
        dict.fromkeys("abcdef", 2),
        "6 values: a 1 → 2; b 1 → 2; c 1 → 2; d 1 → 2; e 1 → 2",
    ),
    (
        "gone.parquet",
        _parquet,
        {"rule_id": RULES[:2], "subject_id": IDS[:2]},
        {"rule_id": RULES[:1], "subject_id": IDS[:1]},
        "1 rows published only (TC-2 T2)",
    ),
    (
        "both.parquet",
        _parquet,
        {"rule_id": RULES[:1], "n": [1]},
        {"rule_id": RULES[:1], "n": [2]},
        "1 rows published only (TC-1); 1 rows recomputed only (TC-1)",
    ),
    (
        "null.parquet",
        _parquet,
        {"key": ["a", None]},
        {"key": ["a", None, "b"]},
        "1 rows recomputed only (b)",
    ),
    (
        "four.parquet",
        _parquet,
        {"subject_id": IDS},
        {"subject_id": ["T0"]},
        "4 rows published only (T1, T2, T3 …); 1 rows recomputed only (T0)",
    ),
    ("other.parquet", _parquet, {"a": [1]}, {"b": [1]}, "other columns"),
    ("a.csv", _text, "a\nb\nc\n", "a\nx\nc\n", "from line 2 on"),
    ("longer.csv", _text, "a\n", "a\nb\n", "from line 2 on"),
    ("ends.csv", _text, "a\nb\n", "a\nb", "from byte 3 on"),
    ("a.xlsx", _text, "abcd", "abxd", "from byte 2 on"),
    ("broken.json", _text, '{"a": 1}', '{"a": 1', "from byte 7 on"),
)


@pytest.mark.parametrize(
    ("name", "write", "then", "now", "expected"), CASES, ids=[c[0] for c in CASES]
)
def test_where_two_versions_differ(
    name: str,
    write: Callable[[Path, Any], None],
    then: Any,
    now: Any,
    expected: str,
    tmp_path: Path,
) -> None:
    pair = []
    for side, content in (("then", then), ("now", now)):
        (tmp_path / side).mkdir()
        pair.append(tmp_path / side / name)
        write(pair[-1], content)
    found = describe(*pair)
    assert found == expected, f"{then!r} → {now!r}: told {found!r}, expected {expected!r}"


def test_a_manifest_that_nobody_can_read_is_named(tmp_path: Path) -> None:
    told = "can't be read as the manifest of a run"
    expected = [Difference("manifest", "manifest.json", told)]
    for content in (None, "{", '{"outputs": 3}'):
        if content is not None:
            (tmp_path / "manifest.json").write_text(content, "utf-8")
        found = list(run_differences(tmp_path))
        assert found == expected, f"a manifest of {content!r}: {found}"


def test_closings_that_can_not_be_read_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "closings" / "2026-10" / "closing"
    broken.mkdir(parents=True)
    (broken / "manifest.json").write_text("{", "utf-8")
    (found,) = chain_differences(str(tmp_path))
    assert (found.kind, found.path) == ("chain", "closings"), f"told as {found}"


OWN = {
    "days.csv": "date,workday\n2026-10-10,true\n",
    "phrases/own.yaml": "- id: own\n  phrases: [甲]\n",
    "rulebooks/TC/own.yaml": "topics:\n  own-topic: {zh: 自有, en: own}\n",
}
"""A calendar, a phrase list and a rulebook of the company's own."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for name, text in OWN.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    own = {
        "company_calendar": tmp_path / "days.csv",
        "phrases": tmp_path / "phrases",
        "rulebooks": tmp_path / "rulebooks",
    }
    return Settings.model_validate({"judging": own})


def manifest_of(settings: Settings) -> dict[str, Any]:
    """What a run's manifest says of its surroundings; no records were read."""
    judging = settings.judging
    assert judging.company_calendar
    files = load_rules(settings).files
    return {
        "sources": [],
        "rulebooks": [{"path": file.path, "sha256": file.sha256} for file in files],
        "company_calendar": sha256(judging.company_calendar),
        "phrase_lists": {path.name: sha256(path) for path in own_lists(judging.phrases)},
        "earlier_closings": [],
    }


@pytest.mark.parametrize(
    ("name", "path", "detail"),
    [
        ("days.csv", "{folder}/days.csv", "the company's calendar is another one now"),
        ("phrases/own.yaml", "own.yaml", "this phrase list is another one now"),
        ("rulebooks/TC/own.yaml", "TC/own.yaml", "this rulebook is another one now"),
    ],
)
def test_a_changed_file_of_the_companys_own_is_named(
    name: str, path: str, detail: str, settings: Settings, tmp_path: Path
) -> None:
    manifest = manifest_of(settings)
    assert list(input_differences(tmp_path, manifest, tmp_path, settings)) == []
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write("# changed\n" if name.endswith("yaml") else "2026-10-11,true\n")
    found = list(input_differences(tmp_path, manifest, tmp_path, settings))
    (place,) = [difference.path for difference in found] or [""]
    assert place.endswith(path.format(folder=tmp_path)), f"{name} changed: told as {found}"
    assert found == [Difference("input", place, detail)], f"{name} changed: told as {found}"


@pytest.mark.parametrize(
    ("name", "detail"),
    [
        ("phrases/more.yaml", "this phrase list is another one now"),
        ("rulebooks/TC/more.yaml", "this rulebook is another one now"),
    ],
)
def test_a_file_of_the_companys_own_that_came_later_is_named(
    name: str, detail: str, settings: Settings, tmp_path: Path
) -> None:
    manifest = manifest_of(settings)
    text = "topics: {}\n" if "rulebooks" in name else "- id: more\n  phrases: [乙]\n"
    (tmp_path / name).write_text(text, "utf-8")
    found = list(input_differences(tmp_path, manifest, tmp_path, settings))
    told = [(difference.kind, difference.detail) for difference in found]
    assert told == [("input", detail)], f"{name} was added: told as {found}"
    assert "more.yaml" in found[0].path, f"{name} was added: told as {found}"


def test_a_source_that_is_gone_or_changed_is_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("call_id\n", "utf-8")
    sources = [{"path": name, "sha256": "0" * 64} for name in ("calls.csv", "chats.csv")]
    manifest = {**manifest_of(settings), "sources": sources}
    changed, gone = input_differences(tmp_path, manifest, tmp_path, settings)
    now = sha256(tmp_path / "calls.csv")[:12]
    told = f"changed: SHA-256 {now}…, read {'0' * 12}…"
    assert changed == Difference("input", str(tmp_path / "calls.csv"), told)
    assert gone == Difference("input", str(tmp_path / "chats.csv"), "is gone")
