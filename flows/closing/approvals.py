"""What people say of a run after it was made: objections, approvals. Each stands beside the
manifest with its hash."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from checks.concepts import SCHEMA_VERSION
from flows.archive.closings import lake_of
from flows.archive.integrity import read_approvals, run_differences
from flows.archive.lock import publishing
from flows.archive.logged import log_differences
from flows.archive.run_folder import APPROVALS, FINDINGS_FILE, MANIFEST, sealed, sha256
from flows.archive.said import finish, put, said_entry
from flows.archive.stored import address_of
from flows.ingest.lake import Lake
from flows.ingest.lake.alone import alone
from flows.system.errors import DifferenceFound, UsageError
from flows.system.files import PATIENCE

WHEN: Final = ("at", "previous", "seal", "request", "files")
"""What two entries may differ in and be one, however often a command was repeated."""


@contextmanager
def speaking_of(run: Path) -> Iterator[None]:
    """One at a time, after what a killed command left half done is finished or undone: of a closing
    nobody else changes the lake. Raises UsageError when `run` is no run's folder, Busy."""
    if not (run / MANIFEST).is_file():
        raise UsageError(f"{run} is not the folder of a run or closing")
    lake = lake_of(run)
    with alone(Lake(address_of(lake))) if lake else publishing(run, PATIENCE):
        finish(run)
        yield


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


def requested(request: str | None) -> dict[str, str]:
    """The number that whoever speaks gave to what is said, as a part of its entry."""
    if request is not None and not request.strip():
        raise UsageError("--request is empty; give a number of your own, or leave it out")
    return {"request": request} if request else {}


def repeated(
    entry: Mapping[str, Any],
    before: Sequence[Mapping[str, Any]],
    alike: Sequence[Mapping[str, Any]],
) -> bool:
    """Whether the entry was recorded before: under its request, in any of the entries `before`;
    without one, in the same words in `alike`. Raises UsageError for a request of other words."""
    request = entry.get("request")
    if request is None:
        return any(_words(earlier) == _words(entry) for earlier in alike)
    found = [earlier for earlier in before if earlier.get("request") == request]
    if found and _words(found[-1]) != _words(entry):
        raise UsageError(
            f"--request {request}: something else was recorded under it on {found[-1]['at']}; "
            "give another"
        )
    return bool(found)


def _words(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in WHEN}


def add(run: Path, entry: dict[str, Any]) -> None:
    """Put the entry behind those that are there, in one atomic step; of a closing into the lake's
    log too."""
    content = sealed({"schema_version": SCHEMA_VERSION, "entries": [*entries(run), entry]})
    put(run / APPROVALS, content, lake_of(run), said_entry(run, entry))


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
    request: str | None = None,
) -> bool:
    """A department disputes the report or one of its findings (附件 异议); the next edition prints
    it. The file of evidence is kept by its hash. False where the same was recorded before, in the
    same words or under the same `request`."""
    if not note.strip():
        raise UsageError("--note is empty; write what the department objects to")
    if evidence is not None and not evidence.is_file():
        raise UsageError(f"--evidence {evidence}: there is no such file")
    shown = {"file": evidence.name, "sha256": sha256(evidence)} if evidence else None
    more = {"department": department, "finding": finding, "evidence": shown, **requested(request)}
    with speaking_of(run):
        check_sound(run)
        entry, before = entry_of(run, "objection", by, note, **more), entries(run)
        if repeated(entry, before, before):
            return False
        add(run, entry)
    return True
