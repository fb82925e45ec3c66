"""What stands there before a command that is killed, and what must be the same in the end."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.archive.closings import closings
from flows.archive.integrity import read_approvals, run_differences
from flows.archive.log import Log
from flows.archive.logged import log_differences
from flows.archive.run_folder import APPROVED, FINDINGS_FILE
from flows.audit.run import AuditRequest, run_audit
from flows.closing.approvals import record_objection
from flows.closing.close import close_run
from flows.closing.findings.log import entries
from flows.ingest import options_of
from flows.ingest.lake import Lake, take_in
from flows.settings import Settings
from flows.settings.periods import period
from tests.closing.months import write_month

AFTER_CLOSING: Final = ("object", "assign", "answer", "dispute", "decide", "mart", "approve")


def prepare(what: str, folder: Path) -> int:
    """A lake with a month in it and, where it is asked for, the month's run or closing."""
    settings = Settings.model_validate({"report": {"profiles": ()}})
    october = write_month(folder / "october", datetime(2026, 10, 1))
    write_month(folder / "november", datetime(2026, 11, 1))
    take_in(october, Lake(str(folder / "lake")), options_of(settings), lambda _: None)
    if what in ("close", *AFTER_CLOSING):
        month = period("2026-10", None, None)
        run_audit(AuditRequest(october, month, folder / "run", pdf=False), settings)
    if what in ("purge", "expire"):
        # What an ingest that was killed before its commit leaves: a file that no table names
        for part in (folder / "lake" / "records").rglob("*.parquet"):
            shutil.copyfile(part, part.with_name(f"{part.stem}-left.parquet"))
    if what in AFTER_CLOSING:
        closed = close_run(str(folder / "lake"), folder / "run", settings).closed
        number = pl.read_parquet(closed.folder / FINDINGS_FILE)["finding_id"][0]
        (folder / "finding").write_text(number)
        (folder / "proof.pdf").write_bytes(b"%PDF-1.7")
        if what == "decide":
            record_objection(closed.folder, "技术支持部", "李工", "停机", number)
    return 0


def write_outcome(what: str, folder: Path, told: Path) -> int:
    """Write the outcome of a case as JSON."""
    lake = folder / "lake"
    erased = what in ("purge", "expire")
    chain = closings(str(lake))
    found: dict[str, Any] = {
        "rows": {
            path.parent.name: _rows(path.parent, what == "decide")
            for path in lake.rglob("_delta_log")
        },
        "personal": erased and sum("王小明".encode() in p.read_bytes() for p in _files(lake)),
        "log": [[e["kind"], e.get("closing"), *e.get("tables", ())] for e in Log(lake).entries()],
        "closings": [closed.name for closed in chain],
        "faults": [str(d) for c in chain for d in run_differences(c.folder)],
        "unlogged": [str(d) for c in chain for d in log_differences(c.folder)],
        "said": [e["kind"] for c in chain for e in read_approvals(c.folder) or []],
        "findings": [[e["kind"], e["finding"], e["by"]] for e in entries(str(lake))],
        "approved": sorted(p.name for c in chain for p in (c.folder / APPROVED).glob("*")),
        "sheets": sorted(path.name for path in folder.glob("sheets/*")),
        "left": sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob(".*")
            if path.suffix not in (".lock", ".new") and "_delta_log" not in path.parts
        ),
    }
    told.write_text(json.dumps(found, default=str))
    return 0


def _files(lake: Path) -> list[Path]:
    tables = (lake / name for name in ("records", "ledger", "tombstones"))
    return [path for table in tables for path in table.rglob("*") if path.is_file()]


def _rows(table: Path, decided: bool) -> list[str]:
    """Without what differs each time; an exemption tells when it was `decided`, and its file's hash
    with it."""
    rows = pl.scan_delta(str(table)).collect()
    kept = rows.drop(
        "ingested_at",
        "erased_at",
        "version",
        "closed_at",
        *(["approved_at"] * decided),
        strict=False,
    ).rows()
    if decided:
        kept = [re.sub("[0-9a-f]{64}", "hash", str(row)) for row in kept]
    return sorted(re.sub("erased-[0-9a-f]{12}", "erased", str(row)) for row in kept)
