"""Rows of a declared table are read, judged, counted and explained like calls and tickets; suites,
phrases, documents and amounts of a package stand in its folder."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from checks.concepts import REGULATIONS
from flows.audit.run import AuditRequest, run_audit
from flows.cli import run as kelou
from flows.law.inspection import inspect_folder
from flows.law.phrasebook import load_phrasebook
from flows.law.rulebooks import load_rulebooks
from flows.law.suites import load_checks
from flows.settings import load_settings
from flows.settings.periods import period
from flows.system.errors import UsageError
from tests.packages.saying import said

HERE = Path(__file__).parent / "visits"
RULES = HERE / "rulebooks" / "VIS" / "visits.yaml"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = load_settings(HERE / "kelou.toml")
    judging = settings.judging.model_copy(update={"rulebooks": HERE / "rulebooks"})
    out = tmp_path_factory.mktemp("visits") / "run"
    request = AuditRequest(HERE / "data", period("2026-10", None, None), out, pdf=False, lang="en")
    run_audit(request, settings.model_copy(update={"judging": judging}))
    return out


def test_every_visit_is_judged_by_its_own_columns(run: Path) -> None:
    found = pl.read_parquet(run / "obligations.parquet")
    told = {
        f"{row['rule_id']} {row['subject_id']}": f"{row['verdict']} {row['reason']}".strip()
        for row in found.to_dicts()
    }
    # V04 has its tier from its own row, V03 waited an hour for the customer, of V06 neither the
    # customer nor the kind of visit is known, and nobody can read when V08 was planned.
    assert told == {
        "VIS-1-arrive V01": "met",
        "VIS-1-arrive V02": "late",
        "VIS-1-arrive V03": "met",
        "VIS-1-arrive V04": "late",
        "VIS-1-arrive V05": "overdue",
        "VIS-1-arrive V06": "unknown tier",
        "VIS-1-arrive V07": "pending",
        "VIS-2-repair V01": "met",
        "VIS-2-repair V02": "late",
        "VIS-2-repair V03": "met",
        "VIS-2-repair V06": "unknown condition",
        "VIS-3-report V01": "met",
        "VIS-3-report V02": "met",
        "VIS-3-report V03": "met",
        "VIS-3-report V04": "missing",
        "VIS-3-report V05": "pending",
        "VIS-3-report V06": "met",
        "VIS-3-report V07": "pending",
    }
    assert set(found["subject_type"]) == {"visit"}
    assert set(found["department"]) == {"工程部"}


def test_every_row_is_accounted_for_and_counted(run: Path) -> None:
    metrics = json.loads((run / "metrics.json").read_text("utf-8"))
    counts = metrics["accounting"]["visits"]
    assert counts == {
        "read": 8,
        "accepted": 7,
        "duplicates": 0,
        "superseded": 0,
        "quarantined": 1,
    }
    channels = {row["key"]: row["timeliness"]["denominator"] for row in metrics["by_channel"]}
    assert {key: channels[key] for key in ("phone", "web")} == {"phone": 6, "web": 2}
    assert metrics["completeness"]["tables"].keys() == {"visits"}


def test_the_report_speaks_of_the_package_in_its_own_words(run: Path) -> None:
    lines = said(run / "report.html")
    assert {"To the field director", "gold", "Field director (approves)", "VIS 4"} <= set(lines)
    assert lines[0].startswith("Field service review")
    assert [line for line in lines if line.startswith(tuple(f"{c} " for c in REGULATIONS))] == []


def test_a_visit_is_explained_with_its_ledger_and_row(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kelou(["explain", str(run), "V03", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "standing: waiting for the customer" in told
    assert "visits (visits.csv:4) visit_id=V03" in told


def test_suites_and_phrases_of_the_folder_are_asked_for_with_its_articles() -> None:
    books = load_rulebooks(HERE / "rulebooks", chosen=("VIS",)).rulebooks
    assert [(c.id, c.article) for c in load_checks(books)] == [
        ("visits.engineer.technician_id", ("VIS 4",))
    ]
    phrases = load_phrasebook(None, books)
    assert [(entry.id, entry.article) for entry in phrases.lists] == [("rude", "VIS 5")]
    without = load_rulebooks(HERE / "rulebooks", chosen=("TC",)).rulebooks
    assert "rude" not in {entry.id for entry in load_phrasebook(None, without).lists}
    assert not [c for c in load_checks(without) if c.table == "visits"]


@pytest.mark.parametrize(
    ("change", "by", "said"),
    [
        ("table: visits", "table: tickets", "tickets is a table already"),
        ("begins: planned_at", "begins: planed_at", "did you mean planned_at"),
        ("arrived_at: {kind: instant", "arrived_at: {kind: text", "VIS-1-arrive|unknown end"),
        ("where: {kind: repair}", "where: {sort: repair}", "unknown visit field 'sort'"),
        ("where: {kind: repair}", "where: {kind: mend}", "unknown value of kind 'mend'"),
        ("  visit:\n", "  ticket:\n", "ticket is a kind of subject already"),
        ("role: dispatcher", "role: dispacher", "did you mean dispatcher"),
        ("上门服务作了检查", "上门服务{x}作了检查", "only {period} may stand in braces"),
    ],
)
def test_what_is_wrong_in_a_declaration_is_said_with_file_and_line(
    change: str, by: str, said: str, tmp_path: Path
) -> None:
    folder = tmp_path / "VIS"
    folder.mkdir()
    text = RULES.read_text("utf-8")
    assert change in text
    (folder / "visits.yaml").write_text(text.replace(change, by), "utf-8")
    found = [str(error) for error in inspect_folder(tmp_path).mistakes]
    assert any(part in line for line in found for part in said.split("|")), found
    assert all("visits.yaml, line " in line for line in found)
    with pytest.raises(UsageError):
        load_rulebooks(tmp_path, chosen=("VIS",))


def test_a_mistake_in_a_suite_is_said_with_file_and_line(tmp_path: Path) -> None:
    suites = tmp_path / "VIS" / "suites"
    suites.mkdir(parents=True)
    (tmp_path / "VIS" / "visits.yaml").write_text(RULES.read_text("utf-8"), "utf-8")
    (suites / "visits.yaml").write_text(
        "table: visits\nchecks:\n  - id: engineer\n    article: ['4']\n"
        "    title: {zh: 工, en: E}\n    filed: [technician_id]\n",
        "utf-8",
    )
    (line,) = [str(error) for error in inspect_folder(tmp_path).mistakes]
    assert "suites/visits.yaml, line 6: checks[1].filed" in line
    with pytest.raises(UsageError, match="line 6"):
        load_checks(load_rulebooks(tmp_path, chosen=("VIS",)).rulebooks)
