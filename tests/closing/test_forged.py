"""Whoever may write a lake can't make a closing say otherwise without verify finding it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from checks.concepts import SCHEMA_VERSION
from flows.archive.closings import closings
from flows.archive.integrity import edition_hashes, read_approvals, read_json
from flows.archive.log import Log, _origin, _tiles
from flows.archive.logged import closing_entry
from flows.archive.merkle import Checkpoint, checkpoint_of, path_of, proof, root_of
from flows.archive.run_folder import file_hashes, sealed, sha256, write_json, write_parquet
from flows.cli import run as kelou
from flows.closing.approvals import entry_of, record_objection
from flows.closing.close import close_run
from flows.closing.prove import prove
from flows.closing.verify.run import published_differences
from flows.settings import Settings
from flows.system.files import replace_file
from tests.closing.test_close import of_month

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def honest(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with two closings; of the first a department has objected."""
    folder = tmp_path_factory.mktemp("honest")
    run = Path(shutil.copytree(published, folder / "run"))
    lake = folder / "lake"
    first = close_run(str(lake), of_month(run, 9), Settings())
    record_objection(first.closed.folder, "技术支持部", "李工", "停机", None)
    close_run(str(lake), of_month(run, 10), Settings())
    return lake


@pytest.fixture
def lake(honest: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(honest, tmp_path / "lake"))


def first(lake: Path) -> Path:
    return lake / "closings" / "2026-09" / "closing"


def found(closing: Path, expected: str | None = None) -> list[str]:
    return [
        str(d)
        for d in published_differences(
            closing, read_json(closing / "manifest.json"), None, expected
        )
    ]


def told(path: Path, **changes: object) -> None:
    """A JSON file with other values; None takes one away."""
    content = {**json.loads(path.read_text("utf-8")), **changes}
    write_json(path, {name: value for name, value in content.items() if value is not None})


def all_met(closing: Path) -> None:
    """Every verdict is met, every hash in the folder is right again."""
    path = closing / "obligations.parquet"
    write_parquet(path, pl.read_parquet(path).with_columns(verdict=pl.lit("met")))
    told(closing / "manifest.json", outputs=file_hashes(closing))


def closed_earlier(closing: Path) -> None:
    facts = json.loads((closing / "manifest.json").read_text("utf-8"))["closing"]
    told(
        closing / "manifest.json",
        closing=sealed({**facts, "closed_at": "2026-09-30T00:00:00+00:00"}),
    )


def another_place(closing: Path) -> None:
    write_json(closing / "local.json", sealed({"data": "/elsewhere"}))


def year_of_its_own(closing: Path) -> None:
    for name in ("manifest.json", "inputs.json"):
        told(closing / name, year=2026)
    told(closing / "manifest.json", outputs=file_hashes(closing))


def said(closing: Path, *entries: dict[str, object]) -> None:
    before = json.loads((closing / "approvals.json").read_text("utf-8"))
    write_json(closing / "approvals.json", sealed({**before, "entries": list(entries)}))


def said_by_nobody(closing: Path) -> None:
    forged = entry_of(closing, "objection", "王工", "停机", department="客户服务部", finding=None)
    said(closing, *(read_approvals(closing) or []), forged)


def approved_by_nobody(closing: Path) -> None:
    (closing / "approved").mkdir()
    (closing / "approved" / "report.pdf").write_bytes(b"%PDF-1.7 forged")
    files = edition_hashes(closing / "approved")
    forged = entry_of(closing, "approval", "张总", "", files=files)
    said(closing, *(read_approvals(closing) or []), forged)


def log_made_anew(closing: Path) -> None:
    """Over the closings as the forger left them."""
    lake = closing.parents[2]
    shutil.rmtree(lake / "log")
    for closed in closings(str(lake)):
        Log(lake).append(closing_entry(closed.folder, closed.name, closed.number))


def all_met_and_logged(closing: Path) -> None:
    all_met(closing)
    log_made_anew(closing)


def verified_by_nobody(closing: Path) -> None:
    """A word about a finding that nobody said, sealed as Kelou seals it."""
    path = closing.parents[2] / "findings" / "log.json"
    word = {"kind": "verify", "finding": "F-1", "closing": "2026-09/closing", "by": "王审计"}
    entry = sealed({**word, "note": "", "at": "2026-10-09T00:00:00+00:00", "previous": None})
    path.parent.mkdir()
    write_json(path, sealed({"schema_version": SCHEMA_VERSION, "entries": [entry]}))


def swapped(closing: Path) -> None:
    """The one month's closing in the place of the other's."""
    other, aside = closing.parents[1] / "2026-10" / "closing", closing.with_name("aside")
    closing.rename(aside)
    other.rename(closing)
    aside.rename(other)


def log_cut_off(closing: Path) -> None:
    """The log as it was after the first closing, before the objection and the second."""
    lake = closing.parents[2]
    first_line = Log(lake).lines()[:1]
    shutil.rmtree(lake / "log")
    for path, content in _tiles(first_line, 0):
        replace_file(lake / "log" / path, content)
    head = Checkpoint(_origin(first_line), 1, root_of(first_line))
    replace_file(lake / "log" / "checkpoint", head.text.encode())


def a_finding_less(closing: Path) -> None:
    """One of its findings is gone, and every hash and the log are made anew."""
    path = closing / "findings.parquet"
    write_parquet(path, pl.read_parquet(path).slice(1))
    told(closing / "manifest.json", outputs=file_hashes(closing))
    log_made_anew(closing)


def words_of_another_form(closing: Path) -> None:
    """Sealed, and nothing that Kelou writes."""
    path = closing.parents[2] / "findings" / "log.json"
    path.parent.mkdir()
    write_json(path, sealed({"entries": [{"kind": "verify"}, "F-1"]}))


def a_changed_byte_of_what_was_said(closing: Path) -> None:
    """Which leaves JSON that lacks a name."""
    verified_by_nobody(closing)
    path = closing.parents[2] / "findings" / "log.json"
    path.write_bytes(path.read_bytes().replace(b'"finding"', b'"fynding"'))


FORGERIES: dict[str, Callable[[Path], object]] = {
    "verdicts and hashes": all_met,
    "verdicts, hashes and log": all_met_and_logged,
    "the time of closing": closed_earlier,
    "local facts": another_place,
    "no local facts": lambda closing: (closing / "local.json").unlink(),
    "a year": year_of_its_own,
    "no closing": lambda closing: told(closing / "manifest.json", closing=None),
    "an objection": said_by_nobody,
    "no objections": lambda closing: (closing / "approvals.json").unlink(),
    "an objection left out": lambda closing: said(closing),
    "an approval": approved_by_nobody,
    "a signature": lambda closing: (closing / "manifest.json.p7s").write_bytes(b"0"),
    "a word about a finding": verified_by_nobody,
    "words of another form": words_of_another_form,
    "a changed byte of a word": a_changed_byte_of_what_was_said,
    "two closings swapped": swapped,
    "a log cut off": log_cut_off,
    "a finding less": a_finding_less,
    "no log": lambda closing: shutil.rmtree(closing.parents[2] / "log"),
    "a log made anew": log_made_anew,
    "the last closing gone": lambda closing: shutil.rmtree(closing.parents[1] / "2026-10"),
}


def test_what_nobody_touched_has_no_difference(lake: Path) -> None:
    assert [each for closed in closings(str(lake)) for each in found(closed.folder)] == []


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forgery_is_found(lake: Path, forge: Callable[[Path], object]) -> None:
    forge(first(lake))
    assert found(first(lake))


def test_a_lake_made_anew_as_a_whole_is_found_by_a_hash_kept_elsewhere(
    lake: Path, run: Path
) -> None:
    kept = [closed.sha256 for closed in closings(str(lake))]
    assert all(found(first(lake), each) == [] for each in kept), "its own and that of a later one"
    shutil.rmtree(lake)
    for month in (9, 10):
        close_run(str(lake), of_month(run, month), Settings())
    assert found(first(lake)) == [], "all of it is Kelou's own work"
    assert all("expected" in " ".join(found(first(lake), each)) for each in kept)


def test_a_program_is_told_the_hash_of_a_closing(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for fresh in (True, False):
        assert kelou(["close", str(published), "--lake", str(tmp_path / "lake"), "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["published"] == fresh and told["number"] == 1
        assert told["sha256"] == sha256(Path(told["folder"]) / "manifest.json")


def test_a_hash_that_is_none_is_refused(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kelou(["verify", str(first(lake)), "--expect", "abc"]) == 2
    assert "give the 64 digits" in capsys.readouterr().err


def test_a_changed_byte_of_the_log_is_found(lake: Path) -> None:
    files = [path for path in (lake / "log").rglob("*") if path.is_file()]
    current = [path for path in files if path.name in ("3", "checkpoint")]
    assert len(current) == 3
    for path in current:
        kept = path.read_bytes()
        for place in {0, len(kept) // 2, len(kept) - 1}:
            path.write_bytes(kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :])
            assert found(first(lake)), (path, place)
        path.write_bytes(kept)
    assert not found(first(lake))


def test_a_finding_is_proved_without_kelou(lake: Path, tmp_path: Path) -> None:
    closing = first(lake)
    row = pl.read_parquet(closing / "findings.parquet").row(-1, named=True)
    proofs = prove(closing, row["finding_id"])
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "SECURITY.md").read_text("utf-8"), re.S)

    def check(content: dict[str, str]) -> subprocess.CompletedProcess[str]:
        write_json(tmp_path / "proof.json", content)
        command = [sys.executable, "-I", "-c", script, str(tmp_path / "proof.json")]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")

    done = check(proofs)
    name, digest, root, finding = done.stdout.split(" ", 3)
    assert (name, digest) == ("2026-09/closing", sha256(closing / "manifest.json")), done.stderr
    assert root == checkpoint_of((lake / "log" / "checkpoint").read_text("utf-8")).root
    assert json.loads(finding)["finding_id"] == row["finding_id"]
    other = proof([b'{"finding_id":"F-0"}'], 0, "x")
    assert "another closing" in check({**proofs, "finding": other}).stderr


def test_the_trees_are_those_of_the_rfc() -> None:
    """Roots that every implementation of RFC 6962 gives for these leaves."""
    texts = (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
    leaves, roots = (
        [bytes.fromhex(text) for text in texts],
        {
            0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        },
    )
    assert {n: b64decode(root_of(leaves[:n])).hex() for n in roots} == roots
    assert [len(path_of(leaves[:6], n)) for n in (0, 5)] == [3, 2]


def test_a_log_of_many_files_is_sound(tmp_path: Path) -> None:
    log, lines = Log(tmp_path), [b'{"kind":"said","n":%d}' % n for n in range(254)]
    for path, content in _tiles(lines, 0):
        replace_file(log.folder / path, content)
    head = Checkpoint(_origin(lines), len(lines), root_of(lines))
    replace_file(log.folder / "checkpoint", head.text.encode())
    for n in range(254, 259):
        log.append({"kind": "said", "n": n})
    assert not list(log.faults()) and [entry["n"] for entry in log.entries()] == list(range(259))
    assert (tmp_path / "log" / "tile" / "1" / "000.p" / "1").stat().st_size == 32
