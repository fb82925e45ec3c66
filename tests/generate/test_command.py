"""`kelou generate` as a person meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.cli import run


def test_it_says_what_was_written_and_what_to_do_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        run(["generate", "--records", "200", "--month", "2026-12", "--out", str(tmp_path / "demo")])
        == 0
    )
    told = capsys.readouterr().out
    assert "tickets                       20\n" in told
    assert told.endswith(f"Audit it:  kelou audit --data {tmp_path / 'demo'} --month 2026-12\n")
    assert {path.name for path in (tmp_path / "demo").iterdir()} >= {
        "calls.csv",
        "chats.csv",
        "tickets.csv",
    }


def test_a_large_order_is_written_as_parquet_in_folders(tmp_path: Path) -> None:
    assert (
        run(["generate", "--records", "60000", "--months", "2", "--out", str(tmp_path / "big")])
        == 0
    )
    assert sorted(path.name for path in (tmp_path / "big" / "calls").iterdir()) == [
        "2026-10-0000.parquet",
        "2026-11-0000.parquet",
    ]


WRONG = [
    (["--month", "October", "--out", "x"], "--month October is no month.\nWrite it as 2026-10."),
    (["--sample", "--records", "50", "--out", "x"], "--sample is one fixed month."),
    (["--records", "3", "--out", "x"], "greater than or equal to 10"),
    (["--out", "full"], "full is not an empty folder"),
    (["--out", "full/notes.txt/deeper"], "full/notes.txt: File exists"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_a_mistake_is_told_in_two_lines(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").write_text("mine")
    assert run(["generate", *arguments]) == 2
    told = capsys.readouterr().err
    assert message in told
    assert len(told.splitlines()) <= 2
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
