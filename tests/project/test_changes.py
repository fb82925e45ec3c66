"""The changes that CONTRIBUTING walks through, carried out in a copy of the project: the affected
checks stay green there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
COPIED = ("checks", "flows", "report_templates", "tests", "pyproject.toml")
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
EDIT = re.compile(
    r'# (?:in (?P<inside>\S+), below "(?P<line>.+)"'
    r"|at the end of (?P<end>\S+)|new file (?P<new>\S+))"
)
Edit = tuple[str, str]


def section(title: str) -> str:
    return GUIDE.split(f"\n### {title}\n")[1].split("\n### ")[0].split("\n## ")[0]


def edits(title: str) -> list[Edit]:
    """(where, text) of every edit of the section `title`; where is the block's first line."""
    blocks = [text.partition("\n") for _, text in BLOCK.findall(section(title))]
    return [(where, text) for where, _, text in blocks if EDIT.match(where)]


def carry_out(edit: Edit, root: Path) -> None:
    where, text = edit
    found = EDIT.fullmatch(where)
    assert found, where
    if found["new"]:
        (root / found["new"]).write_text(text, "utf-8")
        return
    path = root / (found["inside"] or found["end"])
    lines = path.read_text("utf-8").splitlines(keepends=True)
    if found["end"]:
        place = len(lines)
    else:
        (place,) = [
            n + 1 for n, line in enumerate(lines) if line.strip().startswith(found["line"].lstrip())
        ]
    path.write_text("".join([*lines[:place], text, *lines[place:]]), "utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, of the cases only the notes and the reader."""
    for name in COPIED:
        source, target = ROOT / name, tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    for case in (tmp_path / "tests" / "cases").glob("*.yaml"):
        case.unlink()
    return tmp_path


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(project: Path) -> Run:
    """Python in the copy."""

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(project)}
        return subprocess.run(
            [sys.executable, *words],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def checked(run: Run, *words: str) -> None:
    done = run("-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", *words)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


CASES = "tests/timeliness/test_cases.py"
FACTS = "tests/rules/test_rules_commands.py"


def with_cases(project: Path, rule: str) -> None:
    """The rule's own cases, as they stand."""
    name = f"tests/cases/{rule}.yaml"
    if (ROOT / name).is_file():
        shutil.copy(ROOT / name, project / name)


def test_a_limit_changes(project: Path, run: Run) -> None:
    with_cases(project, "TC-6.1-online")
    for edit in edits("A limit changes"):
        carry_out(edit, project)
    checked(run, CASES, FACTS, "-k", "TC-6.1-online or oracle or are_the_facts")


def test_a_new_rule(project: Path, run: Run) -> None:
    for edit in edits("A new rule"):
        carry_out(edit, project)
    (command,) = [text for kind, text in BLOCK.findall(section("A new rule")) if kind == "sh"]
    words = command.split(" > ")[0].split()[1:]
    listed = run("-c", "import sys; from flows.cli import run; sys.exit(run(sys.argv[1:]))", *words)
    assert listed.stdout.count("TC-6.4-acknowledge") == 1, listed.stderr
    (project / "tests/rules/expected_rules.csv").write_text(listed.stdout, "utf-8")
    rules = ("tests/rules/test_register.py", "tests/rules/test_rulebooks.py")
    checked(
        run,
        CASES,
        FACTS,
        *rules,
        "-k",
        "TC-6.4-acknowledge or oracle or are_the_facts or register",
    )


READ = """
from pathlib import Path
from checks.records.tables import NEEDED
from flows.ingest import IngestOptions, read_folder
from flows.settings.sources import SourceSettings
options = IngestOptions(
    absent=frozenset(NEEDED) - {"calls"}, sources={"desk": SourceSettings(preset="acme-desk")}
)
calls = read_folder(Path("data"), options).records["calls"]
print(calls.select("call_id", "direction", "number").sort("call_id").collect().rows())
"""


def test_a_new_preset(project: Path, run: Run) -> None:
    for edit in edits("A new preset for another system's export"):
        carry_out(edit, project)
    (project / "data").mkdir()
    shutil.copy(project / "tests/ingest/samples/acme.csv", project / "data")
    read = run("-c", READ)
    expected = [("7", "inbound", "13800000001"), ("8", "outbound", "13800000001")]
    assert read.stdout.strip() == str(expected), read.stderr
