"""A run knows the program that made it, by its files: an earlier verdict is taken over from the
same program only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pytest

from checks.concepts import Period
from checks.parts import Part
from flows.archive.program import PACKAGES, PROGRAM, described, identity
from flows.archive.run_folder import sha256
from flows.closing.verify.inputs import surroundings
from flows.law.rulebooks import load_rulebooks
from flows.scheduled.cluster import judge_part
from flows.settings import Settings, redacted
from flows.system.errors import UsageError
from tests.long import takes_long

ROOT = Path(__file__).parents[2]
KELOU = "import sys; from flows.cli import main; main()"
FULL_DAY, NOON = "END_OF_DAY: Final = time(23, 59, 59, 999999)", "END_OF_DAY: Final = time(12, 0)"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The program's packages in a folder of their own."""
    folder = tmp_path / "program"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package)
    return folder


def identity_of(folder: Path) -> str:
    return identity(folder / package for package in PACKAGES)


def word(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@takes_long
def test_a_changed_word_makes_verdicts_anew_and_undoing_it_gives_those_of_before(
    copied: Path, small_world: Path, tmp_path: Path
) -> None:
    calendar = copied / "checks" / "law" / "calendar.py"
    data = Path(shutil.copytree(small_world, tmp_path / "data"))
    with (data / "tickets.csv").open("a", encoding="utf-8") as file:
        # Owed in working days
        file.write("T2,demand,2026-10-14 09:00:00,2026-10-14 09:00:00,,,,C1,S1,技术支持部\n")

    def audit(name: str) -> tuple[str, list[str]]:
        """The hash of the verdicts, and what the console says of verdicts taken over."""
        line = [
            "audit",
            "--data",
            "data",
            "--month",
            "2026-10",
            "--no-pdf",
            "--out",
            f"runs/{name}",
        ]
        environment = {**os.environ, "PYTHONPATH": str(copied)}
        done = subprocess.run(
            [sys.executable, "-c", KELOU, *line],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        told = [text for text in done.stdout.splitlines() if "taken over" in text]
        return sha256(tmp_path / "runs" / name / "obligations.parquet"), told

    original, told = audit("first")
    assert told == []
    word(calendar, FULL_DAY, NOON)
    changed, told = audit("second")
    assert (changed != original, told) == (True, [])
    word(calendar, NOON, FULL_DAY)
    assert audit("third") == (
        original,
        ["validation and judgement taken over from runs/first; --fresh computes them anew"],
    )


def doctor_of(root: Path) -> Path:
    return root / "flows" / "audit" / "doctor.py"


@pytest.mark.parametrize(
    ("change", "another"),
    [
        (lambda root: word(root / "checks" / "law" / "calendar.py", FULL_DAY, NOON), True),
        (
            lambda root: word(
                root / "checks" / "explanations" / "wording.yaml", "skipped_day", "skipped_days"
            ),
            True,
        ),
        (lambda root: (root / "report_templates" / "print.css").write_text("", "utf-8"), True),
        (lambda root: doctor_of(root).rename(doctor_of(root).with_name("physician.py")), True),
        (lambda root: (root / "flows" / "system" / "errors.py").unlink(), True),
        (
            lambda root: (root / "checks" / "rulebooks" / "common.yaml").write_text("", "utf-8"),
            False,
        ),
        (lambda root: (root / "flows" / "system" / "errors.py~").write_text("", "utf-8"), False),
        (lambda root: compiled(root / "flows"), False),
    ],
    ids=[
        "code",
        "words",
        "looks",
        "renamed",
        "removed",
        "rulebook",
        "left by an editor",
        "compiled",
    ],
)
def test_the_identity_is_that_of_the_files(
    copied: Path, change: Callable[[Path], object], another: bool
) -> None:
    before = identity_of(copied)
    change(copied)
    assert (identity_of(copied) != before) == another


def compiled(folder: Path) -> None:
    (folder / "__pycache__").mkdir(exist_ok=True)
    (folder / "__pycache__" / "errors.py").write_text("", "utf-8")


def test_the_identity_is_the_same_wherever_the_program_is_installed(
    copied: Path, tmp_path: Path
) -> None:
    wheel = tmp_path / "kelou.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in sorted(copied.rglob("*"), reverse=True):
            archive.write(path, path.relative_to(copied).as_posix())
    packed = identity(zipfile.Path(wheel, f"{package}/") for package in PACKAGES)
    assert packed == identity_of(copied) == identity(map(files, PACKAGES)) == PROGRAM["sha256"]


def test_a_verification_by_another_program_says_so() -> None:
    same = {
        "program": dict(PROGRAM),
        "configuration": redacted(Settings()),
        "libraries": {},
        "fonts": {},
    }
    assert not [note for note in surroundings(same) if "program" in note]
    other = {**same, "program": {**PROGRAM, "sha256": "0" * 64}}
    (note,) = (note for note in surroundings(other) if "program" in note)
    assert (
        note == f"another version of the program made the run: kelou {PROGRAM['version']} "
        f"(000000000000), this is "
        f"{described(PROGRAM)}"
    )


def test_a_worker_that_outlived_an_update_judges_nothing(small_world: Path) -> None:
    period = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
    asked = (Part(0, 1), small_world, load_rulebooks().rulebooks, period, Settings())
    with pytest.raises(UsageError, match="restart the workers"):
        judge_part.fn(*asked, {**PROGRAM, "sha256": "0" * 64})
    assert judge_part.fn(*asked, PROGRAM).height
