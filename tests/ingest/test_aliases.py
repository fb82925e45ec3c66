"""The words for headings and codes: each means one thing, and a configuration may add more."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from importlib.resources import files
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

from checks.records.milestones import ALIASES
from checks.records.parsing.text import fold
from checks.records.tables import TABLES
from flows.settings.sources import SourceSettings, TableAliases
from flows.system.errors import UsageError
from tests.ingest.conftest import Read


def shipped(table: str) -> dict[str, Any]:
    text = (
        files("checks").joinpath("records", "aliases", f"{table}.yaml").read_text(encoding="utf-8")
    )
    words = dict(YAML(typ="safe").load(text))
    for part, groups in ALIASES.get(table, {}).items():
        for name, others in groups.items():
            group = words[part].setdefault(name, {} if isinstance(others, dict) else [])
            if isinstance(others, dict):
                group |= others
            else:
                group += others
    return words


@pytest.mark.parametrize("table", TABLES)
def test_a_word_means_one_thing(table: str) -> None:
    words = shipped(table)
    for group in (words["headings"], *words.get("values", {}).values()):
        counts = Counter(
            folded for name, others in group.items() for folded in {*fold([name, *others])}
        )
        assert [word for word, count in counts.items() if count > 1] == []


def test_a_table_name_means_one_table() -> None:
    counts = Counter(
        word for table in TABLES for word in {*fold([table, *shipped(table)["table"]])}
    )
    assert [word for word, count in counts.items() if count > 1] == []


def test_a_configuration_adds_words(read: Read) -> None:
    aliases = {
        "calls": TableAliases.model_validate(
            {
                "table": ["Telefon"],
                "headings": {"call_id": ["Nr."]},
                "values": {"direction": {"inbound": ["Eingang"]}},
            }
        )
    }
    text = "Nr.,Direction,Started At\n1,EINGANG,2026-10-03\n2,呼出,-\n"
    intake = read({"telefon.csv": text}, aliases=aliases, empty=("-",))
    assert intake.records["calls"].select("call_id", "direction").collect().rows() == [
        ("1", "inbound")
    ]
    assert intake.quarantine["reason"].to_list() == ["required, but empty"]


def test_events_of_which_rulebooks_speak_are_read(read: Read) -> None:
    files: dict[str, str | bytes] = {
        "tickets.csv": "ticket_id,kind,opened_at\nT1,fault,2026-10-08 09:00:00\n",
        "ticket_events.csv": (
            "ticket_id,event,at\nT1,Pending,2026-10-08 10:00:00\nT1,解决,2026-10-08 11:00:00\n"
        ),
    }
    events = pl.col("event")
    named = read(files, "tickets", events=("pending",)).records["ticket_events"]
    assert named.select(events).collect().to_series().to_list() == ["pending", "solved"]
    other = read(files, "tickets")
    assert other.records["ticket_events"].select(events).collect().to_series().to_list() == [
        "solved"
    ]
    assert other.quarantine["table"].to_list() == ["ticket_events"]


def test_pauses_are_read_and_a_row_without_a_beginning_still_names_its_subject(read: Read) -> None:
    files: dict[str, str | bytes] = {
        "tickets.csv": "ticket_id,kind,opened_at\nT1,fault,2026-10-08 09:00:00\n",
        "挂起记录.csv": (
            "对象类型,工单编号,挂起原因,挂起时间,恢复时间\n"
            "工单,T1,等待客户,2026-10-08 10:00:00,下午\n工单,T2,等待客户,下午,\n"
        ),
    }
    taken = read(files, "tickets").records
    assert taken["pauses"].select(
        "subject_type", "subject_id", "reason", "ended_at_unreadable"
    ).collect().rows() == [("ticket", "T1", "等待客户", True)]
    lost = taken.quarantined["pauses"].select("subject_type", "subject_id").collect()
    assert lost.rows() == [("ticket", "T2")]


def test_headings_and_words_of_service_desks(read: Read) -> None:
    calls = "通话ID,呼叫类型,客户号码,呼叫时间,振铃时长,接听时间,客服,技能组,接听状态\n"
    lines = [
        f"{n},呼入,13800000001,2026-10-08 09:00:00,18,,李工,售后,{word}\n"
        for n, word in enumerate(("双方已接听", "坐席侧未接听", "客户已接听", "排队放弃"), 1)
    ]
    tickets = (
        "工单编号,工单标题,工单类型,工单状态,优先级,客户名称,受理客服,受理组,创建时间,首次响应时间,解决时间,关闭时间\n"
        "W1,报警,故障报修,已解决,紧急,衡阳厂,李工,售后,2026-10-08 09:05,,2026-10-08 12:00,"
        "2026-10-09 12:00\n"
    )
    absent = frozenset({"customers", "chats"})
    intake = read({"calls.csv": calls + "".join(lines), "tickets.csv": tickets}, absent=absent)
    found = (
        intake.records["calls"]
        .select("disposition", "rings", "agent_id", "department")
        .collect()
        .rows()
    )
    assert found == [
        (word, None, "李工", "售后") for word in ("answered", "missed", "answered", "missed")
    ]
    columns = (
        "status",
        "severity",
        "handler_id",
        "department",
        "solved_at",
        "completed_at",
        "archived_at",
    )
    assert intake.records["tickets"].select(columns).collect().row(0) == (
        "completed",
        "emergency",
        "李工",
        "售后",
        datetime(2026, 10, 8, 12),
        datetime(2026, 10, 9, 12),
        None,
    )
    assert {u: {*f.unknown} for f in intake.understood for u in [f.table]} == {
        "calls": {"振铃时长"},
        "tickets": set(),
    }


def test_two_headings_for_one_descriptive_text(read: Read) -> None:
    text = "customer_id,tier,手机号,联系电话\nC1,core,1,2\n"
    intake = read({"customers.csv": text}, "customers")
    assert intake.records["customers"].select("contact").collect().item() == "2"
    assert intake.issues.select("row", "column").rows() == [(0, "手机号")]


@pytest.mark.parametrize(
    ("aliases", "words"),
    [
        ({"headings": {"caller": ["x"]}}, "calls has no column 'caller'; there are call_id"),
        ({"values": {"number": {"x": ["y"]}}}, "calls has no column with codes named 'number'"),
        (
            {"values": {"direction": {"sideways": ["y"]}}},
            "calls.direction has no value 'sideways'; there are inbound",
        ),
    ],
)
def test_wrong_words_are_told(read: Read, aliases: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read({}, aliases={"calls": TableAliases.model_validate(aliases)})
    assert words in str(caught.value)


def test_words_of_real_systems(read: Read) -> None:
    calls = "通话ID,呼叫类型,呼叫时间,挂机时间,接听状态\n"
    calls += "1,呼入,2026-10-08 09:00:00,2026-10-08 09:00:30,振铃未接听\n"
    calls += "2,呼入,2026-10-08 09:00:00,2026-10-08 09:00:30,排队放弃\n"
    found = read({"calls.csv": calls}).records["calls"].select("disposition").collect()
    assert found.to_series().to_list() == ["missed", "missed"]
    tickets = (
        "工单编号,工单主题,工单类型,创建时间,工单状态,优先级,受理客户组,受理客服,开始解决时间\n"
    )
    tickets += "W1,报警,故障,2026-10-08 09:00:00,解决中,标准,热线组,李工,2026-10-08 09:30:00\n"
    columns = ("content", "status", "severity", "department", "handler_id", "handling_started_at")
    intake = read({"tickets.csv": tickets}, "tickets", absent=frozenset({"chats", "customers"}))
    half_past = datetime(2026, 10, 8, 9, 30)
    assert intake.records["tickets"].select(columns).collect().rows() == [
        ("报警", "open", "general", "热线组", "李工", half_past)
    ]


def test_a_source_has_words_for_events_of_which_rulebooks_speak(read: Read) -> None:
    history = SourceSettings(
        table="ticket_events",
        files=("history.csv",),
        columns={"ticket_id": "no", "event": "state", "at": '"at"'},
        values={"event": {"pending": ("Waiting",), "solved": ("Done",)}},
    )
    files = {
        "tickets.csv": "ticket_id,kind,opened_at\nT1,fault,2026-10-08 09:00:00\n",
        "history.csv": "no,state,at\nT1,waiting,2026-10-08 10:00:00\nT1,Done,2026-10-08 11:00:00\n",
    }
    given = {"sources": {"history": history}, "events": ("pending",)}
    events = read(files, "tickets", **given).records["ticket_events"].select("event").collect()
    assert events.to_series().to_list() == ["pending", "solved"]
    with pytest.raises(UsageError, match="event has no value 'pending'"):
        read(files, "tickets", sources={"history": history})
