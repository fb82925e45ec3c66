"""What people say of a run after it was made: objections, approvals. Each stands beside the
manifest with its hash."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from checks.concepts import SCHEMA_VERSION
from flows.archive.closings import lake_of
from flows.archive.integrity import (
    edition_hashes,
    is_sealed,
    read_approvals,
    read_json,
    run_differences,
)
from flows.archive.log import Log
from flows.archive.logged import log_differences, said_entry
from flows.archive.run_folder import (
    APPROVALS,
    APPROVED,
    FINDINGS_FILE,
    MANIFEST,
    json_text,
    left_by_killed,
    put_in_place,
    recover,
    sealed,
    sha256,
)
from flows.system.errors import DifferenceFound, UsageError
from flows.system.files import one_at_a_time, replace_file

WHO_SAYS_WHAT: Final = (
    "kind",
    "by",
    "note",
    "department",
    "finding",
    "evidence",
    "manifest_sha256",
)
"""What makes two entries one, however often a command was repeated."""


@contextmanager
def speaking_of(run: Path) -> Iterator[None]:
    """One at a time, after what a killed command left half done is finished or undone. Raises
    UsageError when `run` is no run's folder."""
    if not (run / MANIFEST).is_file():
        raise UsageError(f"{run} is not the folder of a run or closing")
    lock = run.parent / f".{run.name}-said.lock"
    with one_at_a_time(lock, "somebody else objects, approves or answers"):
        finish(run)
        yield


def half_done(run: Path) -> bool:
    """Whether a killed command left something that `speaking_of` finishes or undoes."""
    aside = left_by_killed(run / APPROVED, "old") if run.is_dir() else []
    return bool(aside) or stage_of(run).exists() or temporary_of(run).exists()


def finish(run: Path) -> None:
    """Put an approved edition whose approval was recorded in its place; undo any other."""
    stage = stage_of(run)
    if not run.is_dir():
        return
    recover(run / APPROVED)
    _finish_saying(run)
    if not stage.is_dir():
        return
    approved = [entry for entry in read_approvals(run) or [] if entry["kind"] == "approval"]
    if approved and edition_hashes(stage) == approved[-1]["files"]:
        put_in_place(stage, run / APPROVED)
    shutil.rmtree(stage, ignore_errors=True)


def stage_of(run: Path) -> Path:
    """Where an edition is made, beside the run."""
    return run.parent / f".{run.name}-approved"


def temporary_of(run: Path) -> Path:
    return run.parent / f".{run.name}-{APPROVALS}"


def check_sound(run: Path) -> None:
    """Nobody approves or disputes what is not as it was published. Raises UsageError,
    DifferenceFound."""
    if not (run / FINDINGS_FILE).is_file():
        raise UsageError(f"{run} holds no findings; give the folder of a run or closing")
    if faults := [*run_differences(run), *log_differences(run)]:
        raise DifferenceFound(
            f"{run} is not what was published: {faults[0]}; see kelou verify {run}"
        )


def entry_of(run: Path, kind: str, by: str, note: str, **more: Any) -> dict[str, Any]:
    """An entry about the run as it is now."""
    if not by.strip():
        raise UsageError("--by is empty; name who says so")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return {
        "kind": kind,
        "by": by,
        "at": at,
        "note": note,
        "manifest_sha256": sha256(run / MANIFEST),
        **more,
    }


def add(run: Path, entry: dict[str, Any]) -> None:
    """Put the entry behind those that are there, in one atomic step; of a closing into the lake's
    log too."""
    content = sealed({"schema_version": SCHEMA_VERSION, "entries": [*entries(run), entry]})
    temporary = temporary_of(run)
    replace_file(temporary, json_text(content).encode())
    if lake := lake_of(run):
        # The log first: killed after it, the next command puts what was said in its place.
        Log(lake).append(said_entry(run, entry))
    os.replace(temporary, run / APPROVALS)


def _finish_saying(run: Path) -> None:
    """Put in its place what was logged and then cut off; undo what was not."""
    temporary = temporary_of(run)
    lake, content = lake_of(run), read_json(temporary)
    if lake and content and is_sealed(temporary):
        logged = Log(lake).entries("said")
        if said_entry(run, content["entries"][-1]) in logged[-1:]:
            os.replace(temporary, run / APPROVALS)
    temporary.unlink(missing_ok=True)


def entries(run: Path, kind: str | None = None) -> list[dict[str, Any]]:
    """What was said so far, of one kind or all."""
    return [entry for entry in read_approvals(run) or [] if kind in (None, entry["kind"])]


def record_objection(
    run: Path,
    department: str,
    by: str,
    note: str,
    finding: str | None,
    evidence: Path | None = None,
) -> bool:
    """A department disputes the report or one of its findings (附件 异议); the next edition prints
    it. The file of evidence is kept by its hash. False where the same was recorded before."""
    if not note.strip():
        raise UsageError("--note is empty; write what the department objects to")
    if evidence is not None and not evidence.is_file():
        raise UsageError(f"--evidence {evidence}: there is no such file")
    shown = {"file": evidence.name, "sha256": sha256(evidence)} if evidence else None
    more = {"department": department, "finding": finding, "evidence": shown}
    with speaking_of(run):
        check_sound(run)
        entry = entry_of(run, "objection", by, note, **more)
        said = [[earlier.get(key) for key in WHO_SAYS_WHAT] for earlier in entries(run)]
        if [entry.get(key) for key in WHO_SAYS_WHAT] in said:
            return False
        add(run, entry)
    return True
