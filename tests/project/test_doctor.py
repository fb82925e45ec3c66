"""kelou doctor: what is wrong, and the command that mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import cli, system
from flows.system import Need

MISSING = Need("libnowhere-1", "drawing what nobody draws", "run", lambda: False)


def test_a_missing_library_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(system, "NEEDS", (*system.NEEDS, MISSING))
    assert cli.run(["doctor"]) == 2
    told = capsys.readouterr().out
    assert "WRONG  PDF: missing" in told and "drawing what nobody draws" in told
    assert "apt-get install --yes --no-install-recommends libnowhere-1" in told


def test_a_secret_that_is_not_set_and_a_path_that_is_not_there_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kelou.toml").write_text(
        '[judging]\nrulebooks = "ours"\n[alerts]\ndepartments = { "技术支持部" = "env:KELOU_NOWHERE" }\n',
        encoding="utf-8",
    )
    assert cli.run(["doctor"]) == 2
    told = capsys.readouterr().out
    assert "WRONG  judging.rulebooks: ours does not exist" in told
    assert "WRONG  env:KELOU_NOWHERE" in told and "export KELOU_NOWHERE=" in told


def test_a_server_that_does_not_answer_is_wrong_and_none_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    cli.run(["doctor"])
    assert "note   Prefect: no server configured" in capsys.readouterr().out
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    assert cli.run(["doctor"]) == 2
    assert "WRONG  Prefect: http://127.0.0.1:9/api does not answer" in capsys.readouterr().out
