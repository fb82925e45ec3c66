"""The manual: its reference pages are those of this program, its commands exist and, where there is
time for it, do what they are shown for."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer

from flows import cli
from flows.archive.closings import closings
from flows.archive.run_folder import FINDINGS_FILE
from flows.cli.manual.pages import reference_pages
from tests.long import takes_long

ROOT = Path(__file__).parents[2]
PAGES = (
    *(ROOT / name for name in ("README.md", "README.zh-CN.md")),
    *sorted((ROOT / "docs").glob("*.md")),
)
BLOCK = re.compile(r"```sh\n(.*?)```|((?:^ {4}\S.*\n)+)", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"(?:[A-Z_]+=\S+ )?(?:\.venv/bin/)?(kelou .*)")
LASTING = ("serve", "pages")
NEEDS_MORE = ("calendar import", "sources draft")
"""Files of the reader's own; there is no object store either."""
ORDER = ("README.md", "operators.md", "officers.md", "rule-authors.md", "developers.md")


def commands_of(page: Path) -> list[str]:
    """Every command line of the page's blocks of code, without comments."""
    found = []
    for block in BLOCK.finditer(page.read_text("utf-8")):
        for line in (block[1] or block[2]).splitlines():
            if command := COMMAND.match(line.strip()):
                found.append(command[1].partition(" #")[0].partition(" &")[0].strip())
    return found


def words_of(line: str) -> list[str]:
    """The words behind `kelou`; what goes into a file goes nowhere else."""
    return shlex.split(line.partition(" > ")[0])[1:]


def test_the_reference_is_that_of_this_program() -> None:
    made = reference_pages((ROOT / "kelou.toml").read_text("utf-8"), cli.build())
    folder = ROOT / "docs" / "reference"
    assert {path.name for path in folder.iterdir()} == set(made)
    stale = [name for name, text in made.items() if (folder / name).read_text("utf-8") != text]
    assert stale == [], "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_shown_exists_with_its_options(page: Path) -> None:
    app: Any = typer.main.get_command(cli.build())
    lines = commands_of(page)
    for line in lines:
        command, words = app, words_of(line.replace("s3://", ""))
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        if command is not app:
            command.make_context(line, words)  # which refuses what the command does not know
        else:
            assert words == ["--version"], line
    assert lines or page.name in ("README.md", "sources.zh-CN.md"), f"{page}: no command found"


def test_every_link_of_the_manual_leads_somewhere() -> None:
    for page in PAGES:
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        assert [link for link in links if not (page.parent / link).exists()] == [], page


@takes_long
def test_every_command_that_is_shown_does_its_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In an empty folder, in the order of the manual, on the sample."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "sample_data", "exports")
    shutil.copytree(ROOT / "sample_data", "sample_data")
    assert (
        cli.run(words_of("kelou audit --data exports --month 2026-10 --out kelou-runs/demo")) == 0
    )
    Path("服务单.pdf").write_bytes(b"%PDF-1.7")
    done: set[str] = set()
    for name in ORDER:
        for line in commands_of((ROOT if name == "README.md" else ROOT / "docs") / name):
            words = words_of(_filled(line))
            if (
                "s3://" in line
                or words[0] in LASTING
                or " ".join(words[:2]) in NEEDS_MORE
                or line in done
            ):
                continue
            done.add(line)
            # A machine for which the doctor has nothing to say is not what is tested
            assert cli.run(words) == 0 or words == ["doctor"], line


def _filled(line: str) -> str:
    """The line with what stands in for a reader's own."""
    given = {"RUN_A": "kelou-runs/demo", "RUN_B": "lake/closings/2026-10/closing"}
    if closed := closings("lake")[-1:]:
        number = pl.read_parquet(closed[0].folder / FINDINGS_FILE)["finding_id"][0]
        given |= {"FINDING": number, "HASH": closed[0].sha256, "CLOSING": str(closed[0].folder)}
    return re.sub("|".join(given), lambda found: given[found[0]], line)
