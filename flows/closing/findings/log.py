"""What was said of each finding, in the lake: an entry behind those that are there, never a change
of one.

`LAKE/findings/log.json` is replaced as a whole, under a lock: killed at any point it holds the old
entries or the new. Each entry carries the hash of the one before it, and the file a seal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from checks.concepts import SCHEMA_VERSION
from flows.archive.integrity import read_json
from flows.archive.run_folder import json_text, sealed
from flows.system.errors import DifferenceFound, UsageError
from flows.system.files import one_at_a_time, replace_file

FOLDER: Final = "findings"
LOG: Final = "log.json"
KINDS: Final = ("assign", "answer", "correct", "verify", "reject", "reopen", "accept", "dismiss")
"""Given to somebody; answered; said to be put right, with its evidence; seen by another person to
be so, or not so; opened again because the records contradict; an objection to it accepted, or
not."""
_WHEN: Final = ("at", "previous", "seal")


@contextmanager
def speaking(lake: str) -> Iterator[Path]:
    """The folder of the log, for one at a time. Raises UsageError for an object store."""
    if "://" in lake:
        raise UsageError(f"{lake}: states of findings need a lake in a folder")
    folder = Path(lake) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(folder / ".log.lock", "somebody else answers or verifies"):
        _temporary(folder).unlink(missing_ok=True)
        yield folder


def entries(lake: str) -> list[dict[str, Any]]:
    """What was said so far, in order. Raises DifferenceFound: not as it was written."""
    path = Path(lake) / FOLDER / LOG
    if "://" in lake or not path.exists():
        return []
    content = read_json(path)
    if content is None or sealed(content) != content or not _linked(content["entries"]):
        raise DifferenceFound(f"{path} is not as it was written; restore it from a backup")
    found: list[dict[str, Any]] = content["entries"]
    return found


def said(lake: str, entry: Mapping[str, Any]) -> bool:
    """Put the entry behind the others, in one atomic step; the lock is to be held (`speaking`).
    False where it would only repeat the last entry about its finding."""
    before = entries(lake)
    last = next((e for e in reversed(before) if e["finding"] == entry["finding"]), None)
    if last is not None and _what(last) == _what(entry):
        return False
    at = datetime.now(UTC).isoformat(timespec="seconds")
    previous = before[-1]["seal"] if before else None
    made = sealed({**entry, "at": at, "previous": previous})
    folder = Path(lake) / FOLDER
    content = sealed({"schema_version": SCHEMA_VERSION, "entries": [*before, made]})
    replace_file(folder / LOG, json_text(content).encode())
    return True


def _what(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name not in _WHEN}


def _linked(found: list[dict[str, Any]]) -> bool:
    seals = [None, *(entry.get("seal") for entry in found)]
    return all(
        sealed(entry) == entry and entry["previous"] == seal
        for entry, seal in zip(found, seals, strict=False)
    )


def _temporary(folder: Path) -> Path:
    return folder / f".{LOG}.new"
