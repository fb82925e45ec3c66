"""What was said on the phone: forbidden phrases are findings like those of chats, the rest are
hints, each with the second of the recording."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from checks.conduct import conduct
from checks.numbers.plain import plain
from checks.subjects.transcripts import utterances
from checks.unwatched import Seen, unwatched
from flows.law.phrasebook import load_phrasebook
from tests.numbers.frames import OCTOBER, START, closing, obligation, obligations, records

CASES = YAML(typ="safe").load((Path(__file__).parent / "transcripts.yaml").read_text("utf-8"))
CALL = {
    "call_id": "K1",
    "direction": "inbound",
    "started_at": START - timedelta(seconds=10),
    "answered_at": START,
    "agent_id": "A1",
    "customer_id": "C1",
}


def _tables(said: list[str], **call: Any) -> dict[str, list[dict[str, Any]]]:
    """`agent 0-4 您好`: who, from when to when, what."""
    lines = [line.split(" ", 2) for line in said]
    rows = [
        {
            "call_id": "K1",
            "speaker": who,
            "start": time.partition("-")[0],
            "end": time.partition("-")[2] or None,
            "text": text,
        }
        for who, time, text in lines
    ]
    return {"calls": [{**CALL, **call}], "call_transcripts": rows}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_hints(case: dict[str, Any]) -> None:
    tables = _tables(case["said"], **case.get("call", {}))
    judged = [obligation("RC-8.2-callback", "met", "K0", fulfilled_at=CALL["started_at"])]
    made = closing(obligations(*(judged if case.get("returns") else [])), **tables)
    found = {row.id: plain(row) for row in unwatched(Seen(made))}
    told = {
        name: [example["detail"] for example in found[name]["examples"]] for name in case["expect"]
    }
    assert told == case["expect"]
    assert all(found[name]["looked_at"] for name in case["expect"])
    assert {e["person"] for name in case["expect"] for e in found[name]["examples"]} <= {"A1"}


def test_forbidden_words_in_a_call_are_findings_with_their_second() -> None:
    said = ["customer 0-4 你们不知道吗", "agent 65.2-70 这个我不知道", "agent 80-84 您好，我来查"]
    frame, numbers = conduct(
        records(**_tables(said)), load_phrasebook(), OCTOBER, timedelta(hours=6)
    )
    rows = frame.select("list", "conversation_id", "message_id", "sender_id", "weight", "row")
    assert rows.rows() == [("not-knowing", "K1", "01:05", "A1", "explicit", 3)]
    assert frame["sent_at"].to_list() == [datetime(2026, 10, 14, 9, 1, 5)]
    assert (numbers.agent_messages, numbers.explicit.findings) == (2, 1)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (("12.5", "14"), (12.5, 14.0)),
        (("12500", "72000000"), (12.5, 72000.0)),
        (("00:01:02.5", "01:03"), (62.5, 63.0)),
        (("0", "后面"), (0.0, None)),
    ],
)
def test_offsets_as_recognition_writes_them(
    written: tuple[str, str], seconds: tuple[float, float | None]
) -> None:
    tables = _tables([f"agent {written[0]}-{written[1]} 您好"])
    found = utterances(records(**tables), OCTOBER.cutoff).collect()
    assert found.select("start", "end").row(0) == seconds


def test_what_cannot_be_placed_is_left_out() -> None:
    tables = _tables(["agent 开头-3 您好", "agent 1-2 在的"])
    tables["call_transcripts"].append({**tables["call_transcripts"][1], "call_id": "K9"})
    found = utterances(records(**tables), OCTOBER.cutoff).collect()
    assert found["text"].to_list() == ["在的"]
    late = utterances(records(**tables), START - timedelta(seconds=1)).collect()
    assert late.height == 0


def test_without_transcripts_nothing_is_asked() -> None:
    names = {row.id for row in unwatched(Seen(closing(calls=[CALL])))}
    assert not names & {"call-opening", "speech-rate", "interruption", "silence"}
