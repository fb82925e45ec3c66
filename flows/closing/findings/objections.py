"""What was objected to a month's findings, and how each objection was decided.

Objections stand beside the closing that they are about, decisions in the log of findings; neither
is ever changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from checks.numbers.closings import Objection
from checks.numbers.plain import read
from flows.archive.closings import Closed, lake_of
from flows.closing.approvals import entries as run_entries
from flows.closing.findings.log import entries

DECISIONS: Final = ("accept", "dismiss")
"""The objection is accepted, so that the finding is withdrawn; or it is not."""


def objected(editions: Sequence[Closed]) -> Iterator[dict[str, Any]]:
    """Entries `object` as those of the log of findings: what was objected to single findings of any
    edition of a month, in order."""
    for closed in editions:
        for entry in run_entries(closed.folder, "objection"):
            if entry["finding"]:
                yield {**entry, "kind": "object", "closing": closed.name}


def objections_of(run: Path, editions: Sequence[Closed]) -> tuple[Objection, ...]:
    """Everything that was objected to a run outside the closings, or to any of the `editions` of
    its month, each with its decision where there is one."""
    made = [entry for closed in editions for entry in run_entries(closed.folder, "objection")]
    lake = lake_of(run)
    decided = [e for e in entries(str(lake)) if e["kind"] in DECISIONS] if lake else []
    return tuple(
        read(Objection, {**entry, "decision": _decision(entry, decided)})
        for entry in made or run_entries(run, "objection")
    )


def contested(lake: str, editions: Sequence[Closed]) -> frozenset[str]:
    """Numbers of the findings from which nothing may follow: an objection to them waits for its
    decision, or was accepted."""
    decided = [entry for entry in entries(lake) if entry["kind"] in DECISIONS]
    found = set()
    for entry in objected(editions):
        decision = _decision(entry, decided)
        if decision is None or decision["accepted"]:
            found.add(str(entry["finding"]))
    return frozenset(found)


def _decision(
    objection: dict[str, Any], decided: Sequence[dict[str, Any]]
) -> dict[str, Any] | None:
    """The first decision about the finding since it was objected to."""
    for entry in decided:
        if entry["finding"] == objection["finding"] and entry["at"] >= objection["at"]:
            accepted = entry["kind"] == "accept"
            return {"accepted": accepted, **{name: entry[name] for name in ("by", "at", "note")}}
    return None
