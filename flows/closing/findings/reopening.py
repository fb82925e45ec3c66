"""What a new closing, or any audit, shows of findings that were verified as put right: those that
came back, and those whose records are still not there, are open again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from checks.concepts import Period
from checks.local_time import dtype_in
from checks.results.register.model import REGISTER
from checks.results.register.recurrence import SETTLED, recurred
from flows.archive.closings import Closed, folder_of
from flows.archive.integrity import read_json
from flows.archive.run_folder import FINDINGS_FILE, MANIFEST, REGISTER_FILE
from flows.audit.data_source import DataSource, LakeSource
from flows.closing.findings.log import entries, said, speaking
from flows.closing.findings.states import Finding, findings
from flows.closing.findings.still_missing import still_missing
from flows.closing.manifest import period_of
from flows.settings import Settings
from flows.settings.periods import moving, name_of

WHO: Final = "kelou"
RECURRED: Final = "{closing}: the same again, {number}"
MISSING: Final = "{closing}: still not on record by its cutoff"


TOLD: Final = "{number} was verified and is open again: kelou findings show {number}"
"""What commands say of each."""


@dataclass(frozen=True)
class _Shown:
    """A closing or run that may contradict: its folder, what the log calls it, its period."""

    folder: Path
    name: str
    period: Period


def reopen(lake: str, closed: Closed, settings: Settings) -> list[str]:
    """Open again every verified finding of another month that the closing, or the records as of its
    cutoff, contradict, with the reason; returns their numbers. Doing it again adds nothing."""
    if not entries(lake):
        return []
    shown = _Shown(closed.folder, closed.name, period_of(closed.manifest))
    return _reopen(lake, shown, settings)


def reopen_after_audit(source: DataSource, run: Path, settings: Settings) -> list[str]:
    """The same after an audit that nobody has closed yet, in its lake, else in the configured
    one."""
    lake = source.uri if isinstance(source, LakeSource) else settings.lake.path
    if lake is None or not entries(lake):
        return []
    period = period_of(read_json(run / MANIFEST) or {})
    name = f"audit of {name_of(period)} as of {period.cutoff:%Y-%m-%d %H:%M}"
    return _reopen(lake, _Shown(run, name, period), settings)


def _reopen(lake: str, shown: _Shown, settings: Settings) -> list[str]:
    month = f"{shown.period.start:%Y-%m}/"
    with speaking(lake):
        verified = [f for f in findings(lake) if f.state == "verified"]
        settled = [f for f in verified if not f.closing.startswith(month)]
        reasons = _reasons(lake, settled, shown, settings)
        for finding in settled:
            if finding.number in reasons:
                said(lake, _entry(finding, reasons[finding.number]))
    return sorted(reasons)


def _reasons(
    lake: str, settled: list[Finding], shown: _Shown, settings: Settings
) -> dict[str, str]:
    """By number, what contradicts that the finding is put right."""
    zone, cutoff = settings.time.zone, shown.period.cutoff
    before = [
        (finding, period_of(Closed(folder_of(lake) / finding.closing).manifest))
        for finding in settled
        if _local(finding.history[-1]["at"], zone) < cutoff
    ]
    missing = still_missing(lake, before, cutoff, settings)
    again = recurred(_settled(settled, zone), _entries(shown))
    return {number: MISSING.format(closing=shown.name) for number in missing} | {
        number: RECURRED.format(closing=shown.name, number=now) for number, now in again.items()
    }


def _entry(finding: Finding, reason: str) -> dict[str, Any]:
    return {
        "kind": "reopen",
        "finding": finding.number,
        "closing": finding.closing,
        "by": WHO,
        "note": reason,
    }


def _settled(found: list[Finding], zone: str) -> pl.DataFrame:
    rows = [
        {
            **{name: finding.entry.get(name) for name in SETTLED.names()},
            "settled_at": _local(finding.history[-1]["at"], zone),
        }
        for finding in found
    ]
    return pl.DataFrame(rows, schema={**SETTLED, "settled_at": dtype_in(moving(zone))})


def _local(at: str, time_zone: str) -> datetime:
    """As the records have it (checks.local_time)."""
    said_at = datetime.fromisoformat(at).astimezone(ZoneInfo(time_zone))
    return said_at if moving(time_zone) else said_at.replace(tzinfo=None)


def _entries(shown: _Shown) -> pl.DataFrame:
    """Its register with `began_at`: when the clock of a case started, else when the period did."""
    path, period = shown.folder / REGISTER_FILE, shown.period
    if not path.exists():
        return pl.DataFrame(schema={**REGISTER, "began_at": dtype_in(period.zone)})
    began = pl.read_parquet(shown.folder / FINDINGS_FILE).select("finding_id", "triggered_at")
    start = pl.lit(period.start, dtype_in(period.zone))
    placed = pl.read_parquet(path).join(began, on="finding_id", how="left", maintain_order="left")
    return placed.with_columns(began_at=pl.coalesce("triggered_at", start)).drop("triggered_at")
