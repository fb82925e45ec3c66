"""Tiny months of records: a handful of calls, chats and tickets each, some late, one that runs over
the month's end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

HEADS: Final = {
    "customers": "customer_id,tier,name,contact",
    "calls": "call_id,direction,started_at,answered_at,ended_at,rings,number,customer_id,"
    "agent_id,department",
    "chats": "message_id,conversation_id,sent_at,sender,sender_id,text,customer_id,department",
    "tickets": "ticket_id,kind,opened_at,recorded_at,responded_at,solved_at,completed_at,"
    "severity,customer_id,"
    "customer_name,handler_id,department,status,handling_started_at,archived_at,evidence,remedy,overtime_cause",
}
CUSTOMERS: Final = (
    "C1,core,海天机械厂,13900000001",
    "C2,ordinary,王小明,13900000002",
    "C3,important,李静,13900000003",
)
CALLS, CHATS, TICKETS = 6, 4, 5


def write_month(folder: Path, month: datetime, tables: Sequence[str] = tuple(HEADS)) -> Path:
    """The drop of a month: files named by it, so that drops of several months lie side by side."""
    folder.mkdir(parents=True, exist_ok=True)
    rows_of = {
        "customers": CUSTOMERS,
        "calls": _calls(month),
        "chats": _chats(month),
        "tickets": _tickets(month),
    }
    for table in tables:
        rows = rows_of[table]
        place = folder / table
        place.mkdir(exist_ok=True)
        name = "master" if table == "customers" else f"{month:%Y-%m}"
        (place / f"{name}.csv").write_text("\n".join((HEADS[table], *rows)) + "\n", "utf-8")
    return folder


def _calls(month: datetime) -> list[str]:
    rows = []
    for n in range(CALLS):
        start = month + timedelta(days=3 * n + 1, hours=10)
        rings = 2 + 3 * (n % 3 == 2)
        times = f"{start},{start + timedelta(seconds=5 * rings)},{start + timedelta(minutes=4)}"
        agent = f"S{n % 2 + 1},客户服务部"
        rows.append(
            f"K{month:%y%m}-{n},inbound,{times},{rings},1390000000{n % 3 + 1},C{n % 3 + 1},{agent}"
        )
    return rows


def _chats(month: datetime) -> list[str]:
    rows = []
    for n in range(CHATS):
        start = month + timedelta(days=4 * n + 2, hours=14)
        answer = start + timedelta(minutes=1 if n else 40)
        name = f"H{month:%y%m}-{n}"
        rows.append(
            f"M{month:%y%m}-{n}a,{name},{start},customer,,请问设备怎么升级,C{n % 3 + 1},客户服务部"
        )
        rows.append(
            f"M{month:%y%m}-{n}b,{name},{answer},agent,S1,您好，这就为您查,C{n % 3 + 1},客户服务部"
        )
    return rows


def _tickets(month: datetime) -> list[str]:
    rows = []
    for n in range(TICKETS):
        # The last one, on day 30, is open when the month ends
        opened = month + timedelta(days=7 * n + 1, hours=9)
        responded, solved = (
            opened + timedelta(minutes=20 + 200 * (n == 1)),
            opened + timedelta(days=1 + 2 * (n == 4)),
        )
        customer = f"C{n % 3 + 1},{CUSTOMERS[n % 3].split(',')[2]}"
        words = f"{'emergency' if n == 2 else 'general'},{customer},S3,技术支持部,completed"
        kind = f"{words},,,,,"  # the last columns are kept, though nobody fills them in
        times = f"{opened},{opened},{responded},{solved},{solved}"
        rows.append(f"T{month:%y%m}-{n},fault,{times},{kind}")
    return rows
