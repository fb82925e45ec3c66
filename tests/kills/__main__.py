"""Commands that change a state, killed at every call to the file system, which is no part of the
timed tests: needs strace.

    python -m tests.kills ingest|close|object|approve|purge|expire|sample [--first 1] [--most 100]

The n-th case kills the command as it enters its n-th rename, unlink, mkdir or link, and runs it
once more; the end is to be that of a command that nobody disturbed, and nothing hidden is left.
Prints what differs, and the figures; ends with status 1 then.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from flows.archive.closings import closings
from flows.archive.integrity import read_approvals, run_differences
from flows.archive.log import Log
from flows.archive.logged import log_differences
from flows.audit.run import AuditRequest, run_audit
from flows.closing.close import close_run
from flows.ingest import options_of
from flows.ingest.lake import Lake, take_in
from flows.settings import Settings
from flows.settings.periods import period
from tests.closing.months import write_month

KELOU: Final = str(Path(sys.executable).with_name("kelou"))
CALLS: Final = "rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat"
CLOSING: Final = "lake/closings/2026-10/closing"
COMMANDS: Final = {
    "ingest": "ingest --data november --lake lake",
    "close": "close run --lake lake",
    "object": f"object {CLOSING} --department 技术支持部 --by 李工 --note 停机",
    "approve": f"approve {CLOSING} --by 张总",
    "purge": "purge --lake lake --customer C2 --reason 来函 --yes",
    "expire": "purge --lake lake --expired --on 2029-10-20 --yes",
    "sample": "sample --data october --date 2026-10-02 --out sheets",
}
ENDED: Final = (0, 2)
"""Of the second run: done, or told that it was done before."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.kills")
    parser.add_argument("what", choices=COMMANDS)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--most", type=int, default=100)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        return _kill(given.what, Path(folder), given.first, given.most)


def _kill(what: str, folder: Path, first: int, most: int) -> int:
    before = _prepared(what, folder / "before")
    calm = Path(shutil.copytree(before, folder / "calm"))
    done = _run(what, calm)
    assert done.returncode == 0, done.stderr
    expected, kills, failed = _outcome(calm), 0, 0
    for number in range(first, first + most):
        case = Path(shutil.copytree(before, folder / "case"))
        if _run(what, case, number).returncode == 0:
            print(f"{what}: call {number} was never made: all were tried", flush=True)
            break
        kills += 1
        again = _run(what, case)
        found = _outcome(case)
        if again.returncode not in ENDED or found != expected:
            failed += 1
            wrong = {key: found[key] for key in found if found[key] != expected[key]}
            print(f"{what} {number}: {again.stderr.strip()[:300]} {str(wrong)[:600]}", flush=True)
        shutil.rmtree(case)
    print(f"{what}: {kills} kills, {failed} failed", flush=True)
    return int(failed > 0)


def _run(what: str, folder: Path, number: int = 0) -> subprocess.CompletedProcess[str]:
    """The command, killed as it makes this call; by itself without a number."""
    inject = f"inject={CALLS}:signal=KILL:when={number}"
    trace = ["strace", "-f", "-qq", "-o", "/dev/null"]
    trace += ["-e", f"trace={CALLS}", "-e", inject]
    command = [*(trace if number else ()), KELOU, *COMMANDS[what].split()]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def _prepared(what: str, folder: Path) -> Path:
    """A lake with a month in it and, where it is asked for, the month's run or closing."""
    settings = Settings.model_validate({"report": {"profiles": ()}})
    october = write_month(folder / "october", datetime(2026, 10, 1))
    write_month(folder / "november", datetime(2026, 11, 1))
    take_in(october, Lake(str(folder / "lake")), options_of(settings), lambda _: None)
    if what in ("close", "object", "approve"):
        month = period("2026-10", None, None)
        run_audit(AuditRequest(october, month, folder / "run", pdf=what == "approve"), settings)
    if what in ("object", "approve"):
        close_run(str(folder / "lake"), folder / "run", settings)
    return folder


def _outcome(folder: Path) -> dict[str, Any]:
    """What must be the same in the end, in a process of its own: libraries remember files."""
    code = "import sys; from tests.kills.__main__ import told; told(sys.argv[1])"
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(json.loads(done.stdout))


def told(place: str) -> None:
    """Print the outcome of a case."""
    folder, lake = Path(place), Path(place) / "lake"
    chain = closings(str(lake))
    found: dict[str, Any] = {
        "rows": {path.parent.name: _rows(path.parent) for path in lake.rglob("_delta_log")},
        "personal": sum("王小明".encode() in path.read_bytes() for path in _files(lake)),
        "log": [[e["kind"], e.get("closing"), *e.get("tables", ())] for e in Log(lake).entries()],
        "closings": [closed.name for closed in chain],
        "faults": [str(d) for c in chain for d in run_differences(c.folder)],
        "unlogged": [str(d) for c in chain for d in log_differences(c.folder)],
        "said": [e["kind"] for c in chain for e in read_approvals(c.folder) or []],
        "sheets": sorted(path.name for path in folder.glob("sheets/*")),
        "left": sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob(".*")
            if path.suffix not in (".lock", ".new") and "_delta_log" not in path.parts
        ),
    }
    print(json.dumps(found, default=str))


def _files(lake: Path) -> list[Path]:
    tables = (lake / name for name in ("records", "ledger", "tombstones"))
    return [path for table in tables for path in table.rglob("*") if path.is_file()]


def _rows(table: Path) -> list[str]:
    """Without what differs each time."""
    rows = pl.scan_delta(str(table)).collect()
    kept = rows.drop("ingested_at", "erased_at", "version", strict=False).rows()
    return sorted(re.sub("erased-[0-9a-f]{12}", "erased", str(row)) for row in kept)


if __name__ == "__main__":
    sys.exit(main())
