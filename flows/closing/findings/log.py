"""What was said of each finding, in the lake: an entry behind those that are there, never a change
of one.

`LAKE/findings/log.json` is replaced as a whole, by who alone changes the lake: killed at any point
it holds the old entries or the new. Each entry carries the hash of the one before it, the file a
seal, and the lake's log the hash of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from checks.concepts import SCHEMA_VERSION
from flows.archive.closings import place_of
from flows.archive.integrity import read_json
from flows.archive.run_folder import sealed
from flows.archive.said import FINDINGS_LOG, act_entry, put
from flows.closing.approvals import repeated
from flows.ingest.lake import Lake
from flows.ingest.lake.alone import alone
from flows.system.errors import DifferenceFound

KINDS: Final = ("assign", "answer", "correct", "verify", "reject", "reopen", "accept", "dismiss")
"""Given to somebody; answered; said to be put right, with its evidence; seen by another person to
be so, or not so; opened again because the records contradict; an objection to it accepted, or
not."""


@contextmanager
def speaking(lake: str) -> Iterator[None]:
    """One at a time."""
    with alone(Lake(lake)):
        yield


def entries(lake: str) -> list[dict[str, Any]]:
    """What was said so far, in order. Raises DifferenceFound: not as it was written."""
    path = place_of(lake) / FINDINGS_LOG
    if not path.exists():
        return []
    content = read_json(path)
    found = content.get("entries") if content and sealed(content) == content else None
    if not isinstance(found, list) or not _linked(found):
        raise DifferenceFound(f"{path} is not as it was written; restore it from a backup")
    return found


def said(lake: str, entry: Mapping[str, Any]) -> bool:
    """Put the entry behind the others, in one atomic step; the lock is to be held (`speaking`).
    False where it would only repeat the last entry about its finding, or was recorded under its
    request."""
    before = entries(lake)
    if repeated(entry, before, [e for e in before if e["finding"] == entry["finding"]][-1:]):
        return False
    at = datetime.now(UTC).isoformat(timespec="seconds")
    previous = before[-1]["seal"] if before else None
    made = sealed({**entry, "at": at, "previous": previous})
    content = sealed({"schema_version": SCHEMA_VERSION, "entries": [*before, made]})
    place = place_of(lake)
    put(place / FINDINGS_LOG, content, place, act_entry(made))
    return True


def _linked(found: list[Any]) -> bool:
    if not all(isinstance(entry, dict) for entry in found):
        return False
    seals = [None, *(entry.get("seal") for entry in found)]
    return all(
        sealed(entry) == entry and entry.get("previous") == seal
        for entry, seal in zip(found, seals, strict=False)
    )
