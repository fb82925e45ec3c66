"""The command line's frame: help, versions, errors in one line with the documented exit status."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest
import typer

from flows import cli
from flows.cli import commands
from flows.cli.commands import explain
from flows.cli.console.help import chinese, said
from flows.system.errors import InputError

HEAVY = {"great_expectations", "prefect", "weasyprint", "polars", "deltalake", "pandas"}


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from flows import cli; cli.run(['--help']); print(*sys.modules, "
        "file=sys.stderr)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "audit" in shown.stdout
    assert HEAVY & {name.partition(".")[0] for name in shown.stderr.split()} == set()


def _helps(command: Any, line: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every command line that shows a help, with the words that its help is made of."""
    options = [text for parameter in command.params if (text := getattr(parameter, "help", None))]
    yield line, " ".join([command.help, *options])
    for name, below in getattr(command, "commands", {}).items():
        yield from _helps(below, (*line, name))


def test_every_help_shows_every_word(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The help is markup: square brackets, say, would vanish."""
    monkeypatch.setenv("COLUMNS", "200")
    for line, written in _helps(typer.main.get_command(cli.build())):
        assert cli.run([*line, "--help"]) == 0
        assert set(written.split()) - set(capsys.readouterr().out.split()) == set(), line


def _every(command: Any) -> Iterator[str]:
    """Every help and every option's, of a command and those below it."""
    yield command.help
    yield from (text for each in command.params if (text := getattr(each, "help", None)))
    for below in getattr(command, "commands", {}).values():
        yield from _every(below)


def test_every_help_is_there_in_chinese() -> None:
    words = chinese()
    asked = {part for text in _every(typer.main.get_command(cli.build())) for part in said(text)}
    assert sorted(asked - set(words)) == [], "add them to report_templates/locales/help.zh.yaml"
    assert sorted(set(words) - asked) == [], "nothing says so any more"


def test_the_help_is_in_the_language_of_the_locale(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    for locale, shown, missing in (
        ("zh_CN.UTF-8", ["核查一个数据文件夹", "示例：", "月份，如 2026-10"], "Folder"),
        ("en_US.UTF-8", ["Audit a data folder", "Examples:", "The month, as 2026-10"], "月份"),
    ):
        monkeypatch.setenv("LANG", locale)
        assert cli.run(["audit", "--help"]) == 0
        told = capsys.readouterr().out
        assert [word for word in shown if word not in told] == [] and missing not in told


KELOU = [sys.executable, "-c", "from flows.cli import main; main()"]


@pytest.mark.parametrize("line", ["--help", "rules list"])
def test_a_reader_that_has_seen_enough_is_no_error(line: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [*KELOU, *line.split()], stdout=writing, stderr=subprocess.PIPE, text=True
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_terminal_without_chinese_gets_escapes() -> None:
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    ended = subprocess.run([*KELOU, "--help"], capture_output=True, text=True, env=ascii_only)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\\u523b\\u6f0f, the water clock" in ended.stdout


def test_examples_of_explain_name_cases_of_the_sample() -> None:
    sample = "".join(path.read_text(encoding="utf-8") for path in Path("sample_data").glob("*.csv"))
    texts = [Path(name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")]
    subjects = re.findall(
        r"kelou explain kelou-runs/demo '?([^\s'#]+)", "\n".join([explain.EXAMPLES, *texts])
    )
    assert len(subjects) == 4
    assert [subject for subject in subjects if f"{subject}," not in sample] == []


def test_quietly_nothing_but_errors_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--quiet", "rules", "list"]) == 0
    assert cli.run(["-q", "bogus"]) == 2
    said = capsys.readouterr()
    assert (said.out, "bogus" in said.err) == ("", True)
    assert cli.run(["rules", "list"]) == 0 and capsys.readouterr().out


def test_whatever_has_a_result_tells_it_to_a_program() -> None:
    app: Any = typer.main.get_command(cli.build())
    told = {
        name
        for name, command in app.commands.items()
        if {"as_json", "form"} & {option.name for option in command.params}
    }
    # The others serve, write a file that is named, or hold commands of their own
    assert app.commands.keys() - told == {
        *("appraise", "calendar", "explain", "findings", "mart", "pages", "prove", "rules"),
        *("sample", "serve", "sources"),
    }


def test_the_doctor_tells_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["doctor", "--json"]) in (0, 2)
    found = json.loads(capsys.readouterr().out)["findings"]
    assert {"Python", "polars"} <= {finding["subject"] for finding in found}


def test_a_shell_is_told_how_words_go_on() -> None:
    asked = {"_KELOU_COMPLETE": "complete_bash", "COMP_WORDS": "kelou ver", "COMP_CWORD": "1"}
    ended = subprocess.run(KELOU, capture_output=True, text=True, env={**os.environ, **asked})
    assert ended.stdout.split() == ["verify"], ended.stderr


def test_every_command_module_is_registered() -> None:
    modules = [found.name for found in iter_modules(commands.__path__)]
    assert sorted(modules) == sorted(cli.COMMANDS)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["bogus"], ["bogus", "kelou --help"]),
        (["--nope"], ["--nope", "kelou --help"]),
        (["audit", "--data"], ["--data", "requires an argument"]),
        (["explain"], ["Missing argument", "kelou explain --help"]),
        (["--config", "absent.toml", "doctor"], ["absent.toml", "--config"]),
        (["audit", "--month", "2026-13"], ["2026-13", "2026-10"]),
        (
            ["audit", "--data", ".", "--month", "2026-10", "--tier", "gold"],
            ["gold", "core", "potential"],
        ),
        (
            ["audit", "--data", ".", "--month", "2026-10", "--out", "README.md"],
            ["README.md", "is a file"],
        ),
        (
            ["audit", "--data", ".", "--month", "2026-10", "--out", "README.md/run"],
            ["README.md", "is a file"],
        ),
        (["audit", "--data", ".", "--month", "2026-10", "--out", "tests"], ["tests", "not empty"]),
    ],
)
def test_wrong_usage_is_told_in_two_lines_with_status_2(
    line: list[str], words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(line) == 2
    told = capsys.readouterr().err
    assert told.startswith("kelou: ") and told.count("\n") <= 2
    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (InputError("tickets: no file; put tickets.csv into data"), 3, "kelou: tickets: no file"),
        (
            ZeroDivisionError("division by zero"),
            1,
            "unexpected ZeroDivisionError: division by zero\nRepeat",
        ),
        (
            PermissionError(13, "Permission denied", "/opt/sheets"),
            2,
            "kelou: /opt/sheets: Permission denied; name",
        ),
        (OSError(28, "No space left on device"), 2, "kelou: No space left on device; name"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_errors_end_in_their_exit_status(
    error: BaseException,
    status: int,
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = typer.Typer()
    app.callback()(lambda: None)

    @app.command()
    def fail() -> None:
        raise error

    monkeypatch.setattr(cli, "command_line", lambda *_: typer.main.get_command(app))
    assert cli.run(["fail"]) == status
    assert words in capsys.readouterr().err
