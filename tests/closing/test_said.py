"""What people say of a run: said once, by one at a time, whole or not at all."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.archive.integrity import edition_hashes, run_differences
from flows.archive.run_folder import APPROVALS, APPROVED, MANIFEST, write_json
from flows.archive.said import half_done, stage_of
from flows.closing import approve as approving
from flows.closing.approvals import entries, record_objection, speaking_of
from flows.closing.approve import approve
from flows.closing.verify.signatures import signature_differences
from flows.settings import Settings
from flows.system.errors import UsageError

OBJECT = (
    "import sys; from pathlib import Path; from flows.closing.approvals import record_objection; "
    "record_objection(Path(sys.argv[1]), sys.argv[2], 'x', 'y', None)"
)


class Killed(BaseException):
    """Where a command ends for good: nothing of it runs afterwards."""


def test_the_same_objection_said_twice_is_one(run: Path) -> None:
    said = [
        record_objection(run, "技术支持部", "李工", "停机", finding)
        for finding in (None, None, "F1")
    ]
    assert said == [True, False, True]
    assert len(entries(run, "objection")) == 2


def test_objections_of_the_same_moment_are_all_kept(run: Path) -> None:
    speakers = [
        subprocess.Popen([sys.executable, "-c", OBJECT, str(run), f"部门{n}"]) for n in range(4)
    ]
    assert [speaker.wait(timeout=120) for speaker in speakers] == [0] * 4
    assert {entry["department"] for entry in entries(run)} == {f"部门{n}" for n in range(4)}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edition that takes no time to draw: what is tested is how it gets to its place."""

    def render(
        run: Path, edition: Path, approval: dict[str, str], objections: list[object]
    ) -> None:
        (edition / "report.pdf").write_bytes(approval["by"].encode())

    monkeypatch.setattr(approving, "_render", render)


@pytest.mark.parametrize("step", ["_finish", "add", "put_in_place"])
@pytest.mark.parametrize("before", [True, False])
def test_an_approval_killed_at_any_step_is_whole_or_not_at_all(
    run: Path, quick: None, monkeypatch: pytest.MonkeyPatch, step: str, before: bool
) -> None:
    real = getattr(approving, step)

    def killed(*args: object, **options: object) -> None:
        if not before:
            real(*args, **options)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(approving, step, killed)
        patch.setattr(approving, "finish", lambda _: None)  # a killed command tidies nothing up
        approve(run, "张总", "", Settings())
    with speaking_of(run):  # the next command, whatever it is
        pass
    recorded = entries(run, "approval")
    assert (
        bool(recorded)
        == (run / APPROVED).exists()
        == (step == "put_in_place" or (step == "add" and not before))
    )
    assert not list(run_differences(run)) and not stage_of(run).exists()
    assert not recorded or edition_hashes(run / APPROVED) == recorded[-1]["files"]
    approve(run, "李总", "", Settings())
    assert entries(run, "approval")[-1]["by"] == "李总" and not list(run_differences(run))


def test_an_edition_that_was_moved_aside_is_half_done_and_comes_back(
    run: Path, quick: None
) -> None:
    approve(run, "张总", "", Settings())
    aside = run / f".{APPROVED}.old-abcdefgh"
    aside.mkdir()
    (run / APPROVED).rename(aside / "run")
    assert half_done(run) and list(run_differences(run))
    with speaking_of(run):
        assert not half_done(run) and not list(run_differences(run))


def test_an_approval_given_again_is_one(run: Path, quick: None) -> None:
    assert approve(run, "张总", "", Settings()) is True
    assert approve(run, "张总", "", Settings()) is False
    record_objection(run, "技术支持部", "李工", "停机", None)
    assert approve(run, "张总", "", Settings()) is True, "another edition, which prints it"
    assert approve(run, "李总", "", Settings(), request="A1") is True
    assert approve(run, "李总", "", Settings(), request="A1") is False
    assert [entry["by"] for entry in entries(run, "approval")] == ["张总", "张总", "李总"]


def test_an_objection_is_one_by_its_request(run: Path) -> None:
    said = [
        record_objection(run, "技术支持部", "李工", "停机", None, request=request)
        for request in ("1", "2", "1", None)
    ]
    assert said == [True, True, False, False]


def test_of_a_folder_that_is_no_run_nobody_speaks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not the folder of a run"):
        record_objection(tmp_path, "技术支持部", "李工", "停机", None)
    assert not list(tmp_path.parent.glob(f".{tmp_path.name}.lock"))


def test_where_somebody_is_trusted_a_closing_must_be_signed(run: Path, tmp_path: Path) -> None:
    trusted = tmp_path / "ca.pem"
    closing = tmp_path / "lake" / "closings" / "2026-10" / "closing"
    shutil.copytree(run, closing)
    assert not list(signature_differences(run, trusted))
    assert [d.path for d in signature_differences(closing, trusted)] == [f"{MANIFEST}.p7s"]
    assert not list(signature_differences(closing, None))
    (run / APPROVED).mkdir()
    write_json(run / APPROVED / MANIFEST, {})
    found = [d.path for d in signature_differences(run, trusted)]
    assert found == [f"{APPROVED}/{MANIFEST}.p7s"] and not (run / APPROVALS).exists()
