"""Every changed verdict is named with its cause."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.archive.run_folder import write_json, write_parquet
from flows.audit.run import AuditRequest, run_audit
from flows.cli import run as kelou
from flows.closing.diff import diff
from flows.settings import Settings
from flows.settings.periods import period


@pytest.fixture(scope="module")
def corrected(month_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second run: a call that came late, a ticket whose answer was corrected, a customer of
    another tier."""
    folder = tmp_path_factory.mktemp("corrected")
    data = Path(shutil.copytree(month_data, folder / "data"))
    with (data / "calls" / "2026-10.csv").open("a", encoding="utf-8") as calls:
        calls.write(
            "K9,inbound,2026-10-09 10:00:00,,2026-10-09 10:01:00,12,13900000009,,,客户服务部\n"
        )
    _replace(
        data / "tickets" / "2026-10.csv",
        "T2610-1,fault,2026-10-09 09:00:00,2026-10-09 09:00:00,2026-10-09 12:40",
        "T2610-1,fault,2026-10-09 09:00:00,2026-10-09 09:00:00,2026-10-09 09:01",
    )
    _replace(data / "customers" / "master.csv", "C3,important", "C3,ordinary")
    out = folder / "run"
    run_audit(
        AuditRequest(data, period("2026-10", None, None), out),
        Settings.model_validate({"report": NO_PDF}),
    )
    return out


NO_PDF = {"profiles": ()}


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_late_corrected_and_tier_are_told_apart(
    published: Path, corrected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = diff(published, corrected)
    assert not found.notes
    assert any(line.startswith("register: ") and " new: " in line for line in found.register)
    causes = {(row["subject_id"], row["then"]): row["cause"] for row in found.changes.to_dicts()}
    assert causes["K9", None] == "late_data"
    assert causes["T2610-1", "late"] == "corrected_data"
    assert {row["cause"] for row in found.changes.to_dicts()} <= {
        "late_data",
        "corrected_data",
        "tier",
    }
    assert kelou(["diff", str(published), str(corrected), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"] == found.changes.to_dicts()


def test_the_same_run_has_no_differences(published: Path) -> None:
    assert diff(published, published).changes.is_empty()


@pytest.mark.parametrize(
    ("cause", "change"),
    [
        ("rulebook", lambda m: _file_of("TC/", m).update(sha256="0")),
        ("rulebook", lambda m: _file_of("common.yaml", m).update(sha256="0")),
        ("unexplained", lambda m: _file_of("RC/", m).update(sha256="0")),
        ("configuration", lambda m: m["configuration"]["judging"].update(ring_cycle_seconds=6)),
        ("program", lambda m: m["program"].update(version="0.0.1")),
        ("program", lambda m: m["program"].update(sha256="0")),
        (
            "calendar;unexplained",
            lambda m: m["calendars"].append({"path": "2027.json", "sha256": "0"}),
        ),
        ("cutoff", lambda m: m["period"].update(cutoff="2026-11-02 00:00:00")),
        ("unexplained", lambda m: None),
    ],
)
def test_a_verdict_changed_without_other_records(
    published: Path, run: Path, cause: str, change: Callable[[dict[str, Any]], None]
) -> None:
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    change(manifest)
    write_json(run / "manifest.json", manifest)
    met = (pl.col("regulation") == "TC") & (pl.col("verdict") == "met")
    obligations = pl.read_parquet(run / "obligations.parquet")
    other = obligations.with_columns(
        pl.when(met).then(pl.lit("late")).otherwise("verdict").alias("verdict")
    )
    write_parquet(run / "obligations.parquet", other)
    assert set(diff(published, run).changes["cause"]) == set(cause.split(";"))


def _file_of(path: str, manifest: dict[str, Any]) -> dict[str, Any]:
    return next(file for file in manifest["rulebooks"] if file["path"].startswith(path))


def test_another_period_is_refused(
    published: Path, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    manifest["period"]["end"] = "2026-10-08 00:00:00"
    write_json(run / "manifest.json", manifest)
    assert kelou(["diff", str(published), str(run)]) == 2
    assert "different periods" in capsys.readouterr().err
