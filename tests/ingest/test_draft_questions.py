"""`kelou sources draft` in a terminal asks for the most important decisions, and nowhere else."""

from __future__ import annotations

import os
import pty
import sys
import tomllib
import tty
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.records.tables import TABLES
from flows.cli import run
from flows.ingest.answers import answered
from flows.ingest.decisions import Decision
from flows.ingest.proposals import Proposal

# Day and month can be either, two types and a state are nobody's words
DESK = """No,Type,Created,First Response Time,State
A1,Bug,03/10/2026 09:05,03/10/2026 09:15,Parked
A2,Sonstiges,04/10/2026 10:05,04/10/2026 10:15,Closed
A3,Sonstiges,04/10/2026 10:06,04/10/2026 10:16,Closed
A4,Hilfe,04/10/2026 10:07,04/10/2026 10:17,Closed
"""
Drafted = Callable[..., tuple[str, Any]]


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The other end of a pseudo terminal at which the program runs."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    with monkeypatch.context() as patched, ExitStack() as opened:
        for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
            stream = open(slave, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
            patched.setattr(sys, name, opened.enter_context(stream))
        yield master
    os.close(slave)
    os.close(master)


@pytest.fixture
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drafted:
    """The draft in a terminal where somebody types `answers`: what was said, and the source."""
    (tmp_path / "desk.csv").write_text(DESK, encoding="utf-8")
    out = tmp_path / "kelou.toml"

    def drafted(answers: str, *more: str, redirected: bool = False) -> tuple[str, Any]:
        with terminal(monkeypatch) as master, open(os.devnull, "w", encoding="utf-8") as nowhere:
            os.write(master, answers.encode())
            if redirected:
                monkeypatch.setattr(sys, "stdout", nowhere)
            path = str(tmp_path / "desk.csv")
            assert run(["sources", "draft", path, "--out", str(out), *more]) == 0
            os.write(sys.stderr.fileno(), b".")
            said = os.read(master, 1 << 16).decode()
        return said, tomllib.loads(out.read_text("utf-8"))["inputs"]["sources"]["desk"]

    return drafted


def test_three_answers_land_in_the_mapping(draft: Drafted, tmp_path: Path) -> None:
    said, desk = draft("2\n4\n0\n")
    assert {*desk["formats"].values()} == {"%m/%d/%Y %H:%M"}
    assert desk["values"]["kind"] == {"fault": ["Bug"], "complaint": ["Sonstiges"]}
    asked = [line for line in said.splitlines() if line.startswith("desk.csv: ")]
    assert [line.partition(": ")[2].partition(":")[0] for line in asked] == [
        "opened_at, responded_at",
        "kind",
        "kind",
    ]
    assert "what is Sonstiges (2)?" in asked[1], "what is in most rows first"
    text = (tmp_path / "kelou.toml").read_text("utf-8")
    assert "every cell can be either" not in text, "what was answered is decided"
    assert "# decide: kind: what is Hilfe (1)? one of" in text, "what was left open is not"
    assert "status: what is Parked (1)?" in text, "nobody is asked four times"


def test_enter_takes_what_the_draft_takes(draft: Drafted) -> None:
    _, desk = draft("\n\n\n")
    assert {*desk["formats"].values()} == {"%d/%m/%Y %H:%M"}
    assert desk["values"]["kind"] == {"fault": ["Bug"]}


def test_the_other_party_follows_the_direction() -> None:
    decision = Decision("Weg (2)", "code", ("direction",), ("inbound", "outbound"), value="Weg")
    number = "CASE WHEN FALSE THEN dst ELSE src END"
    proposal = Proposal(
        "log.csv",
        2,
        TABLES["calls"],
        "",
        columns={"direction": ("Way", "")},
        expressions={"number": (number, "")},
        decide=(decision,),
    )
    found = answered(proposal, decision, "outbound")
    assert found.expressions["number"][0] == "CASE WHEN Way IN ('Weg') THEN dst ELSE src END"
    more = answered(found, replace(decision, value="Hin"), "outbound")
    assert "Way IN ('Hin', 'Weg')" in more.expressions["number"][0]


def test_nothing_is_asked_without_input(draft: Drafted) -> None:
    assert "Which one?" not in draft("", "--no-input")[0]


def test_nothing_is_asked_where_the_output_is_redirected(draft: Drafted) -> None:
    assert "Which one?" not in draft("", redirected=True)[0]


def test_an_existing_file_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "kelou.toml").write_text("mine", encoding="utf-8")
    (tmp_path / "desk.csv").write_text(DESK, encoding="utf-8")
    out = str(tmp_path / "kelou.toml")
    assert run(["sources", "draft", str(tmp_path / "desk.csv"), "--out", out]) == 2
    assert "is there already" in capsys.readouterr().err
    assert Path(out).read_text("utf-8") == "mine"
