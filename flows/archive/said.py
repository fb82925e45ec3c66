"""What people say of a run or a finding, as a transaction: written beside its place, logged, put in
its place; and what a killed command left of it is finished or undone.

Of a closing the lake's log decides: what it knows was said, anything else was not.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from flows.archive.closings import CLOSINGS, Closed, lake_of
from flows.archive.integrity import edition_hashes, is_sealed, read_approvals, read_json
from flows.archive.log import Log
from flows.archive.run_folder import (
    APPROVALS,
    APPROVED,
    MANIFEST,
    json_text,
    left_by_killed,
    put_in_place,
    recover,
)
from flows.system.files import replace_file

FINDINGS_LOG: Final = "findings/log.json"


def said_entry(run: Path, said: Mapping[str, Any]) -> dict[str, Any]:
    """What the log says of an objection or approval: of which closing, and its hash."""
    return {"kind": "said", "closing": Closed(run.resolve()).name, "sha256": _hash(said)}


def act_entry(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the log says of a word about a finding: its number, and the hash of the word."""
    return {"kind": "act", "finding": said.get("finding"), "sha256": _hash(said)}


def put(
    path: Path, content: Mapping[str, Any], lake: Path | None, logged: Mapping[str, Any]
) -> None:
    """Put a file with one more entry in its place. The log first: killed after it, the next command
    puts in its place what was said."""
    temporary = temporary_of(path)
    replace_file(temporary, json_text(content).encode())
    if lake:
        Log(lake).append(logged)
    os.replace(temporary, path)


def temporary_of(path: Path) -> Path:
    """Where a file is prepared: that of a run beside the run, which holds nothing else."""
    if path.name == APPROVALS:
        return path.parent.parent / f".{path.parent.name}-{APPROVALS}"
    return path.with_name(f".{path.name}.new")


def stage_of(run: Path) -> Path:
    """Where an edition is made, beside the run."""
    return run.parent / f".{run.name}-approved"


def half_done(run: Path) -> bool:
    """Whether a killed command left something of an objection or approval."""
    aside = left_by_killed(run / APPROVED, "old") if run.is_dir() else []
    return bool(aside) or stage_of(run).exists() or temporary_of(run / APPROVALS).exists()


def finish(run: Path) -> None:
    """Put an approved edition whose approval was recorded in its place; undo any other. To be
    called by whoever alone may change the run."""
    if not run.is_dir():
        return
    recover(run / APPROVED)
    _finish_file(run / APPROVALS, lake_of(run), lambda entry: said_entry(run, entry))
    stage = stage_of(run)
    if not stage.is_dir():
        return
    approved = [entry for entry in read_approvals(run) or [] if entry["kind"] == "approval"]
    if approved and edition_hashes(stage) == approved[-1]["files"]:
        put_in_place(stage, run / APPROVED)
    shutil.rmtree(stage, ignore_errors=True)


def left_unsaid(lake: Path) -> bool:
    """Whether a killed command left something of a word in the lake."""
    return temporary_of(lake / FINDINGS_LOG).exists() or any(map(half_done, _runs(lake)))


def finish_said(lake: Path) -> None:
    """The same for all closings and findings of a lake."""
    for run in _runs(lake):
        if half_done(run):
            finish(run)
    _finish_file(lake / FINDINGS_LOG, lake, act_entry)


def _runs(lake: Path) -> list[Path]:
    found = (path.parent for path in (lake / CLOSINGS).glob(f"*/*/{MANIFEST}"))
    return [run for run in found if run.name[0] != "."]


def _finish_file(path: Path, lake: Path | None, entry_of: Any) -> None:
    temporary = temporary_of(path)
    content = read_json(temporary) if temporary.exists() else None
    if lake and content and is_sealed(temporary):
        entry = entry_of(content["entries"][-1])
        if entry in Log(lake).entries(entry["kind"])[-1:]:
            os.replace(temporary, path)
    temporary.unlink(missing_ok=True)


def _hash(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json_text(said).encode()).hexdigest()
