"""An audit talks to nobody and tells no secret."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.scheduled import serve as serving
from flows.settings import Settings

PLANTED = "hunter2-planted-7Qw"
CONFIG = """
[alerts]
to = ["env:KELOU_TEST_SECRET"]
[lake]
path = "lake"
"""
WATCHED_AUDIT = """
import sys
def watch(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], str):
        return  # a file of this machine, by which its processes speak to one another
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        print("OUTSIDE", event, arguments[1:], file=sys.stderr)
sys.addaudithook(watch)
from flows import cli
sys.exit(cli.run(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def audited(
    small_world: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[subprocess.CompletedProcess[str], Path]:
    folder = tmp_path_factory.mktemp("audit")
    (folder / "kelou.toml").write_text(CONFIG)
    line = ["audit", "--data", str(small_world), "--month", "2026-10", "--out", "run"]
    environment = {**os.environ, "KELOU_TEST_SECRET": f"mailto://me:{PLANTED}@example.org"}
    environment.pop("PREFECT_API_URL", None)
    command = [sys.executable, "-c", WATCHED_AUDIT, *line]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True
    ), folder


def test_an_audit_opens_no_connection(
    audited: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, _ = audited
    assert done.returncode == 0, done.stderr
    assert "OUTSIDE" not in done.stderr


def test_a_secret_is_in_no_output_and_no_log(
    audited: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, folder = audited
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / "run" / "manifest.json" in written
    assert PLANTED not in done.stdout + done.stderr
    assert [path.name for path in written if PLANTED.encode() in path.read_bytes()] == []
    pdf = subprocess.run(
        ["pdftotext", str(folder / "run" / "report.pdf"), "-"], capture_output=True, text=True
    )
    assert PLANTED not in pdf.stdout and "report" not in pdf.stderr


def test_the_configuration_in_the_manifest_names_the_secret_by_reference_only(
    audited: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    assert '"env:KELOU_TEST_SECRET"' in (audited[1] / "run" / "manifest.json").read_text("utf-8")


def test_a_folder_named_flows_beside_the_configuration_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `kelou serve` starts in the working folder imports our package, not the user's."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").write_text("raise SystemExit('not this one')")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    monkeypatch.setenv("PYTHONSAFEPATH", "")
    begun: list[subprocess.CompletedProcess[str]] = []

    def begin(*_: object) -> None:
        command = [sys.executable, "-m", "flows.system.bundle"]
        begun.append(subprocess.run(command, cwd=tmp_path, capture_output=True, text=True))

    monkeypatch.setattr(serving, "wait_for_server", lambda _: None)
    monkeypatch.setattr(serving, "_serve", begin)
    serving.serve(Settings(), None)
    assert "IndexError" in begun[0].stderr, "ours, which asks what to bundle"
