"""What people say of a run after it was made: objections, approvals. Each stands beside the
manifest with its hash."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checks.concepts import SCHEMA_VERSION
from flows.archive.integrity import read_approvals, run_differences
from flows.archive.run_folder import APPROVALS, MANIFEST, json_text, sealed, sha256
from flows.audit.history import FINDINGS_FILE
from flows.system.errors import DifferenceFound, UsageError


def check_sound(run: Path) -> None:
    """Nobody approves or disputes what is not as it was published. Raises UsageError,
    DifferenceFound."""
    if not ((run / MANIFEST).is_file() and (run / FINDINGS_FILE).is_file()):
        raise UsageError(f"{run} is not the folder of a run or closing")
    if faults := list(run_differences(run)):
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
    """Put the entry behind those that are there, in one atomic step."""
    content = sealed({"schema_version": SCHEMA_VERSION, "entries": [*entries(run), entry]})
    temporary = run.parent / f".{run.name}-{APPROVALS}"
    temporary.write_text(json_text(content), "utf-8")
    os.replace(temporary, run / APPROVALS)


def entries(run: Path, kind: str | None = None) -> list[dict[str, Any]]:
    """What was said so far, of one kind or all."""
    return [entry for entry in read_approvals(run) or [] if kind in (None, entry["kind"])]


def record_objection(run: Path, department: str, by: str, note: str, finding: str | None) -> None:
    """A department disputes the report or one of its findings (附件 异议); the next edition prints
    it."""
    check_sound(run)
    if not note.strip():
        raise UsageError("--note is empty; write what the department objects to")
    add(run, entry_of(run, "objection", by, note, department=department, finding=finding))
