"""Findings about what was said: whose words count, which breaches count, what conversations
lack."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.concepts import Period
from checks.conduct import FINDINGS, conduct
from checks.numbers.plain import plain
from flows.law.phrasebook import load_phrasebook
from flows.system.errors import UsageError
from tests.completeness.frames import records

OCTOBER = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
BOOK = load_phrasebook()
GREETING, CLOSING = "您好，请稍等", "感谢您的咨询，再见"


def judged(
    *said: tuple[str, str], day: int = 9, period: Period = OCTOBER
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Conduct of one conversation, a message a minute."""
    chats = [
        {
            "message_id": f"M{n}",
            "conversation_id": "V1",
            "sender": sender,
            "text": text,
            "sender_id": "A1",
            "sent_at": datetime(2026, 10, day, 9) + timedelta(minutes=n),
        }
        for n, (sender, text) in enumerate(said)
    ]
    found, numbers = conduct(records(chats=chats)[0], BOOK, period, timedelta(hours=6))
    return found, plain(numbers)


def found(*said: tuple[str, str], **options: Any) -> list[tuple[str, str]]:
    return [
        (row["list"], row["message_id"])
        for row in judged(*said, **options)[0].iter_rows(named=True)
    ]


def test_a_good_conversation_has_no_finding() -> None:
    assert (
        found(("customer", "在吗"), ("agent", GREETING), ("customer", "报价"), ("agent", CLOSING))
        == []
    )


@pytest.mark.parametrize("sender", ["customer", "bot", "system"])
def test_only_what_agents_wrote_counts(sender: str) -> None:
    assert judged((sender, "不知道"))[1]["explicit"]["findings"] == 0


def test_a_finding_carries_what_an_inspector_needs() -> None:
    frame, numbers = judged(
        ("customer", "在吗"), ("agent", "您好，這個我不 知 道，不归我管"), ("agent", CLOSING)
    )
    assert frame.schema == FINDINGS
    rows = {row["list"]: row for row in frame.iter_rows(named=True)}
    assert set(rows) == {"not-knowing", "not-mine"}
    assert rows["not-knowing"]["words"] == "不知道"
    assert rows["not-knowing"]["text"] == "您好，這個我不 知 道，不归我管"
    assert rows["not-knowing"]["article"] == "RC 第七条(二)"
    assert (rows["not-mine"]["conversation_id"], rows["not-mine"]["message_id"]) == ("V1", "M1")
    assert (rows["not-mine"]["sender_id"], rows["not-mine"]["file"], rows["not-mine"]["row"]) == (
        "A1",
        "chats.csv",
        3,
    )
    assert numbers["explicit"]["by_person"] == [{"key": "A1", "findings": 2}]
    json.dumps(numbers, allow_nan=False)


def test_style_is_advice_and_never_counts_as_a_breach() -> None:
    numbers = judged(("customer", "在吗"), ("agent", "绝对没问题"))[1]
    assert numbers["explicit"]["findings"] == 0
    lists = {entry["id"] for entry in numbers["advice"]["by_list"]}
    assert lists == {"unkeepable-promise", "greeting", "closing", "polite"}


def test_the_greeting_is_asked_of_the_first_reply_and_may_have_come_before_it() -> None:
    assert ("greeting", "M1") in found(
        ("customer", "在吗"), ("agent", "请稍等"), ("agent", CLOSING)
    )
    assert (
        found(("agent", GREETING), ("customer", "报价"), ("agent", "请稍等"), ("agent", CLOSING))
        == []
    )


def test_the_closing_is_asked_of_the_last_reply() -> None:
    assert found(("customer", "在吗"), ("agent", GREETING)) == [("closing", "M1")]
    assert (
        found(("customer", "在吗"), ("agent", GREETING), ("agent", CLOSING), ("customer", "谢谢"))
        == []
    )


def test_no_closing_is_asked_of_who_still_talks() -> None:
    waiting = (("customer", "在吗"), ("agent", GREETING), ("customer", "请问价格多少"))
    assert found(*waiting) == []
    still_open = Period(OCTOBER.start, OCTOBER.end, datetime(2026, 10, 9, 12))
    assert found(("customer", "在吗"), ("agent", GREETING), period=still_open) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [("您好，客服将在5分钟内回复您", True), ("我们会在十五分钟内响应", True), ("欢迎光临", False)],
)
def test_an_automatic_reply_states_the_response_time(text: str, kept: bool) -> None:
    frame, numbers = judged(
        ("customer", "在吗"), ("bot", text), ("agent", GREETING), ("agent", CLOSING)
    )
    assert (frame.height == 0) is kept
    assert frame["sender_id"].to_list() == ([] if kept else [None])
    assert next(k for k in numbers["kept"] if k["id"] == "reply-time")["denominator"] == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ([("bot", "欢迎光临")], 1),
        ([("system", "客服将在5分钟内回复您")], 1),
        ([("system", "会话已接入")], 0),
        ([], 0),
    ],
)
def test_an_inquiry_without_any_automatic_reply_is_counted(
    said: list[tuple[str, str]], kept: int
) -> None:
    frame, numbers = judged(("customer", "在吗"), *said, ("agent", GREETING), ("agent", CLOSING))
    entry = next(k for k in numbers["kept"] if k["id"] == "auto-reply")
    assert (entry["numerator"], entry["denominator"]) == (kept, 1)
    assert "auto-reply" not in frame["list"].to_list()


def test_only_messages_of_the_period_are_judged() -> None:
    november = Period(datetime(2026, 11, 1), datetime(2026, 12, 1), datetime(2026, 12, 1))
    assert found(("agent", "不知道"), period=november) == []


def test_a_company_adds_and_replaces_lists(tmp_path: Path) -> None:
    own = (
        "- id: {}\n  article: 内规 3\n  weight: advice\n  title: {{zh: 甲, en: a}}\n  phrases: "
        "[{}]\n"
    )
    (tmp_path / "own.yaml").write_text(
        own.format("house-rule", "亲亲") + own.format("dismissive", "哼"), "utf-8"
    )
    lists = {entry.id: entry.phrases for entry in load_phrasebook(tmp_path).lists}
    assert (lists["house-rule"], lists["dismissive"]) == (("亲亲",), ("哼",))


def test_a_wrong_list_is_refused_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("- id: x\n  phrases: [甲]\n", "utf-8")
    with pytest.raises(UsageError, match=r"own\.yaml"):
        load_phrasebook(tmp_path)
