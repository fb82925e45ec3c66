"""kelou doctor: what is wrong, and the command that mends it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows import cli
from flows.system import packages as system
from flows.system.packages import Need, Stage

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


@pytest.mark.parametrize(("stage", "status"), [("setup", 1), ("run", 0)])
def test_the_set_up_of_who_is_not_root_tells_the_command_and_goes_on_if_it_can(
    stage: Stage, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(system, "NEEDS", (replace(MISSING, stage=stage),))
    assert system.install("setup", "run") == status
    told = capsys.readouterr().out
    assert "sudo apt-get install --yes --no-install-recommends libnowhere-1\n" in told
    assert ("can't go on without libnowhere-1" in told) == (status == 1)


def test_a_secret_that_is_not_set_and_a_path_that_is_not_there_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kelou.toml").write_text(
        '[judging]\nrulebooks = "ours"\n[alerts]\ndepartments = { "技术支持部" = '
        '"env:KELOU_NOWHERE" }\n',
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
