"""Signals: what was planted is found and shown with where to look; its ordinary neighbour is
not."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from checks.concepts import OBLIGATIONS, Period
from checks.numbers.plain import plain
from checks.suspicions import EXAMPLES, signals
from flows.law.rulebooks import load_rulebooks
from tests.completeness.frames import records

OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
NOON = datetime(2026, 10, 9, 12)
RULES = load_rulebooks().rulebooks


def found(
    obligations: list[dict[str, Any]] | None = None, **tables: list[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    rows = [{name: row.get(name) for name in OBLIGATIONS} for row in obligations or []]
    frame = pl.LazyFrame(rows, schema=OBLIGATIONS)
    told = signals(records(**tables)[0], frame, RULES, OCTOBER)
    return {signal.id: plain(signal) for signal in told}


def subjects(signal: dict[str, Any]) -> list[str]:
    return [example["subject"] for example in signal["examples"]]


def said(conversation: str, *texts: str) -> list[dict[str, Any]]:
    """A customer's question and an agent's answers, a minute apart."""
    return [
        {
            "message_id": f"{conversation}-{n}",
            "conversation_id": conversation,
            "text": text,
            "sender": "agent" if n else "customer",
            "sender_id": "A1",
            "sent_at": NOON + timedelta(minutes=n),
        }
        for n, text in enumerate(("在吗", *texts))
    ]


def met(subject: str, left: timedelta, person: str = "A1", verdict: str = "met") -> dict[str, Any]:
    """A one-hour obligation on a wall clock, fulfilled with so much left."""
    due = NOON + timedelta(hours=1)
    return {
        "rule_id": "TC-6.5-respond",
        "subject_id": subject,
        "responsible": person,
        "triggered_at": NOON,
        "due_at": due,
        "fulfilled_at": due - left,
        "verdict": verdict,
        "governing": True,
    }


def test_every_signal_is_reported_also_when_nothing_was_found() -> None:
    nothing = found()
    assert len(nothing) == 6
    assert all(signal["found"] == 0 and signal["reading"]["zh"] for signal in nothing.values())
    json.dumps(list(nothing.values()), allow_nan=False)


def test_first_reply_of_one_character() -> None:
    chats = [*said("short", " 1 ", "您好"), *said("good", "您好", "1"), *said("emoji-free", "。")]
    signal = found(chats=chats)["one-character-reply"]
    assert (subjects(signal), signal["looked_at"]) == (["emoji-free#1", "short#1"], 3)
    assert signal["persons"] == [{"key": "A1", "found": 2}]


def test_met_at_the_last_moment() -> None:
    cases = [
        met("last", timedelta(seconds=5)),
        met("ample", timedelta(minutes=20)),
        met("at-the-limit", timedelta()),
    ]
    assert sorted(subjects(found(cases)["last-moment"])) == ["at-the-limit", "last"]


def test_many_milestones_in_the_same_second() -> None:
    steps = ("responded_at", "investigated_at", "solution_agreed_at", "disposed_at")
    ticket = {"kind": "complaint", "opened_at": NOON, "handler_id": "A1"}
    stamped = {"ticket_id": "stamped", **ticket, **dict.fromkeys(steps, NOON)}
    spread = {
        "ticket_id": "spread",
        **ticket,
        **{step: NOON + timedelta(hours=n) for n, step in enumerate(steps)},
    }
    assert subjects(found(tickets=[stamped, spread])["same-second"]) == ["stamped"]


def test_completed_and_soon_reopened() -> None:
    def events(ticket: str, hours: int) -> list[dict[str, Any]]:
        done = {"ticket_id": ticket, "event": "completed", "at": NOON, "actor_id": "A1"}
        return [done, {**done, "event": "reopened", "at": NOON + timedelta(hours=hours)}]

    rows = [*events("soon", 2), *events("later", 72), *events("once", 1)[:1]]
    signal = found(ticket_events=rows)["closed-and-reopened"]
    assert (subjects(signal), signal["looked_at"]) == (["soon"], 3)


def test_entered_long_after_the_fact() -> None:
    ticket = {"kind": "inquiry", "opened_at": NOON, "handler_id": "A1"}
    rows = [
        {"ticket_id": "at-once", **ticket, "recorded_at": NOON + timedelta(minutes=3)},
        {"ticket_id": "next-week", **ticket, "recorded_at": NOON + timedelta(days=7)},
        {
            "ticket_id": "after-the-end",
            **ticket,
            "recorded_at": NOON + timedelta(hours=3),
            "completed_at": NOON + timedelta(hours=2),
        },
    ]
    assert sorted(subjects(found(tickets=rows)["entered-late"])) == ["after-the-end", "next-week"]


def test_one_person_far_from_the_others() -> None:
    ample = timedelta(minutes=20)
    cases = [
        met(f"{p}-{n}", ample, p, "late" if n % 2 else "met")
        for p in ("A1", "A2", "A3")
        for n in range(40)
    ]
    cases += [met(f"A4-{n}", ample, "A4") for n in range(40)]
    cases += [met(f"A5-{n}", ample, "A5") for n in range(3)]
    assert subjects(found(cases)["far-from-peers"]) == ["A4"]


def test_examples_are_few_however_many_were_found() -> None:
    signal = found([met(f"S{n:03}", timedelta()) for n in range(50)])["last-moment"]
    assert (signal["found"], len(signal["examples"])) == (50, EXAMPLES)
