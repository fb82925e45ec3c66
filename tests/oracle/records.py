"""Adversarial records by seed: few subjects, each close to something that a wrong engine gets
wrong.

Instants fall on deadlines and period boundaries or a second or a microsecond beside them, around
holidays, make-up days and the year's end; every optional cell may be empty, unreadable or coarse;
rows are quarantined, columns missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks.records.tables import TABLES
from tests.oracle.cells import UNREADABLE, Row, Rows
from tests.oracle.drawing import JITTER, NUMBERS, US, Draw, H, M, S
from tests.oracle.rules import RULES, TIERS


@dataclass
class Case:
    """Records, the period they are judged for and the instant as of which."""

    rows: Rows
    start: datetime
    end: datetime
    cutoff: datetime


def draw(seed: int, subjects: int = 40) -> Case:
    """`subjects` tickets and as many calls, some conversations, and whatever hangs on them."""
    d = Draw(seed)
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    customers(d, rows)
    for n in range(subjects):
        ticket(d, rows, f"T{n:03}")
    for n in range(subjects // 6):
        calls(d, rows, f"K{n:02}")
    for n in range(subjects // 4):
        conversation(d, rows, f"V{n:03}", subjects)
    exemptions(d, rows)
    carried = without_columns(d, rows)
    for lines in rows.values():
        d.rng.shuffle(lines)
    return Case(Rows(rows, carried, quarantined(d, rows)), d.start, d.end, d.cutoff)


def customers(d: Draw, rows: dict[str, list[Row]]) -> None:
    for n in range(8):
        begun: set[Any] = set()
        for valid_from in [
            d.of(None, None, d.begin(), d.start),
            *(d.begin() for _ in range(d.of(0, 0, 1, 2))),
        ]:
            if n == 7 and d.chance(0.5):
                valid_from = UNREADABLE
            elif isinstance(valid_from, datetime):
                valid_from = d.written(valid_from)
            if valid_from not in begun:
                begun.add(valid_from)
                rows["customers"].append(
                    {
                        "customer_id": f"C{n}",
                        "tier": d.of(*TIERS[:3], *TIERS),
                        "valid_from": valid_from,
                        "contact": d.of(None, None, None, d.contact()),
                    }
                )
    for _ in range(d.of(0, 1, 2)):
        rows["customer_contacts"].append(
            {"customer_id": f"C{d.of(*range(8))}", "contact": d.number()}
        )


def customer(d: Draw) -> Any:
    known = [f"C{n}" for n in (*range(7), *range(8))]
    return UNREADABLE if d.chance(0.05) else d.of(None, None, "C-unheard-of", *known)


def ticket(d: Draw, rows: dict[str, list[Row]], name: str) -> None:
    opened = d.begin()
    row: Row = {
        "ticket_id": name,
        "opened_at": d.written(opened),
        "kind": d.of("inquiry", "inquiry", "fault", "fault", "demand", "complaint"),
        "channel": d.of(None, "phone", "online", "walk_in", "email"),
        "customer_id": customer(d),
        "handler_id": d.of(None, "A1"),
        "tier": d.of(None, *TIERS),
        "status": d.of(None, "open", "completed", "cancelled"),
        "cancelled_at": d.cell(opened, 0.85),
        "severity": d.of(None, "emergency", "emergency", "general", "general"),
        "service_mode": d.of(None, "remote", "onsite", "onsite"),
        "locality": d.of(None, "same_city", "other_city"),
        "remote_area": d.of(None, False, True),
        "answered_on_spot": d.of(None, None, False, True),
        "followup_role": d.of(None, "sales", "technical", "other"),
        "remedy": d.of(None, "补救"),
        "overtime_cause": d.of(None, "staffing", "objective", "objective", "objective"),
        "customer_accepted": d.of(None, False, True, True),
        "evidence": d.of(None, "F-1"),
        "satisfaction": d.of(None, None, 5, UNREADABLE),
    }
    empty, unreadable, orderly = d.of(0.15, 0.4, 0.7), d.of(0.0, 0.03, 0.15), d.chance(0.5)
    since = opened
    for column in TABLES["tickets"].columns:
        if column.name not in row and column.kind in ("instant", "promise"):
            cell = (d.cell if column.kind == "instant" else d.promise)(since, empty, unreadable)
            row[column.name] = cell
            if orderly and isinstance(cell, datetime):
                since = max(since, cell) if d.chance(0.3) else since
    if isinstance(row["agreed_arrival_at"], datetime) and d.chance(0.5):
        row["solved_at"] = d.written(
            max(opened, row["agreed_arrival_at"]) + d.of(4, 6, 8) * H + d.of(*JITTER)
        )
    rows["tickets"].append(row)
    if d.chance(0.4):
        events(d, rows, row)
    if d.chance(0.2):
        rows["calls"].append(
            {
                "call_id": f"L{name}",
                "direction": d.of("inbound", "inbound", "outbound"),
                "ticket_id": d.of(name, name, name, UNREADABLE),
                "disposition": d.of("answered", "missed"),
                "started_at": d.written(opened + d.of(-H, -S, S, H)),
                "number": None,
            }
        )


def events(d: Draw, rows: dict[str, list[Row]], row: Row) -> None:
    """Events that override cells, repeat one another, come out of order, and cut the ticket into
    cycles."""
    instants = [at for at in row.values() if isinstance(at, datetime)]
    opened = row["opened_at"]
    names = ["reopened"] * d.of(0, 1, 1, 2)
    names += [
        d.of(
            "responded",
            "replied",
            "solved",
            "completed",
            "disposed",
            "archived",
            "followup",
            "arrived",
            "dispatched",
            "evaluated",
        )
        for _ in range(d.of(0, 1, 2, 4))
    ]
    for name in names:
        at = d.of(
            d.after(opened),
            d.of(*instants),
            d.of(*instants) + d.of(*JITTER),
            d.after(d.of(*instants)),
        )
        instants.append(at)
        at = d.written(d.of(opened, opened - H) if name == "reopened" and d.chance(0.2) else at)
        event = {
            "ticket_id": row["ticket_id"],
            "event": name,
            "at": at,
            "actor_id": d.of(None, "A1", "A2"),
        }
        rows["ticket_events"] += [event, event | {"actor_id": "A3"}] if d.chance(0.1) else [event]


def calls(d: Draw, rows: dict[str, list[Row]], name: str) -> None:
    """A knot of calls of a few parties within hours: missed, redialled, returned, answered
    again."""
    begun, numbers = d.begin(), [d.of(*NUMBERS), d.of(*NUMBERS)]
    shown = d.of(*numbers, None, "anonymous", UNREADABLE)
    parties = [(customer(d), numbers[0]), (None, numbers[1]), (customer(d), None), (None, shown)]
    for n in range(d.of(4, 8)):
        begun += d.of(0 * S, S, 10 * M, 30 * M, H, H - S, H - US, H + US, 24 * H)
        who, number = d.of(*parties[: d.of(1, 2, 4)])
        inbound, taken, ring = d.chance(0.7), d.chance(0.3), 5 * S
        heard = d.of(1, 3, 5, 6) * ring + d.of(*JITTER)
        answered = (
            d.of(begun + heard, begun + heard, begun - S, UNREADABLE, d.cutoff + S)
            if taken
            else None
        )
        ended = d.of(
            None,
            UNREADABLE,
            begun + heard,
            begun + heard,
            begun + heard,
            begun + H,
            begun - M,
            d.cutoff + S,
        )
        rows["calls"].append(
            {
                "call_id": f"{name}-{n}",
                "direction": "inbound" if inbound else "outbound",
                "started_at": d.written(begun),
                "answered_at": _written(d, answered),
                "ended_at": _written(d, ended),
                "rings": d.of(None, None, None, 1, 3, 4, 5, 6, 7, UNREADABLE),
                "customer_id": who,
                "number": d.number(number) if number in NUMBERS else number,
                "disposition": d.of(None, "answered", "missed", "missed", "busy"),
                "agent_id": d.of(None, "A1"),
            }
        )


def _written(d: Draw, cell: Any) -> Any:
    return d.written(cell) if isinstance(cell, datetime) else cell


def conversation(d: Draw, rows: dict[str, list[Row]], name: str, tickets: int) -> None:
    at, linked = d.begin(), d.of(None, None, f"T{d.rng.randrange(tickets):03}")
    who = customer(d)
    for n in range(d.of(1, 3, 6, 10)):
        sender = d.of("customer", "customer", "agent", "bot", "system")
        text = (
            d.of("机器人报警了", "谢谢", "好的。", "OK!", "再见~", "收到，谢谢")
            if sender == "customer"
            else "您好"
        )
        rows["chats"].append(
            {
                "message_id": f"{name}-{n if d.chance(0.8) else 9 - n}{n}",
                "conversation_id": name,
                "sent_at": d.written(at),
                "sender": sender,
                "sender_id": d.of(None, "A1"),
                "text": text,
                "customer_id": d.of(None, who, who, UNREADABLE)
                if d.chance(0.1)
                else d.of(None, who),
                "channel": None,
                "ticket_id": linked if d.chance(0.5) else None,
            }
        )
        at += d.of(
            0 * S,
            0 * S,
            S,
            5 * M,
            5 * M + S,
            5 * M - US,
            10 * M,
            15 * M,
            15 * M + US,
            6 * H,
            6 * H - US,
            9 * H,
        )


def exemptions(d: Draw, rows: dict[str, list[Row]]) -> None:
    names = [t["ticket_id"] + d.of("", "", "#2") for t in rows["tickets"]]
    names += [c["call_id"] for c in rows["calls"]] + [
        f"{m['conversation_id']}#1" for m in rows["chats"]
    ]
    for _ in range(len(names) // 4):
        rows["exemptions"].append(
            {
                "subject_id": d.of(*names),
                "rule_id": d.of(None, None, UNREADABLE, *(rule.id for rule in RULES)),
                "reason": "系统割接",
                "approved_by": "M1",
                "approved_at": d.written(d.of(d.begin(), d.after(d.begin()), d.cutoff)),
            }
        )


def without_columns(d: Draw, rows: dict[str, list[Row]]) -> dict[str, frozenset[str]]:
    """Empties what the company does not record; the columns that are left, per table."""
    for row in rows["tickets"]:
        row |= dict.fromkeys(d.missing)
    lost = {"answered_at"} if d.answers_missing else set()
    if lost:
        told = d.chance(0.2)
        for row in rows["calls"]:
            row["answered_at"] = None
            if row["disposition"] == "answered" and not told:
                row["disposition"] = None
    tickets, calls = frozenset(TABLES["tickets"].by_name), frozenset(TABLES["calls"].by_name)
    return {"tickets": tickets - d.missing, "calls": calls - lost}


def quarantined(d: Draw, rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Rows that could not be accepted, by what they name; some name nothing."""

    def some(table: str, column: str, share: int) -> list[Any]:
        names = sorted(
            {str(row[column]) for row in rows[table] if row.get(column) not in (None, UNREADABLE)}
        )
        return [d.of(*names, None) for _ in range(len(names) // share)] if names else []

    events = ["responded", "replied", "solved", "completed", "disposed", "reopened", None, None]
    return {
        "customers": [
            {"customer_id": d.of("C6", "C-unheard-of", None)} for _ in range(d.of(0, 0, 2))
        ],
        "calls": [
            {"customer_id": d.of(None, who), "number": d.of(None, number)}
            for who, number in zip(
                some("calls", "customer_id", 4), some("calls", "number", 3), strict=False
            )
        ],
        "chats": [{"conversation_id": name} for name in some("chats", "conversation_id", 8)],
        "ticket_events": [
            {"ticket_id": name, "event": d.of(*events)} for name in some("tickets", "ticket_id", 10)
        ],
    }
