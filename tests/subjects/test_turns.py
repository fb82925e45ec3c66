"""Every question in a chat is a turn of its own, and a rule where a package says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

from checks.concepts import Period
from checks.explanations import evidence
from checks.judging import judge
from checks.law.rulebook import Regulation, Rule, Rulebooks, Text
from flows.law.rule_tables import rule_words
from tests.cases.reading import event_time
from tests.numbers.frames import OCTOBER, records, rulebooks
from tests.oracle import Coarse

CASES: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(
    (Path(__file__).parent / "turns.yaml").read_text("utf-8")
)["cases"]
RULE = Rule.model_validate(
    {
        "id": "OWN-1",
        "title": {"zh": "每问必答", "en": "Every question"},
        "article": "第一条",
        "requirement": {"zh": "五分钟内答复。", "en": "An answer within five minutes."},
        "topic": "online-first-reply",
        "subject": "chat_turn",
        "when": ["asks"],
        "start": "asked_at",
        "end": "answered_at",
        "clock": "wall",
        "limits": [dict.fromkeys(("core", "important", "ordinary", "intent", "potential"), "5min")],
        "basis": "explicit",
    }
)


@cache
def books() -> Rulebooks:
    """The one rule, with the shipped amounts."""
    own = Regulation(code="OWN", title=Text(zh="甲", en="A"), rules=(RULE,))
    shipped = rulebooks()
    return Rulebooks(
        regulations=(own,), topics=shipped.topics, stated_parameters=shipped.stated_parameters
    )


def chat(conversation: str, lines: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for n, line in enumerate(lines):
        clock, sender, text = line.split(" ", 2)
        at = event_time(f"2026-10-14 {clock}")
        rows.append(
            {
                "conversation_id": conversation,
                "message_id": f"M{n:02}",
                "sent_at": datetime(*at.timetuple()[:6]),
                "sent_at_precision": at.precision.seconds if isinstance(at, Coarse) else 0,
                "sender": sender,
                "sender_id": "S1" if sender == "agent" else None,
                "text": text,
            }
        )
    return rows


@cache
def judged() -> dict[str, list[str]]:
    """What came out, by conversation: asked, answered, verdict of its turns in their order."""
    rows = [row for n, case in enumerate(CASES) for row in chat(f"H{n:02}", case["chat"])]
    found = judge(records(chats=rows), books(), OCTOBER)
    out: dict[str, list[tuple[int, str]]] = {}
    for row in found.to_dicts():
        conversation, _, number = row["subject_id"].rpartition("#q")
        times = (row["triggered_at"], row["fulfilled_at"])
        told = " ".join(f"{at:%H:%M:%S}" if at else "-" for at in times)
        verdict = f"{row['verdict']} {row['reason']}".strip()
        out.setdefault(conversation, []).append((int(number), f"{told} {verdict}"))
    return {name: [told for _, told in sorted(turns)] for name, turns in out.items()}


@pytest.mark.parametrize("n", range(len(CASES)), ids=lambda n: CASES[n]["name"].split(" | ")[1])
def test_case(n: int) -> None:
    assert judged().get(f"H{n:02}", []) == CASES[n]["turns"]


def test_a_turn_is_named_the_same_whatever_came_later() -> None:
    """What is decided in October is not decided again in November."""
    early = chat("H1", ["09:00:00 customer 怎么升级", "09:30:00 agent 按说明书操作"])
    later = [
        {**row, "message_id": f"N{n}", "sent_at": row["sent_at"] + timedelta(days=30)}
        for n, row in enumerate(chat("H1", ["09:00:00 customer 又坏了", "09:01:00 agent 请断电"]))
    ]
    november = Period(datetime(2026, 11, 1), datetime(2026, 12, 1), datetime(2026, 12, 1))
    read = records(chats=[*early, *later])
    found = [
        judge(read, books(), period).select("subject_id", "verdict").rows()
        for period in (OCTOBER, november)
    ]
    assert found == [[("H1#q1", "late")], [("H1#q2", "met")]]


def test_who_answered_is_responsible_and_the_talk_is_shown() -> None:
    lines = ["09:00:00 customer 怎么升级", "09:01:00 agent 按说明书操作", "09:02:00 customer 谢谢"]
    read = records(chats=chat("H1", lines))
    assert judge(read, books(), OCTOBER)["responsible"].to_list() == ["S1", None]
    shown = evidence("chat_turn", "H1#q2", read, timedelta(hours=6))
    assert [line for line in shown if "谢谢" in line] and not [x for x in shown if "怎么" in x]


def test_the_four_regulations_know_no_turns() -> None:
    """Turns are judged where a package says so and nowhere else."""
    assert {rule.subject for rule in rulebooks().rules} == {"call", "chat_session", "ticket"}


@pytest.mark.parametrize(("lang", "words"), [("zh", "仅问候不算"), ("en", "more than a greeting")])
def test_its_words_are_its_own(lang: str, words: str) -> None:
    assert words in rule_words(lang).end(RULE)


def test_a_lost_message_leaves_a_turn_open() -> None:
    lost = pl.LazyFrame(
        {"conversation_id": ["H1"], "_file": ["chats.csv"], "_row": [9]},
        schema_overrides={"_row": pl.UInt32},
    )
    read = records(chats=chat("H1", ["09:00:00 customer 怎么升级"]))
    read = replace(read, quarantined={**read.quarantined, "chats": lost})
    assert judge(read, books(), OCTOBER)["reason"].to_list() == ["quarantined"]
