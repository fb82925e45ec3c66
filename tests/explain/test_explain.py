"""`kelou explain` says what kept a case from being decided."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import polars as pl
import pytest

from checks.concepts import EXEMPT_REASONS, UNKNOWN_REASONS
from checks.explanations import Called, coarse_instants, doubts, steps
from checks.law.calendar import Calendar
from checks.law.vocabulary import conditions
from checks.records.parsing.defects import DEFECTS
from checks.records.records import Records, all_columns
from flows.law.field_words import field_word
from flows.law.rule_tables import rule_words
from flows.report.words.texts import load_texts
from tests.numbers.frames import obligation, records, rulebooks

NINE, TEN = datetime(2026, 10, 14, 9), datetime(2026, 10, 14, 10)
LANGUAGES = ("zh", "en")


GAP = timedelta(hours=6)


def told(
    row: dict[str, Any],
    read: Records,
    lang: str = "zh",
    quarantine: list[dict[str, Any]] | None = None,
) -> str:
    """Everything that is explained of one obligation."""
    rule, words = rulebooks().rule(row["rule_id"]), rule_words(lang).words
    row = {"governing": True, **row}
    defects = pl.DataFrame(quarantine or [], schema=DEFECTS)
    found = steps(row, rule, (), Calendar({}), words, coarse_instants([row], read, GAP))
    called = Called(partial(field_word, lang=lang), load_texts(lang).defect)
    names = doubts(row, rule, read, defects, words, called)
    return "\n".join(f"{label}: {text}" for label, text in (*found, *names))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_and_condition_has_words(lang: str) -> None:
    texts = rule_words(lang).words.texts
    wanted = [*(f"unknown:{r}" for r in UNKNOWN_REASONS), *(f"exempt:{r}" for r in EXEMPT_REASONS)]
    assert [word for word in wanted if not texts["outcomes"].get(word, {}).get(lang)] == []
    assert [word for word in conditions() if not texts["conditions"].get(word, {}).get(lang)] == []


def test_a_time_without_seconds_is_told_with_the_minute_that_it_may_be() -> None:
    read = records(
        tickets=[
            {
                "ticket_id": "T1",
                "opened_at": NINE,
                "opened_at_precision": 60,
                "responded_at": TEN,
                "responded_at_precision": 86_400,
            },
        ]
    )
    row = obligation(
        "TC-6.2-urgent-respond",
        "unknown",
        "T1",
        reason="precision",
        triggered_at=NINE,
        fulfilled_at=TEN,
    )
    shown = told(row, read)
    assert (
        "起算: 2026-10-14 09:00:00（只精确到分钟，实际在 2026-10-14 09:00:00 与 2026-10-14 "
        "09:00:59 之间）" in shown
    )
    assert (
        "完成: 2026-10-14 10:00:00（只精确到日，实际在 2026-10-14 10:00:00 与 2026-10-15 "
        "09:59:59 之间）" in shown
    )
    assert "判定: 未判定：时间不够精确" in shown
    assert "known to the minute only: between 2026-10-14 09:00:00 and 2026-10-14 09:00:59" in told(
        row, read, "en"
    )


def test_an_exact_time_is_told_as_it_is() -> None:
    read = records(tickets=[{"ticket_id": "T1", "opened_at": NINE, "responded_at": TEN}])
    row = obligation("TC-6.2-urgent-respond", "met", "T1", triggered_at=NINE, fulfilled_at=TEN)
    assert "精确到" not in told(row, read)


def test_of_two_equal_times_the_more_exact_one_counts() -> None:
    call = {
        "call_id": "K1",
        "direction": "inbound",
        "started_at": NINE,
        "started_at_precision": 0,
        "ticket_id": "T1",
    }
    ticket = {"ticket_id": "T1", "opened_at": NINE, "opened_at_precision": 60}
    row = obligation("TC-7-entry", "met", "T1", triggered_at=NINE)
    assert coarse_instants([row], records(tickets=[ticket]), GAP) == {NINE: 60}
    assert coarse_instants([row], records(tickets=[ticket], calls=[call]), GAP) == {}


def test_a_call_back_s_own_time_is_told_too() -> None:
    missed = {"call_id": "K1", "direction": "inbound", "started_at": NINE}
    placed = {
        "call_id": "K2",
        "direction": "outbound",
        "started_at": TEN,
        "started_at_precision": 60,
    }
    row = obligation(
        "RC-8.2-callback", "unknown", "K1", reason="precision", triggered_at=NINE, fulfilled_at=TEN
    )
    assert coarse_instants([row], records(calls=[missed, placed]), GAP) == {TEN: 60}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", "缺少的记录: 没有任何文件或数据表记录：录入时间 (tickets.recorded_at)"),
        ("en", "Not recorded: no file or query records: time of entry (tickets.recorded_at)"),
    ],
)
def test_a_column_that_nobody_records_is_named(lang: str, words: str) -> None:
    every = all_columns() | {"tickets": all_columns()["tickets"] - {"recorded_at"}}
    read = Records(records(tickets=[{"ticket_id": "T1", "opened_at": NINE}]).tables, recorded=every)
    row = obligation("TC-7-entry", "unknown", "T1", reason="not_recorded", triggered_at=NINE)
    assert words in told(row, read, lang)


@pytest.mark.parametrize(
    ("rule", "subject", "reason", "table", "named"),
    [
        ("TC-6.1-online", "H1#1", "quarantined", "chats", {"conversation_id": "H1"}),
        ("TC-6.2-urgent-respond", "T1#2", "quarantined", "ticket_events", {"ticket_id": "T1"}),
        ("RC-8.2-callback", "K1", "quarantined", "calls", {"number": "13812345678"}),
        ("RC-8.2-callback", "K1", "quarantined", "calls", {"customer_id": "C1"}),
        ("TC-6.1-phone", "K1", "tier", "customers", {"customer_id": "C1"}),
    ],
)
def test_the_row_that_was_set_aside_is_named(
    rule: str, subject: str, reason: str, table: str, named: dict[str, str]
) -> None:
    call = {
        "call_id": "K1",
        "direction": "inbound",
        "started_at": NINE,
        "number": "13812345678",
        "customer_id": "C1",
    }
    chat = {"message_id": "M1", "conversation_id": "H1", "sent_at": NINE, "sender": "customer"}
    ticket = {"ticket_id": "T1", "opened_at": NINE}
    read = records(calls=[call], chats=[chat], tickets=[ticket])
    schema = read.quarantined[table].collect_schema()
    aside = [{**named, "_file": f"{table}.csv", "_row": 12}, {"_file": f"{table}.csv", "_row": 13}]
    read = Records(
        read.tables,
        quarantined={**read.quarantined, table: pl.DataFrame(aside, schema=schema).lazy()},
    )
    defect = {
        "table": table,
        "file": f"{table}.csv",
        "row": 12,
        "column": "at",
        "value": "下午",
        "reason": "required, but empty",
    }
    row = obligation(rule, "unknown", subject, reason=reason, triggered_at=NINE)
    shown = told(row, read, quarantine=[defect])
    assert f"被隔离的数据行: {table}（{table}.csv:12）: at '下午': 必填而为空" in shown
    assert ":13" not in shown
