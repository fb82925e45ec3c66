"""Deciding an objection: another person than objected accepts it or does not. What is accepted
excuses the case by a recorded exemption, which the next audit or restatement applies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from flows.archive.closings import Closed, folder_of
from flows.archive.run_folder import FINDINGS_FILE
from flows.closing.approvals import record_objection
from flows.closing.findings.acts import act
from flows.closing.findings.log import speaking
from flows.closing.findings.states import Finding, finding_of
from flows.ingest import options_of
from flows.ingest.lake import Lake, take_in
from flows.settings import Settings
from flows.system.errors import UsageError
from flows.system.spreadsheet import write_csv

REASON: Final = "异议成立 objection accepted: {note}"
_CASES: Final = ("timeliness", "record")


def object_to(
    lake: str,
    number: str,
    department: str,
    by: str,
    note: str,
    evidence: Path | None = None,
    request: str | None = None,
) -> bool:
    """Object to a finding, in the closing that holds it. False where the same was said before."""
    finding = finding_of(lake, number)
    if finding.state == "withdrawn":
        raise UsageError(f"{number} is withdrawn; there is nothing to object to")
    return record_objection(_folder(lake, finding), department, by, note, number, evidence, request)


def decide(
    lake: str,
    number: str,
    by: str,
    note: str,
    accept: bool,
    settings: Settings,
    request: str | None = None,
) -> tuple[bool, int]:
    """Accept or dismiss what was objected to the finding; returns whether that is new, and how many
    rules of the case are excused. Raises UsageError: nothing was objected, or by the same person.

    Killed after it was recorded, the same command records the exemption.
    """
    if not note.strip():
        raise UsageError("--note is empty; write why")
    with speaking(lake):
        objected = [e for e in finding_of(lake, number).history if e["kind"] == "object"]
        at = objected[-1]["at"] if objected else None
        kind = "accept" if accept else "dismiss"
        said = act(lake, number, kind, by, note, request, objection=at)
        if not accept:
            return said, 0
        finding = finding_of(lake, number)
        rows = _exempted(lake, finding, finding.history[-1], settings.time.zone)
        if rows:
            _take_in(lake, number, rows, settings)
    return said, len(rows)


def _exempted(
    lake: str, finding: Finding, decision: Mapping[str, Any], zone: str
) -> list[dict[str, str]]:
    """One row of `exemptions` for each rule that the case breached; none for what is no case."""
    if finding.entry["kind"] not in _CASES:
        return []
    at = datetime.fromisoformat(decision["at"]).astimezone(ZoneInfo(zone))
    cases = pl.read_parquet(_folder(lake, finding) / FINDINGS_FILE)
    case = cases.filter(finding_id=finding.number).row(0, named=True)
    return [
        {
            "subject_id": case["subject_id"],
            "rule_id": rule,
            "reason": REASON.format(note=decision["note"]),
            "approved_by": decision["by"],
            "approved_at": at.isoformat(timespec="seconds"),
            "evidence": _shown(finding),
            "accepted_objection": finding.number,
        }
        for rule in case["rules"].split(";")
    ]


def _shown(finding: Finding) -> str:
    """The evidence of the objection, by name and hash."""
    files = (entry.get("evidence") for entry in finding.history if entry["kind"] == "object")
    return "; ".join(f"{file['file']} {file['sha256']}" for file in files if file)


def _take_in(lake: str, number: str, rows: list[dict[str, str]], settings: Settings) -> None:
    """The exemption as a drop of its own: the lake holds it once, however often it is given."""
    with TemporaryDirectory(prefix="kelou-decision-") as folder:
        place = Path(folder) / "exemptions"
        place.mkdir()
        write_csv(place / f"decision-{number}.csv", pl.DataFrame(rows).lazy())
        take_in(Path(folder), Lake(lake), options_of(settings), lambda _: None)


def _folder(lake: str, finding: Finding) -> Path:
    return Closed(folder_of(lake) / finding.closing).folder
