"""A year of a company's records that do not contradict themselves: every step after the one before
it, each recorded once, either on the form or as an event, some of them without seconds. Many
straddle the end of a month.

Nothing happens at the very instant when a month begins; what such records mean is a matter of its
own.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any, Final

from checks.records.tables import PROMISES, TABLES
from tests.oracle.cells import MINUTE, Coarse, Row, Rows
from tests.oracle.drawing import WALL, H, M, S
from tests.oracle.rules import TIERS
from tests.oracle.tickets import CHAINS

YEAR: Final = 2026
MONTHS: Final = (*(datetime(YEAR, month, 1) for month in range(1, 13)), datetime(YEAR + 1, 1, 1))


class Year:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def of(self, *values: Any) -> Any:
        return self.rng.choice(values)

    def begin(self) -> datetime:
        """Any time of the year, or so that a limit runs out about the end of a month."""
        if self.rng.random() < 0.5:
            return aside(
                self.of(*MONTHS) - self.of(*WALL, timedelta(days=3)) + self.of(-S, 0 * S, S, M)
            )
        return aside(datetime(YEAR - 1, 12, 20) + timedelta(days=375) * self.rng.random())

    def after(self, since: datetime) -> datetime:
        wait = (
            self.of(*WALL) + self.of(-S, 0 * S, S)
            if self.rng.random() < 0.7
            else timedelta(days=9) * self.rng.random()
        )
        return aside(since + max(wait, S))

    def maybe(self, since: datetime) -> datetime | None:
        return self.after(since) if self.rng.random() < 0.7 else None

    def written(self, at: Any) -> Any:
        """The cell as it is written; now and then an instant without its seconds."""
        if not isinstance(at, datetime) or self.rng.random() < 0.8:
            return at
        minute = at.replace(second=0, microsecond=0)
        return at if minute in MONTHS else Coarse(minute, MINUTE)


def aside(at: datetime) -> datetime:
    return at + S if at in MONTHS else at.replace(microsecond=0)


def history(seed: int, subjects: int = 150) -> Rows:
    y = Year(seed)
    rows: Rows = {name: [] for name in TABLES}
    for n, tier in enumerate((*TIERS, *TIERS)):
        rows["customers"].append(
            {"customer_id": f"C{n}", "tier": tier, "contact": f"1380000{n:04}"}
        )
        if n > len(TIERS):
            rows["customers"].append(
                {"customer_id": f"C{n}", "tier": y.of(*TIERS), "valid_from": y.begin()}
            )
    for n in range(subjects):
        ticket(y, rows, f"T{n:03}", f"C{n % 11}")
        call(y, rows, f"K{n:03}", f"C{n % 11}")
        if n % 3 == 0:
            conversation(y, rows, f"V{n:03}", f"C{n % 11}")
    return rows


def ticket(y: Year, rows: Rows, name: str, who: str) -> None:
    kind, opened = y.of(*CHAINS), y.begin()
    promised = y.of(None, y.after(opened))
    row: Row = {
        "ticket_id": name,
        "customer_id": who,
        "kind": kind,
        "opened_at": opened,
        "severity": y.of("emergency", "general"),
        "channel": y.of("phone", "walk_in", "email"),
        "service_mode": y.of("remote", "onsite"),
        "locality": y.of("same_city", "other_city"),
        "remote_area": y.of(True, False),
        "answered_on_spot": y.of(True, False),
        "recorded_at": y.maybe(opened),
        "served_at": y.maybe(opened),
        "promised_at": promised,
        "escalated_at": y.maybe(opened),
        "followup_role": y.of("sales", "other"),
        "remedy": y.of(None, "补救"),
        "evidence": y.of(None, "F-1"),
        "overtime_cause": y.of(None, "staffing", "objective"),
        "customer_accepted": y.of(True, False),
        "agreed_arrival_at": y.of(None, y.after(opened)),
    }
    if row["escalated_at"]:
        row["handed_over_at"] = y.maybe(row["escalated_at"])
    if y.of(True, False):
        row["renegotiated_due_at"] = opened + timedelta(days=y.of(1, 5, 20))
    at, first = chain(y, kind, opened)
    if y.rng.random() < 0.15:
        row |= {"status": "cancelled", "cancelled_at": y.after(at)}
    elif "completed_at" in first and y.of(True, False, False):
        reopen(y, rows, row, at, first)
        first = {}
    elif "completed_at" in first:
        row |= {
            "followup_at": y.maybe(first["completed_at"]),
            "surveyed_at": y.maybe(first["completed_at"]),
        }
    row |= {name: at if name in PROMISES else y.written(at) for name, at in (row | first).items()}
    rows["tickets"].append(row)
    if y.rng.random() < 0.2:
        rows["exemptions"].append(
            {
                "subject_id": name,
                "reason": "系统割接",
                "approved_by": "M1",
                "approved_at": y.after(opened),
            }
        )


def chain(y: Year, kind: str, since: datetime) -> tuple[datetime, dict[str, datetime]]:
    """The steps of the chain one after the other up to some point, a few not recorded; and when the
    last was taken."""
    done: dict[str, datetime] = {}
    steps = [y.of(*step) if isinstance(step, tuple) else step for step in CHAINS[kind]]
    for step in steps[: y.rng.randint(0, len(steps))]:
        since = y.after(since)
        if y.rng.random() < 0.9:
            done[step] = since
    return since, done


def reopen(y: Year, rows: Rows, row: Row, at: datetime, first: dict[str, datetime]) -> None:
    """The ticket's steps as events, a reopening after them, and a second cycle."""
    again = y.after(at)
    _, second = chain(y, row["kind"], again)
    steps = [*first.items(), ("reopened_at", again), *second.items()]
    for name, when in steps:
        event = {
            "ticket_id": row["ticket_id"],
            "event": name.removesuffix("_at"),
            "at": when,
            "actor_id": "A1",
        }
        rows["ticket_events"].append(event)


def call(y: Year, rows: Rows, name: str, who: str) -> None:
    started = y.begin()
    heard = started + y.of(5, 15, 16, 25, 26, 40) * S
    answered = y.of(heard, None, None)
    rows["calls"].append(
        {
            "call_id": name,
            "direction": y.of("inbound", "inbound", "outbound"),
            "started_at": started,
            "customer_id": who,
            "answered_at": y.written(answered),
            "ended_at": y.written(answered + 9 * M if answered else heard),
            "disposition": "answered" if answered else y.of("missed", "busy"),
        }
    )
    if not answered and y.of(True, False):
        back = y.after(heard)
        rows["calls"].append(
            {
                "call_id": f"{name}-back",
                "direction": "outbound",
                "started_at": y.written(back),
                "customer_id": who,
            }
        )


def conversation(y: Year, rows: Rows, name: str, who: str) -> None:
    at = y.begin()
    for n in range(y.of(1, 2, 5)):
        rows["chats"].append(
            {
                "message_id": f"{name}-{n}",
                "conversation_id": name,
                "sent_at": y.written(at),
                "customer_id": who,
                "sender": y.of("customer", "agent", "bot"),
                "text": y.of("机器人报警了", "在吗"),
            }
        )
        at = aside(at + y.of(S, 5 * M, 5 * M + S, 15 * M, 7 * H))
