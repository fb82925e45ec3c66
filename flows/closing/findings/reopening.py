"""What a new closing shows of findings that were verified as put right: those that came back, and
those whose records are still not there, are open again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl

from checks.results.register.model import REGISTER
from checks.results.register.recurrence import SETTLED, recurred
from flows.archive.closings import Closed
from flows.archive.run_folder import FINDINGS_FILE, REGISTER_FILE
from flows.closing.findings.log import entries, said, speaking
from flows.closing.findings.states import Finding, findings
from flows.closing.manifest import period_of

WHO: Final = "kelou"
RECURRED: Final = "{closing}: the same again, {number}"


def reopen(lake: str, closed: Closed, time_zone: str) -> list[str]:
    """Open again every verified finding of another month that the closing contradicts, with its
    reason; returns their numbers. Doing it again adds nothing."""
    if not entries(lake):
        return []
    with speaking(lake):
        settled = [f for f in findings(lake) if f.state == "verified"]
        again = recurred(_settled(settled, closed, time_zone), _entries(closed))
        for finding in settled:
            if finding.number in again:
                reason = RECURRED.format(closing=closed.name, number=again[finding.number])
                said(lake, _entry(finding, reason))
    return sorted(again)


def _entry(finding: Finding, reason: str) -> dict[str, Any]:
    return {
        "kind": "reopen",
        "finding": finding.number,
        "closing": finding.closing,
        "by": WHO,
        "note": reason,
    }


def _settled(found: list[Finding], closed: Closed, time_zone: str) -> pl.DataFrame:
    return pl.DataFrame(list(_rows(found, closed, time_zone)), schema=SETTLED)


def _rows(found: list[Finding], closed: Closed, time_zone: str) -> Iterator[dict[str, Any]]:
    for finding in found:
        if not finding.closing.startswith(f"{closed.month}/"):
            cells = {name: finding.entry.get(name) for name in SETTLED.names()}
            yield {**cells, "settled_at": _local(finding.history[-1]["at"], time_zone)}


def _local(at: str, time_zone: str) -> datetime:
    """The records have local times without a zone."""
    said_at = datetime.fromisoformat(at).astimezone(UTC)
    return said_at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


def _entries(closed: Closed) -> pl.DataFrame:
    """The closing's register with `began_at`: when the clock of a case started, else when the
    period did."""
    path = closed.folder / REGISTER_FILE
    if not path.exists():
        return pl.DataFrame(schema={**REGISTER, "began_at": pl.Datetime("us")})
    began = pl.read_parquet(closed.folder / FINDINGS_FILE).select("finding_id", "triggered_at")
    start = pl.lit(period_of(closed.manifest).start, pl.Datetime("us"))
    placed = pl.read_parquet(path).join(began, on="finding_id", how="left", maintain_order="left")
    return placed.with_columns(began_at=pl.coalesce("triggered_at", start)).drop("triggered_at")
