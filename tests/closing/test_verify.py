"""Verification: a changed byte anywhere is found, and what was computed comes out again."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.archive.integrity import read_json, run_differences
from flows.archive.run_folder import MANIFEST, sha256, write_json
from flows.audit.data_source import data_source_of_run
from flows.cli import run as kelou
from flows.closing.manifest import settings_of
from flows.closing.verify.inputs import input_differences

CHANGES = 240


def test_a_single_changed_byte_in_any_input_or_output_is_found(
    run: Path, month_data: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(month_data, tmp_path / "exports"))
    manifest = read_json(run / "manifest.json")
    assert manifest is not None
    settings, source = settings_of(manifest), data_source_of_run(run, data)
    files = [path for folder in (run, data) for path in sorted(folder.rglob("*")) if path.is_file()]
    rng = random.Random(2026)
    missed = []
    for number in range(CHANGES):
        path = files[number % len(files)] if number < len(files) else rng.choice(files)
        content = path.read_bytes()
        place, flipped = rng.randrange(len(content)), rng.randrange(1, 256)
        path.write_bytes(content[:place] + bytes([content[place] ^ flipped]) + content[place + 1 :])
        inside = path.is_relative_to(run)
        found = list(
            run_differences(run) if inside else input_differences(run, manifest, source, settings)
        )
        # A hash changed in the manifest shows at the file that it is of
        if not found or not (
            path.name == MANIFEST or any(path.name in each.path for each in found)
        ):
            missed.append((path.name, place))
        path.write_bytes(content)
    assert missed == []
    assert not [*run_differences(run), *input_differences(run, manifest, source, settings)]


def test_a_number_changed_together_with_its_hashes_is_found_by_recomputing(
    run: Path, month_data: Path, tmp_path: Path
) -> None:
    """Everything else comes out byte for byte: Parquet, CSV, XLSX, JSON, HTML, PDF; as on another
    machine."""
    moved = shutil.copytree(month_data, tmp_path / "elsewhere" / "exports")
    metrics, manifest = (
        json.loads((run / name).read_text("utf-8")) for name in ("metrics.json", "manifest.json")
    )
    metrics["headline"]["violations"] += 1
    write_json(run / "metrics.json", metrics)
    manifest["outputs"]["metrics.json"] = sha256(run / "metrics.json")
    write_json(run / "manifest.json", manifest)
    assert not list(run_differences(run))
    home = tmp_path / "home"
    home.mkdir()
    other = {"HOME": str(home), "TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "77"}
    command = [
        sys.executable,
        "-c",
        "from flows.cli import main; main()",
        "verify",
        str(run),
        "--data",
        str(moved),
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={**os.environ, **other, "POLARS_MAX_THREADS": "1"},
    )
    assert done.returncode == 4, done.stderr
    (difference,) = done.stdout.splitlines()
    assert "metrics.json: 1 values: headline.violations" in difference
    assert done.stderr == f"kelou: {run} is not what was published: 1 difference\n"


def test_files_added_and_removed_are_found(run: Path) -> None:
    (run / "quarantine.csv").unlink()
    (run / "note.txt").write_text("more", "utf-8")
    found = {difference.path: difference.detail for difference in run_differences(run)}
    assert found == {"quarantine.csv": "is gone", "note.txt": "was added after publication"}


def test_a_folder_that_is_no_run_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kelou(["verify", str(tmp_path)]) == 2
    assert "is not the folder of a run" in capsys.readouterr().err
