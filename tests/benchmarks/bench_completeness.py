"""Validation at full size: python tests/benchmarks/bench_completeness.py [ROWS] (default
20,000,000).

Makes a month of ROWS records (7 in 10 messages, 2 calls, 1 ticket) as Parquet in a temporary
folder, one record in 5,000 with a defect, runs every shipped suite over it in a process of its own,
and prints seconds, CPU seconds and peak memory.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import polars as pl

from checks.records.tables import TABLES, empty

SHARES = {"chats": 0.7, "calls": 0.2, "tickets": 0.1}
CUSTOMERS = 100_000
BATCH = 1_000_000
START = datetime(2026, 10, 1)


def make(folder: Path, rows: int) -> None:
    """Write the month, a table a folder."""
    whole = {name: int(rows * share) for name, share in SHARES.items()}
    for name, count in (whole | {"customers": CUSTOMERS, "staff": 300}).items():
        (folder / name).mkdir()
        for start in range(0, count, BATCH):
            _frame(name, start, min(BATCH, count - start)).write_parquet(
                folder / name / f"{start:010}.parquet"
            )


def _frame(name: str, start: int, rows: int) -> pl.DataFrame:
    n = pl.int_range(start, start + rows, dtype=pl.Int64)
    defect = (n % 5_000) == 17
    at = (pl.lit(START) + pl.duration(seconds=(n * 7_919) % 2_678_000)).cast(pl.Datetime("us"))
    customer = pl.format("C{}", (n * 31) % CUSTOMERS)
    staff = pl.format("A{}", (n * 17) % 300)
    filled = {
        "customers": {
            "customer_id": pl.format("C{}", n),
            "tier": pl.lit("core"),
            "name": pl.lit("客户"),
            "contact": pl.lit("13800001234"),
        },
        "staff": {
            "staff_id": pl.format("A{}", n),
            "name": pl.lit("员工"),
            "department": pl.lit("客户服务部"),
            "role": pl.lit("sales"),
        },
        "chats": {
            "message_id": pl.format("M{}", n),
            "conversation_id": pl.format("V{}", n // 6),
            "sent_at": at,
            "sender": pl.when(n % 2 == 0).then(pl.lit("customer")).otherwise(pl.lit("agent")),
            "sender_id": pl.when(~defect).then(staff),
            "text": pl.lit("您好，请问机器人的负载是多少？"),
            "channel": pl.lit("wechat"),
            "customer_id": customer,
            "department": pl.lit("客户服务部"),
        },
        "calls": {
            "call_id": pl.format("K{}", n),
            "direction": pl.lit("inbound"),
            "started_at": at,
            "answered_at": at + pl.duration(seconds=9),
            "ended_at": at + pl.duration(minutes=3),
            "rings": pl.lit(2),
            "number": pl.lit("13800001234"),
            "customer_id": customer,
            "agent_id": pl.when(~defect).then(staff),
            "disposition": pl.lit("answered"),
        },
        "tickets": {
            "ticket_id": pl.format("T{}", n),
            "kind": pl.lit("inquiry"),
            "opened_at": at,
            "channel": pl.lit("phone"),
            "category": pl.lit("product"),
            "customer_id": customer,
            "customer_name": pl.lit("王芳"),
            "company": pl.lit("华东精工"),
            "contact": pl.when(~defect).then(pl.lit("13800001234")),
            "tier": pl.lit("core"),
            "content": pl.lit("咨询负载"),
            "core_demand": pl.lit("选型"),
            "answer": pl.lit("负载10kg"),
            "feedback": pl.lit("满意"),
            "handler_id": staff,
            "department": pl.lit("客户服务部"),
            "status": pl.lit("archived"),
            "responded_at": at + pl.duration(minutes=4),
            "replied_at": at + pl.duration(minutes=40),
            "completed_at": at + pl.duration(hours=2),
            "archived_at": at + pl.duration(hours=9),
        },
    }[name]
    blank = {
        c: pl.lit(False) if c.endswith("_unreadable") else pl.lit(None) for c in TABLES[name].schema
    }
    provenance = {"_file": pl.lit(f"{name}.parquet"), "_row": n + 2}
    cells = blank | filled | provenance
    return pl.select(n=n).select(cells[c].cast(t).alias(c) for c, t in TABLES[name].schema.items())


def measure(folder: Path, out: Path) -> None:
    """Validate, and print what it took as one line of JSON; the import of Great Expectations is not
    counted."""
    from flows.audit.validation import validate

    validate({}, frozenset())  # imports it
    given = frozenset(path.name for path in folder.iterdir())
    records = {
        n: pl.scan_parquet(folder / n / "*.parquet") if n in given else empty(n) for n in TABLES
    }
    before, wall = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    found = validate(records, given, out)
    wall = time.perf_counter() - wall
    used = resource.getrusage(resource.RUSAGE_SELF)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    took = {
        "seconds": round(wall, 2),
        "cpu": round(cpu, 2),
        "peak_mb": round(used.ru_maxrss / 1024),
    }
    print(json.dumps({**took, "checks": found.expectations, "failed": found.failed}))


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000_000
    with tempfile.TemporaryDirectory() as temporary:
        folder, out = Path(temporary) / "data", Path(temporary) / "out"
        folder.mkdir()
        make(folder, rows)
        for run in range(3):
            (out / str(run)).mkdir(parents=True)
            call = [sys.executable, __file__, "--measure", str(folder), str(out / str(run))]
            print(
                rows,
                subprocess.run(call, check=True, capture_output=True, text=True).stdout.strip(),
                flush=True,
            )


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
