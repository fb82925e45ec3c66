"""A month whose records attack: markup in what is told as it is, personal data in what people
wrote."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Final

from tests.hostile.personal import TOLD

MARKUP: Final = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "url(http://evil.example/1)",
    "javascript:alert(1)",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "${7*7} $PARAMETER $$",
    "<link rel=stylesheet href=http://evil.example/2>",
    "</td></tr></table><h1>evil</h1>",
    "<style>@import 'evil'",
    "&lt;b&gt; &amp;",
    "<!-- -->",
    "\x1b[31mred\x07\x9b",
    "\u202eevil",
    "=cmd|'/C calc'!A0",
    "@SUM(1)",
    "a\"b'c`d",
)
"""Ids, codes, keys, names of departments and people: nothing of it is masked."""
DAY: Final = "2026-10-14"
Rows = list[dict[str, str]]


def write_month(folder: Path) -> Path:
    """A data folder of it."""
    folder.mkdir()
    for table, rows in _tables().items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def _tables() -> dict[str, Rows]:
    marked, told = cycle(MARKUP), cycle(TOLD)
    few, many = range(len(MARKUP)), range(len(TOLD))
    return {
        "customers": [
            {"customer_id": "C1", "tier": "core"},
            {"customer_id": MARKUP[0], "tier": next(told)},
        ],
        "calls": [
            {
                "call_id": f"K{n}{MARKUP[n]}",
                "direction": "inbound",
                "started_at": f"{DAY} 09:00:00",
                "customer_id": MARKUP[n],
                "ended_at": f"{DAY} 08:00:00",
                "rings": f"约{next(told)}",
                "number": next(told),
                "agent_id": MARKUP[-n],
                "department": next(marked),
            }
            for n in few
        ]
        + [
            {
                "call_id": "Knumbers",
                "direction": "inbound",
                "started_at": f"{DAY} 09:00:00",
                "rings": "13812349876",
            }
        ],
        "chats": [message for n in many for message in _talk(n)],
        "tickets": [
            {
                "ticket_id": f"T{n}{next(marked)}",
                "kind": "fault" if n % 5 else next(told),
                "opened_at": f"{DAY} 09:00:00",
                "customer_id": "C1",
                "contact": next(told),
                "content": next(told),
                "core_demand": TOLD[n // 3],
                "answer": next(told),
                "handler_id": next(marked),
                "department": MARKUP[n % 4],
                "severity": next(marked),
                "responded_at": next(told),
                "remedy": next(told),
                "evidence": next(told),
            }
            for n in many
        ],
        "exemptions": [
            {
                "subject_id": f"T{n}",
                "reason": f"致电{TOLD[n]}",
                "approved_by": next(marked),
                "approved_at": f"{DAY} 23:00:00" if n % 2 else next(told),
            }
            for n in many
        ],
        "rectifications": [
            {
                "finding_id": f"F{n}{MARKUP[n]}",
                "opened_on": DAY,
                "due_on": next(told),
                "owner": next(marked),
                "note": next(told),
            }
            for n in few
        ],
        "manual_checks": [
            {
                "article": MARKUP[n],
                "checked_on": DAY,
                "result": "fail",
                "inspector": next(marked),
                "note": next(told),
            }
            for n in few
        ],
        "trainings": [{"held_on": DAY, "topic": next(told), "staff_id": MARKUP[n]} for n in few],
        "outages": [{"system": f"系统{form}", "failed_at": f"{DAY} 09:00:00"} for form in TOLD],
        "documents": [
            {"kind": next(told), "period": next(told), "owner": MARKUP[n], "filed_at": next(told)}
            for n in few
        ],
        "alerts": [
            {
                "ticket_id": MARKUP[n],
                "kind": "overdue",
                "sent_at": f"{DAY} 21:00:00",
                "recipients": next(told),
            }
            for n in few
        ],
    }


def _talk(n: int) -> Iterator[dict[str, str]]:
    talk, form = {"conversation_id": f"H{n}{MARKUP[n % len(MARKUP)]}"}, TOLD[n]
    for sender, clock, said, who in (
        ("customer", "09:00", "请回电", ""),
        ("agent", "09:30", "不知道 ", MARKUP[n % 7]),
    ):
        yield {
            **talk,
            "message_id": f"{sender}{n}",
            "sent_at": f"{DAY} {clock}:00",
            "sender": sender,
            "sender_id": who,
            "text": said + form,
        }
