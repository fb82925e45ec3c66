"""Adversarial records by seed: few subjects, each close to something that a wrong engine gets wrong.

Instants fall on deadlines and period boundaries or a second or a microsecond beside them, around holidays, make-up
days and the year's end; every optional cell may be empty or unreadable.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from checks.tables import TABLES
from tests.oracle.cells import UNREADABLE, Row, Rows
from tests.oracle.rules import RULES, TIERS
from tests.oracle.time import end_of_working_day

US, S, M, H = timedelta(microseconds=1), timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
JITTER: Final = (-S, -US, 0 * S, 0 * S, US, S)
WALL: Final = (M, 5 * M, 10 * M, 15 * M, 30 * M, *(n * H for n in (1, 2, 4, 6, 8, 12, 24, 36, 48, 72)))
PERIODS: Final = (
    (datetime(2026, 2, 1), datetime(2026, 3, 1)),
    (datetime(2026, 10, 1), datetime(2026, 11, 1)),
    (datetime(2026, 12, 1), datetime(2027, 1, 1)),
    (datetime(2026, 5, 4), datetime(2026, 5, 11)),
)
AROUND: Final = tuple(
    datetime.fromisoformat(day)
    for day in (
        "2026-02-13 18:00", "2026-02-14 09:00", "2026-02-27 23:59:59", "2026-02-28 12:00", "2026-05-08 17:00",
        "2026-05-09 10:00", "2026-09-30 17:00", "2026-10-07 23:59:59", "2026-10-09 20:00", "2026-10-10 08:00",
        "2026-12-30 12:00", "2026-12-31 23:59:59", "2027-01-01 00:00", "2027-01-04 09:00",
    )
)  # fmt: skip
NUMBERS: Final = ("13800000001", "13800000002", "02112345678", "13800000004", "13800000005")


@dataclass
class Case:
    """Records, the period they are judged for and the instant as of which."""

    rows: Rows
    start: datetime
    end: datetime
    cutoff: datetime


class Draw:
    """Random values near the edges of one period."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.start, self.end = self.rng.choice(PERIODS)
        inside = self.start + (self.end - self.start) * self.rng.random()
        self.cutoff = self.rng.choice(
            (self.end, self.end, self.end, inside.replace(microsecond=0), self.end + 40 * H, self.end - US)
        )
        near = [day for day in AROUND if self.start - 100 * H < day < self.end + 100 * H]
        self.edges = (*near, *(at + step for at in (self.start, self.end, self.cutoff) for step in JITTER))

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def of(self, *values: Any) -> Any:
        return self.rng.choice(values)

    def begin(self) -> datetime:
        """Somewhere in the period or shortly before; often on an edge or just before one."""
        pick = self.rng.random()
        if pick < 0.2:
            return self.of(*self.edges)
        if pick < 0.45:
            return self.of(self.start, self.end, self.cutoff) - self.of(*WALL) + self.of(*JITTER)
        span = (self.end - self.start) + 200 * H
        return (self.start - 150 * H + span * self.rng.random()).replace(microsecond=self.of(0, 0, 1))

    def after(self, since: datetime) -> datetime:
        """An instant that matters to something that began at `since`."""
        pick = self.rng.random()
        if pick < 0.5:
            return since + self.of(*WALL) + self.of(*JITTER)
        if pick < 0.65:
            return end_of_working_day(since, self.of(1, 1, 2, 3, 5, 7, 10))[0] + self.of(*JITTER)
        if pick < 0.75:
            return self.of(*self.edges)
        if pick < 0.85:
            return since + self.of(-H, -S, -US, 0 * S, US, S)
        return since + S * int(self.rng.expovariate(1 / 90000))

    def cell(self, since: datetime, empty: float = 0.3, unreadable: float = 0.05) -> Any:
        pick = self.rng.random()
        if pick < empty:
            return None
        return UNREADABLE if pick < empty + unreadable else self.after(since)

    def number(self) -> str:
        bare = self.of(*NUMBERS)
        plain = bare.removeprefix("0")
        return str(self.of(bare, f"+86 {plain}", f"0{plain}", f"86{plain[:3]}-{plain[3:]}"))


def draw(seed: int, subjects: int = 40) -> Case:
    """`subjects` tickets and as many calls, some conversations, and whatever hangs on them."""
    d = Draw(seed)
    rows: Rows = {name: [] for name in TABLES}
    customers(d, rows)
    for n in range(subjects):
        ticket(d, rows, f"T{n:03}")
    for n in range(subjects // 8):
        calls(d, rows, f"K{n:02}")
    for n in range(subjects // 4):
        conversation(d, rows, f"V{n:03}", subjects)
    exemptions(d, rows)
    for lines in rows.values():
        d.rng.shuffle(lines)
    return Case(rows, d.start, d.end, d.cutoff)


def customers(d: Draw, rows: Rows) -> None:
    for n in range(8):
        begun: set[Any] = set()
        for valid_from in [d.of(None, None, d.begin(), d.start), *(d.begin() for _ in range(d.of(0, 0, 1, 2)))]:
            if n == 7 and d.chance(0.5):
                valid_from = UNREADABLE
            if valid_from not in begun:
                begun.add(valid_from)
                rows["customers"].append(
                    {"customer_id": f"C{n}", "tier": d.of(*TIERS[:3], *TIERS), "valid_from": valid_from,
                     "contact": d.of(None, None, d.number())}
                )  # fmt: skip
    for _ in range(d.of(0, 1, 3)):
        rows["customer_contacts"].append({"customer_id": f"C{d.of(*range(8))}", "contact": d.number()})


def customer(d: Draw) -> str | None:
    return d.of(None, None, "C-unheard-of", *(f"C{n}" for n in range(7)), *(f"C{n}" for n in range(8)))


def ticket(d: Draw, rows: Rows, name: str) -> None:
    opened = d.begin()
    row: Row = {
        "ticket_id": name, "opened_at": opened,
        "kind": d.of("inquiry", "inquiry", "fault", "fault", "demand", "complaint"),
        "channel": d.of(None, "phone", "walk_in", "email"), "customer_id": customer(d), "handler_id": d.of(None, "A1"),
        "tier": d.of(None, *TIERS), "status": d.of(None, "open", "completed", "cancelled"),
        "cancelled_at": d.cell(opened, 0.85), "severity": d.of(None, "emergency", "emergency", "general", "general"),
        "service_mode": d.of(None, "remote", "onsite", "onsite"), "locality": d.of(None, "same_city", "other_city"),
        "remote_area": d.of(None, False, True), "answered_on_spot": d.of(None, None, False, True),
        "followup_role": d.of(None, "sales", "technical", "other"), "remedy": d.of(None, "补救"),
        "overtime_cause": d.of(None, "staffing", "objective", "objective", "objective"),
        "customer_accepted": d.of(None, False, True, True), "evidence": d.of(None, "F-1"),
        "satisfaction": d.of(None, None, 5, UNREADABLE),
    }  # fmt: skip
    empty, unreadable, orderly = d.of(0.15, 0.4, 0.7), d.of(0.0, 0.03, 0.15), d.chance(0.5)
    since = opened
    for column in TABLES["tickets"].columns:
        if column.name not in row and column.kind in ("instant", "due"):
            row[column.name] = d.cell(since, empty, unreadable)
            if orderly and isinstance(row[column.name], datetime):
                since = max(since, row[column.name]) if d.chance(0.3) else since
    rows["tickets"].append(row)
    if d.chance(0.4):
        events(d, rows, row)
    if d.chance(0.2):
        rows["calls"].append(
            {"call_id": f"L{name}", "direction": d.of("inbound", "inbound", "outbound"), "ticket_id": name,
             "started_at": opened + d.of(-H, -S, S, H), "disposition": "answered", "number": None}
        )  # fmt: skip


def events(d: Draw, rows: Rows, row: Row) -> None:
    """Events that override cells, repeat one another, come out of order, and cut the ticket into cycles."""
    instants = [at for at in row.values() if isinstance(at, datetime)]
    names = ["reopened"] * d.of(0, 1, 1, 2)
    names += [d.of("responded", "replied", "solved", "completed", "disposed", "archived", "followup", "arrived",
                   "dispatched", "evaluated") for _ in range(d.of(0, 1, 2, 4))]  # fmt: skip
    for name in names:
        at = d.of(d.after(row["opened_at"]), d.of(*instants), d.of(*instants) + d.of(*JITTER), d.after(d.of(*instants)))
        instants.append(at)
        event = {"ticket_id": row["ticket_id"], "event": name, "at": at, "actor_id": d.of(None, "A1", "A2")}
        rows["ticket_events"] += [event, event | {"actor_id": "A3"}] if d.chance(0.1) else [event]


def calls(d: Draw, rows: Rows, name: str) -> None:
    """A knot of calls of a few parties within hours: missed, redialled, returned, answered again."""
    begun, parties = d.begin(), [(customer(d), d.number()), (None, d.number()), (customer(d), None), (None, None)]
    for n in range(d.of(4, 8)):
        begun += d.of(0 * S, S, 10 * M, 30 * M, H, H - S, H - US, H + US, 24 * H)
        who, number = d.of(*parties[: d.of(1, 2, 4)])
        inbound, taken, ring = d.chance(0.7), d.chance(0.3), 5 * S
        heard = d.of(1, 3, 5, 6) * ring + d.of(*JITTER)
        rows["calls"].append(
            {"call_id": f"{name}-{n}", "direction": "inbound" if inbound else "outbound", "started_at": begun,
             "answered_at": d.of(begun + heard, begun + heard, begun - S, UNREADABLE) if taken else None,
             "ended_at": d.of(None, UNREADABLE, begun + heard, begun + heard, begun + heard, begun + H, d.cutoff + S),
             "rings": d.of(None, None, None, 1, 3, 4, 5, 6, 7, UNREADABLE), "number": number, "customer_id": who,
             "disposition": d.of(None, "answered", "missed", "missed", "busy"), "agent_id": d.of(None, "A1")}
        )  # fmt: skip


def conversation(d: Draw, rows: Rows, name: str, tickets: int) -> None:
    at, linked = d.begin(), d.of(None, None, f"T{d.rng.randrange(tickets):03}")
    who = customer(d)
    for n in range(d.of(1, 3, 6, 10)):
        sender = d.of("customer", "customer", "agent", "bot", "system")
        text = d.of("机器人报警了", "谢谢", "好的。", "OK!", "再见~", "收到，谢谢") if sender == "customer" else "您好"
        rows["chats"].append(
            {"message_id": f"{name}-{n if d.chance(0.8) else 9 - n}{n}", "conversation_id": name, "sent_at": at,
             "sender": sender, "sender_id": d.of(None, "A1"), "text": text, "customer_id": d.of(None, who),
             "channel": None, "ticket_id": linked if d.chance(0.5) else None}
        )  # fmt: skip
        at += d.of(0 * S, S, 5 * M, 5 * M + S, 5 * M - US, 10 * M, 15 * M, 15 * M + US, 6 * H, 6 * H - US, 9 * H)


def exemptions(d: Draw, rows: Rows) -> None:
    names = [t["ticket_id"] + d.of("", "", "#2") for t in rows["tickets"]]
    names += [c["call_id"] for c in rows["calls"]] + [f"{m['conversation_id']}#1" for m in rows["chats"]]
    for _ in range(len(names) // 3):
        rows["exemptions"].append(
            {"subject_id": d.of(*names), "rule_id": d.of(None, None, *(rule.id for rule in RULES)),
             "reason": "系统割接", "approved_by": "M1", "approved_at": d.of(d.begin(), d.after(d.begin()), d.cutoff)}
        )  # fmt: skip
