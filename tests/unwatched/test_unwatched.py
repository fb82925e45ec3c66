"""What no clause's clock watches is found with where to look; its ordinary neighbour is not."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from checks.numbers.plain import plain
from checks.unwatched import WATCHES, Seen, unwatched
from tests.numbers.frames import START, closing, obligation, obligations, rulebooks

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def found(*judged: dict[str, Any], **tables: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    made = closing(obligations(*judged), **tables)
    return {entry.id: plain(entry) for entry in unwatched(Seen(made))}


def cases(entry: dict[str, Any]) -> list[str]:
    return [example["subject"] for example in entry["examples"]]


def test_every_watch_is_reported_also_when_nothing_was_found() -> None:
    nothing = found()
    assert len(nothing) == len([watch for watch in WATCHES if not watch.needs]) == 10
    assert all(entry["found"] == 0 and entry["reading"]["zh"] for entry in nothing.values())
    json.dumps(nothing, allow_nan=False)


def test_every_watch_names_an_article_of_the_register() -> None:
    known = {f"{r.code} {clause.article}" for r in rulebooks().regulations for clause in r.clauses}
    assert {watch.article for watch in WATCHES} <= known


def ticket(name: str, kind: str = "fault", **cells: Any) -> dict[str, Any]:
    return {"ticket_id": name, "kind": kind, "opened_at": START, "handler_id": "A1", **cells}


def test_finished_and_never_closed() -> None:
    done = START + HOUR
    tickets = [
        ticket("open", solved_at=done),
        ticket("old", opened_at=START - 40 * 24 * HOUR, solved_at=done - 40 * 24 * HOUR),
        ticket("closed", solved_at=done, completed_at=done),
        ticket("archived", solved_at=done, archived_at=done),
        ticket("at-work"),
        ticket("cancelled", solved_at=done, status="cancelled"),
        ticket("complaint", "complaint", disposed_at=done),
        ticket("after", solved_at=done, completed_at=datetime(2026, 11, 2)),
    ]
    entry = found(tickets=tickets)["never-closed"]
    assert sorted(cases(entry)) == ["after", "complaint", "old", "open"]
    assert entry["persons"] == [{"key": "A1", "found": 4}]
    assert entry["looked_at"] == 6


def test_tickets_that_no_deadline_binds() -> None:
    tickets = [
        ticket("intent", "complaint", tier="intent"),
        ticket("core", "complaint", tier="core"),
        ticket("on-spot", "inquiry", answered_on_spot=True),
        ticket("soon", "inquiry", responded_at=START, replied_at=START + 30 * MINUTE),
        ticket("deferred", "inquiry", responded_at=START, replied_at=START + 200 * HOUR),
        ticket("never", "inquiry", answered_on_spot=False),
        ticket("promised", "inquiry", answered_on_spot=False, promised_at=START + HOUR),
    ]
    judged = [
        obligation("TC-6.5-close", "met", "core"),
        obligation("TC-7-entry", "met", "intent"),
        obligation("RC-10.2-promise", "met", "promised"),
    ]
    entry = found(*judged, tickets=tickets)["unbound"]
    assert sorted(cases(entry)) == ["deferred", "intent", "never"]


def test_mail_that_was_merely_acknowledged() -> None:
    mail = {"channel": "email", "responded_at": START}
    tickets = [
        ticket("bare", "inquiry", **mail, replied_at=START + 700 * HOUR),
        ticket("never", "inquiry", **mail),
        ticket("told", "inquiry", **mail, promised_at=START + 48 * HOUR),
        ticket("at-once", "inquiry", **mail, replied_at=START),
        ticket("phone", "inquiry", channel="phone", responded_at=START),
    ]
    assert sorted(cases(found(tickets=tickets)["acknowledged-only"])) == ["bare", "never"]


@pytest.mark.parametrize(("minutes", "hit"), [(30, 0), (31, 1)])
def test_questions_kept_back_before_they_were_passed_on(minutes: int, hit: int) -> None:
    passed = ticket("T", "inquiry", responded_at=START, escalated_at=START + minutes * MINUTE)
    assert found(tickets=[passed])["kept-back"]["found"] == hit


@pytest.mark.parametrize(("minutes", "hit"), [(60, 0), (61, 1), (3 * 24 * 60, 1)])
def test_results_confirmed_only_later(minutes: int, hit: int) -> None:
    confirmed = START + minutes * MINUTE
    visit = ticket("T", service_mode="onsite", solved_at=START, customer_confirmed_at=confirmed)
    assert found(tickets=[visit])["confirmed-later"]["found"] == hit


def call(name: str, at: datetime, customer: str = "C1", **cells: Any) -> dict[str, Any]:
    answered = {"answered_at": at + MINUTE, "agent_id": "A1"}
    made = {"call_id": name, "direction": "inbound", "started_at": at, "customer_id": customer}
    return {**made, **answered, **cells}


def test_answered_calls_without_a_ticket() -> None:
    calls = [
        call("bare", START),
        call("noted", START, ticket_id="T1"),
        call("missed", START, answered_at=None),
        call("out", START, direction="outbound"),
    ]
    entry = found(calls=calls)["call-without-ticket"]
    assert (cases(entry), entry["looked_at"]) == (["bare"], 2)


def test_customers_who_called_again_within_a_day() -> None:
    calls = [
        call("first", START),
        call("second", START + 24 * HOUR, answered_at=None),
        call("third", START + 49 * HOUR),
        call("other", START, "C2"),
        call("unnamed", START, None, number="13900000001"),  # type: ignore[arg-type]
        call("again", START + HOUR, None, number="+86 139 0000 0001"),  # type: ignore[arg-type]
        call("nobody", START, None),  # type: ignore[arg-type]
    ]
    entry = found(calls=calls)["called-again"]
    assert (sorted(cases(entry)), entry["looked_at"]) == (["first", "unnamed"], 5)


def talk(name: str, *said: tuple[int, str, str]) -> list[dict[str, Any]]:
    """Messages (minutes after START, who, what) of one conversation."""
    return [
        {
            "message_id": f"{name}-{n}",
            "conversation_id": name,
            "sent_at": START + minute * MINUTE,
            "sender": who,
            "sender_id": "A1" if who == "agent" else None,
            "text": text,
        }
        for n, (minute, who, text) in enumerate(said)
    ]


ASKED = ((0, "customer", "机器人停了，怎么处理？"), (1, "agent", "请先断电重启控制柜"))


def test_chats_that_end_with_an_unanswered_question() -> None:
    chats = [
        *talk("asks", *ASKED, (300, "customer", "还是不行，怎么办？"), (301, "customer", "谢谢")),
        *talk("thanks", *ASKED, (5, "customer", "好的，谢谢！")),
        *talk("picture", *ASKED, (5, "customer", "")),
        *talk("by-bot", *ASKED, (5, "customer", "还是不行"), (6, "bot", "您好")),
        *talk("answered", *ASKED, (5, "customer", "还是不行"), (9, "agent", "马上派人")),
        *talk("never", ASKED[0]),
    ]
    entry = found(chats=chats)["unanswered-end"]
    assert sorted(cases(entry)) == ["asks#1", "by-bot#1", "picture#1"]
    assert entry["looked_at"] == 5


def test_a_question_of_the_last_minutes_may_still_be_answered() -> None:
    late = timedelta(days=17, hours=14, minutes=50)
    chats = [{**row, "sent_at": row["sent_at"] + late} for row in talk("late", *ASKED)]
    chats += [{**chats[0], "message_id": "x", "sent_at": datetime(2026, 10, 31, 23, 55)}]
    assert found(chats=chats)["unanswered-end"]["found"] == 0


@pytest.mark.parametrize(
    ("minute", "text", "hit"), [(20, "为什么？", 0), (21, "为什么？", 1), (99, "谢谢", 0)]
)
def test_later_questions_that_waited(minute: int, text: str, hit: int) -> None:
    chats = talk("T", *ASKED, (5, "customer", text), (minute, "agent", "因为过载"))
    entry = found(chats=chats)["later-question-waits"]
    assert (entry["found"], entry["looked_at"]) == (hit, 1)


@pytest.mark.parametrize(
    ("said", "hit"),
    [
        ([(1, "agent", "您好！请稍等")], 1),
        ([(1, "agent", "您好"), (17, "agent", "请先断电重启")], 1),
        ([(1, "agent", "您好"), (16, "agent", "请先断电重启")], 0),
        ([(1, "agent", "您好，请先断电重启")], 0),
        ([(1, "agent", "您好"), (2, "bot", "请先断电重启")], 1),
    ],
)
def test_a_greeting_and_then_silence(said: list[tuple[int, str, str]], hit: int) -> None:
    assert found(chats=talk("T", ASKED[0], *said))["greeted-only"]["found"] == hit


def test_silence_counts_from_the_question_where_the_customer_greeted_first() -> None:
    chats = talk(
        "T",
        (0, "customer", "在吗"),
        (1, "agent", "您好"),
        (30, "customer", "机器人停了"),
        (44, "agent", "请先断电重启"),
    )
    assert found(chats=chats)["greeted-only"]["found"] == 0
    assert found(chats=chats[:2])["greeted-only"]["found"] == 0
