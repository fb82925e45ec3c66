"""What of a lake's closings the log vouches for: each closing by its hash, and what was said of
it."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.archive.closings import CLOSINGS, Closed, closings, folder_of, lake_of
from flows.archive.differences import Difference
from flows.archive.integrity import is_sealed, read_approvals, read_json
from flows.archive.log import LOG, Log
from flows.archive.merkle import root_of
from flows.archive.run_folder import (
    FINDINGS_FILE,
    LOCAL,
    MANIFEST,
    SIGNATURE,
    sha256,
)
from flows.archive.said import FINDINGS_LOG, act_entry, said_entry
from flows.system.errors import UsageError

PREPARED: Final = ".prepared"
"""A closing in the folder of its month, until it has its place."""


def closing_entry(folder: Path, name: str, number: int) -> dict[str, Any]:
    """What the log says of a closing: hashes of its manifest, of what stands beside it, and the
    root of the tree over its findings."""
    hashes = _hashes(folder)
    return {
        "kind": "closing",
        "closing": name,
        "number": number,
        **hashes,
        "findings": findings_tree(folder),
    }


def _hashes(folder: Path) -> dict[str, str | None]:
    files = {"manifest": MANIFEST, "local": LOCAL, "signature": SIGNATURE}
    return {f"{name}_sha256": _hash(folder / file) for name, file in files.items()}


def findings_tree(folder: Path) -> dict[str, Any]:
    """Size and root of the Merkle tree over a run's findings."""
    lines = finding_lines(folder)
    return {"size": len(lines), "root": root_of(lines)}


def finding_lines(folder: Path) -> list[bytes]:
    """Every finding of a run as one line of JSON, in the order of its file: the leaves of a tree
    of their own; none where the file can't be read, which its hash tells."""
    try:
        rows = pl.read_parquet(folder / FINDINGS_FILE).iter_rows(named=True)
    except (OSError, pl.exceptions.PolarsError):
        return []
    return [
        json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=str).encode()
        for row in rows
    ]


def left_prepared(lake: Path) -> list[Path]:
    """What a close is preparing, or was when it was killed."""
    return list((lake / CLOSINGS).glob(f"*/{PREPARED}"))


def finish_close(lake: str) -> None:
    """Give a closing its place that was logged and then cut off; anything else prepared goes. To be
    called by whoever alone may publish in the lake. Raises DifferenceFound."""
    logged = Log(folder_of(lake).parent).entries("closing")[-1:]
    for prepared in left_prepared(folder_of(lake).parent):
        for entry in logged:
            target = folder_of(lake) / entry["closing"]
            if target.parent == prepared.parent and not target.exists():
                name, number = entry["closing"], entry["number"]
                if closing_entry(prepared, name, number) == entry:
                    os.replace(prepared, target)
        shutil.rmtree(prepared, ignore_errors=True)


def log_differences(run: Path, lake: Path | None = None) -> Iterator[Difference]:
    """What of a closing, and of its lake's log, is not as it was written; nothing of a run outside
    a lake. `lake`: where it is, when the closing lies elsewhere."""
    lake = lake or lake_of(run)
    if lake is None:
        return
    log, chain = Log(lake), closings(str(lake))
    for fault in log.faults():
        yield Difference("chain", LOG, fault)
        return
    if log.head() is None:
        yield Difference("chain", LOG, f"{lake} has closings and no log; restore it from a backup")
        return
    yield from _closings(log, chain)
    yield from _roots(log, chain)
    yield from _acts(log, lake)
    if lake_of(run):
        yield from _said(log, run)
        yield from _findings(log, run)


def expected_differences(
    run: Path, expected: str, lake: Path | None = None
) -> Iterator[Difference]:
    """Whether a hash that was kept elsewhere is the manifest's, or that of a closing after it,
    which the chain then vouches for. Raises UsageError for a text that is no such hash."""
    if not re.fullmatch("[0-9a-f]{64}", expected):
        raise UsageError(f"--expect {expected}: give the 64 digits that kelou close printed")
    own = sha256(run / MANIFEST)
    chain = [closed.sha256 for closed in closings(str(lake))] if lake else []
    if expected != own and expected not in (chain[chain.index(own) :] if own in chain else []):
        words = f"its hash is {own}, and no closing after it has the one expected"
        yield Difference("chain", MANIFEST, words)


def _closings(log: Log, chain: list[Closed]) -> Iterator[Difference]:
    logged = {entry["closing"]: entry for entry in log.entries("closing")}
    for closed in chain:
        path = f"closings/{closed.name}"
        entry = logged.pop(closed.name, None)
        if entry is None:
            yield Difference("chain", path, "the log knows nothing of it")
            continue
        now = {"number": closed.number, **_hashes(closed.folder)}
        if other := [name for name, value in now.items() if entry.get(name) != value]:
            yield Difference("chain", path, f"is not what was logged: {', '.join(other)}")
    for name in logged:
        yield Difference("chain", f"closings/{name}", "is gone")


def _roots(log: Log, chain: list[Closed]) -> Iterator[Difference]:
    """Each closing tells the log as it was before it: nobody can put anything in afterwards."""
    lines = log.lines()
    for closed in chain:
        told = closed.manifest.get("closing", {}).get("log") or {"size": -1}
        if not 0 <= told["size"] <= len(lines) or root_of(lines[: told["size"]]) != told["root"]:
            words = f"is not the log that closings/{closed.name} was published after"
            yield Difference("chain", LOG, words)


def _findings(log: Log, run: Path) -> Iterator[Difference]:
    name = Closed(run.resolve()).name
    for entry in log.entries("closing"):
        if entry["closing"] == name and entry.get("findings") != findings_tree(run):
            yield Difference("output", FINDINGS_FILE, "its findings are not those that were logged")


def _said(log: Log, run: Path) -> Iterator[Difference]:
    """Objections and approvals are those that were logged, in their order."""
    name = Closed(run.resolve()).name
    logged = [entry["sha256"] for entry in log.entries("said") if entry["closing"] == name]
    now = [said_entry(run, entry)["sha256"] for entry in read_approvals(run) or []]
    if now != logged:
        words = f"{len(logged)} objections and approvals were logged, not those that stand there"
        yield Difference("approval", "approvals.json", words)


def _acts(log: Log, lake: Path) -> Iterator[Difference]:
    """What was said of findings is what was logged, in its order."""
    path = lake / FINDINGS_LOG
    if path.exists() and not is_sealed(path):
        yield Difference("chain", FINDINGS_LOG, "its seal is broken")
        return
    said = (read_json(path) or {}).get("entries", [])
    now = [act_entry(entry)["sha256"] for entry in said if isinstance(entry, dict)]
    logged = [entry["sha256"] for entry in log.entries("act")]
    if now != logged or len(now) != len(said):
        words = f"{len(logged)} words about findings were logged, not those that stand there"
        yield Difference("chain", FINDINGS_LOG, words)


def _hash(path: Path) -> str | None:
    return sha256(path) if path.exists() else None
