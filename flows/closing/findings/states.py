"""Every finding of the lake's closings as it stands: the register's entry, and what was said of it
since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from flows.archive.closings import Closed, closings
from flows.archive.run_folder import REGISTER_FILE
from flows.closing.findings.log import entries
from flows.closing.findings.objections import objected
from flows.system.errors import InputError, UsageError

STATE_AFTER: Final[Mapping[str, str | None]] = {
    "assign": None,
    "answer": "answered",
    "correct": "corrected",
    "verify": "verified",
    "reject": "open",
    "reopen": "open",
    "object": "disputed",
    "accept": "withdrawn",
    "dismiss": "upheld",
}
"""The state (checks.results.register.STATES) that an entry of the log leads to; None: the one
before. Objections stand beside their closing (flows.closing.findings.objections)."""


@dataclass(frozen=True)
class Finding:
    """An entry of the register of a `closing` (2026-10/closing), its `state`, the person and day
    that it was given to and for, and its `history`."""

    entry: Mapping[str, Any]
    closing: str
    state: str
    owner: str | None = None
    due: str | None = None
    history: tuple[Mapping[str, Any], ...] = ()

    @property
    def number(self) -> str:
        return str(self.entry["finding_id"])

    @property
    def answered_by(self) -> str | None:
        """Who last said that it was put right: in the lake, else as the owner of its
        rectification."""
        said = (e["by"] for e in reversed(self.history) if e["kind"] == "correct")
        response = self.entry.get("response")
        return next(said, str(response).partition(": ")[0] if response else None)


def findings(lake: str) -> list[Finding]:
    """All of them, in order of closing and register; of a month its last edition, and what only an
    earlier edition held with the state `withdrawn`. Raises InputError where no month is closed."""
    by_month: dict[str, list[Closed]] = {}
    for closed in closings(lake):
        by_month.setdefault(closed.month, []).append(closed)
    if not by_month:
        raise InputError(
            f"{lake}: no month is closed there, so there are no findings; see kelou close"
        )
    history: dict[str, list[dict[str, Any]]] = {}
    made = [entry for editions in by_month.values() for entry in objected(editions)]
    # Stable: what was objected in the second of an entry of the log came before it.
    for entry in sorted((*made, *entries(lake)), key=lambda entry: entry["at"]):
        history.setdefault(entry["finding"], []).append(entry)
    found = (f for month in sorted(by_month) for f in _of_month(by_month[month]))
    once = {finding.number: finding for finding in found}
    return [_followed(finding, history.get(number, ())) for number, finding in once.items()]


def finding_of(lake: str, number: str) -> Finding:
    """The finding of this number. Raises UsageError: there is none."""
    for finding in findings(lake):
        if finding.number == number:
            return finding
    raise UsageError(f"{lake}: no closing holds a finding {number}; see kelou findings list")


def _of_month(editions: Sequence[Closed]) -> Iterator[Finding]:
    last = max(editions, key=lambda closed: closed.restated)
    now = _register(last)
    stands = {row["finding_id"] for row in now}
    for closed in sorted(editions, key=lambda closed: closed.restated):
        if closed is not last:
            for row in _register(closed):
                if row["finding_id"] not in stands:
                    yield Finding(row, closed.name, "withdrawn")
    for row in now:
        yield Finding(row, last.name, row["state"])


def _register(closed: Closed) -> list[dict[str, Any]]:
    """None of a closing that an older version of Kelou made."""
    path = closed.folder / REGISTER_FILE
    return pl.read_parquet(path).to_dicts() if path.exists() else []


def _followed(finding: Finding, history: Sequence[Mapping[str, Any]]) -> Finding:
    """The finding after all that was said of it."""
    state, owner, due = finding.state, finding.owner, finding.due
    for entry in history:
        owner, due = entry.get("to") or owner, entry.get("due") or due
        if finding.state != "withdrawn":
            state = STATE_AFTER[entry["kind"]] or state
    return replace(finding, state=state, owner=owner, due=due, history=tuple(history))
