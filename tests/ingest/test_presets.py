"""Exports of other systems, in small files written by hand after the descriptions that each preset
names."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from checks.records.tables import NEEDED
from flows.ingest import IngestOptions, Intake, read_folder
from flows.ingest.sources import presets, resolve
from flows.settings import parse_settings
from flows.settings.sources import SourceSettings
from flows.system.errors import InputError, UsageError
from tests.ingest.conftest import Read
from tests.ingest.workbooks import workbook

SAMPLES = Path(__file__).parent / "samples"


def at(clock: str, day: int = 14) -> datetime:
    return datetime.fromisoformat(f"2026-10-{day} {clock}")


def read_samples(folder: Path, table: str, *files: str, **sources: SourceSettings) -> Intake:
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(SAMPLES / name, folder / name)
    return read_folder(folder, IngestOptions(absent=frozenset(NEEDED) - {table}, sources=sources))


def rows(intake: Intake, table: str, *columns: str) -> list[tuple[object, ...]]:
    return intake.records[table].select(columns).sort(columns[0]).collect().rows()


def test_the_example_in_the_readme_holds() -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    settings = parse_settings(text.split("```toml\n")[1].split("```")[0], Path("README.md"))
    assert [resolve(name, source).table for name, source in settings.inputs.sources.items()] == [
        "calls",
        "tickets",
        "customers",
    ]


def test_every_preset_says_where_its_format_is_described() -> None:
    assert {
        "asterisk-cdr",
        "asterisk-queue",
        "wecom-archive",
        "chatwoot",
        "zendesk-tickets",
        "servicenow-incidents",
    } <= set(presets())
    assert all(
        link.startswith("https://") for preset in presets().values() for link in preset.described_at
    )


def test_asterisk_calls_are_their_legs_together(tmp_path: Path) -> None:
    intake = read_samples(
        tmp_path, "calls", "Master.csv", pbx=SourceSettings(preset="asterisk-cdr")
    )
    columns = (
        "call_id",
        "direction",
        "started_at",
        "answered_at",
        "answered_at_unreadable",
        "number",
        "disposition",
    )
    assert rows(intake, "calls", *columns) == [
        # A machine spoke
        ("1791939600.1", "inbound", at("09:00:00"), None, False, "13800000001", "missed"),
        (
            "1791939900.2",
            "inbound",
            at("09:05:00"),
            at("09:05:08"),
            False,
            "13800000002",
            "answered",
        ),
        # The queue's answer
        ("1791940200.5", "inbound", at("09:10:00"), None, True, "13800000003", "answered"),
        ("1791940800.7", "inbound", at("09:20:00"), None, False, "13800000004", "busy"),
        (
            "1791941400.9",
            "outbound",
            at("09:30:00"),
            at("09:30:05"),
            False,
            "13800000001",
            "answered",
        ),
    ]
    # Of the three legs of the second call one repeats another, and two are merged into one.
    assert tuple(intake.accounting["calls"].values()) == (8, 5, 1, 1, 1)
    assert intake.quarantine.select("row", "reason").rows() == [(7, "a call between extensions")]


def test_the_queue_log_knows_the_agents_answer(tmp_path: Path) -> None:
    sources = {
        "pbx": SourceSettings(preset="asterisk-cdr"),
        "queue": SourceSettings(preset="asterisk-queue"),
    }
    intake = read_samples(tmp_path, "calls", "Master.csv", "queue_log", **sources)
    calls = {
        row[0]: row[1:]
        for row in rows(intake, "calls", "call_id", "answered_at", "ended_at", "agent_id")
    }
    assert calls["1791940200.5"] == (at("09:10:21"), at("09:12:00"), "PJSIP/301")
    assert calls["1791940490.20"] == (None, at("09:15:30"), None)
    assert intake.accounting["calls"]["accepted"] == 6
    assert "an event of no call" in intake.quarantine["reason"].to_list()


def test_wecom_archive(tmp_path: Path) -> None:
    intake = read_samples(
        tmp_path, "chats", "msgaudit.jsonl", wecom=SourceSettings(preset="wecom-archive")
    )
    customer, pair = "wmErxtDgAA9AW32YyyuYRimKr7D1KWlw", "lina|wmErxtDgAA9AW32YyyuYRimKr7D1KWlw"
    columns = ("sent_at", "message_id", "conversation_id", "sender", "text", "customer_id")
    assert rows(intake, "chats", *columns) == [
        (at("09:00:00"), "m1", pair, "customer", "机器人报警了,怎么处理?", customer),
        (at("09:01:01"), "m2", pair, "agent", "请稍等", customer),
        (at("09:01:35"), "m7", pair, "system", "[agree]", customer),
        (
            at("09:01:40"),
            "m8",
            "wrJawBCQAAStr3jxVxEH",
            "customer",
            "大家好",
            "woXXxtDgAA9AW32YyyuYRimKr7D1KWlw",
        ),
        (at("09:01:41"), "m9", "wrJawBCQAAStr3jxVxEH", "agent", "[file]", None),
        (
            at("09:01:42"),
            "m10",
            f"wbXXxtDgAA9AW32YyyuYRimKr7D1KWlw|{customer}",
            "bot",
            "自动通知",
            customer,
        ),
    ]
    assert tuple(intake.accounting["chats"].values()) == (11, 6, 1, 0, 4)
    assert intake.quarantine.select("row", "reason").rows() == [
        (3, "colleagues among themselves, no customer"),
        (4, "required, but empty"),
        (5, "a change of enterprise, no message"),
        (6, "the notice of a withdrawal; the message itself stays on record"),
    ]


def test_chatwoot_messages(tmp_path: Path) -> None:
    intake = read_samples(
        tmp_path, "chats", "chatwoot/messages.json", chat=SourceSettings(preset="chatwoot")
    )
    assert rows(intake, "chats", "message_id", "sender", "sent_at", "customer_id") == [
        ("1", "customer", at("09:00:00"), "51"),
        ("2", "bot", at("09:00:01"), None),
        ("4", "agent", at("09:01:00"), None),
        ("5", "system", at("09:01:40"), None),
    ]
    assert intake.quarantine["reason"].to_list() == ["a private note among colleagues"]


def test_zendesk_increments_supersede(tmp_path: Path) -> None:
    files = ("zendesk/2026-10-14.json", "zendesk/2026-10-15.json")
    intake = read_samples(
        tmp_path, "tickets", *files, desk=SourceSettings(preset="zendesk-tickets")
    )
    columns = (
        "ticket_id",
        "kind",
        "opened_at",
        "status",
        "severity",
        "solved_at",
        "channel",
        "satisfaction",
    )
    assert rows(intake, "tickets", *columns) == [
        ("1", "complaint", at("09:00:00"), "completed", "general", at("11:00:00", 15), "email", 5),
        ("2", "fault", at("09:00:00"), "open", "emergency", None, "phone", None),
    ]
    assert tuple(intake.accounting["tickets"].values()) == (4, 2, 0, 1, 1)


def test_servicenow_writes_utc(tmp_path: Path) -> None:
    intake = read_samples(
        tmp_path, "tickets", "incident.csv", itsm=SourceSettings(preset="servicenow-incidents")
    )
    columns = ("ticket_id", "opened_at", "status", "severity", "channel", "archived_at")
    assert rows(intake, "tickets", *columns) == [
        ("INC0010001", at("09:00:00"), "archived", "emergency", "phone", at("11:00:00", 15)),
        ("INC0010002", at("10:00:00"), "open", "general", "online", None),
    ]


def test_servicenow_workbooks_have_labels(read: Read) -> None:
    labels = [
        "Number",
        "Opened",
        "Short description",
        "Caller",
        "Priority",
        "State",
        "Updated",
        "Resolved",
        "Closed",
    ]
    incident = [
        "INC1",
        at("09:00:00"),
        "stopped",
        "王五",
        "1 - Critical",
        "Resolved",
        "",
        at("11:00:00"),
        None,
    ]
    source = SourceSettings(preset="servicenow-incidents", time_zone="Asia/Shanghai")
    intake = read(
        {"incident.xlsx": workbook(("Page 1", [labels, incident]))},
        "tickets",
        sources={"itsm": source},
    )
    columns = (
        "ticket_id",
        "opened_at",
        "customer_id",
        "status",
        "severity",
        "solved_at",
        "archived_at",
        "department",
    )
    assert rows(intake, "tickets", *columns) == [
        ("INC1", at("09:00:00"), "王五", "completed", "emergency", at("11:00:00"), None, None)
    ]
    (file,) = intake.understood
    assert {"solved_at", "completed_at", "archived_at"} <= {*file.columns.values()}
    assert not {"handler_id", "department", "channel", "recorded_at"} & {*file.columns.values()}


def test_servicenow_may_write_the_day_first_and_a_mark_for_nothing(read: Read) -> None:
    form = "%d/%m/%Y %H:%M"
    times = ("opened_at", "recorded_at", "solved_at", "completed_at", "archived_at")
    source = SourceSettings(
        preset="servicenow-incidents", empty=("?",), formats=dict.fromkeys(times, form)
    )
    text = "number,opened_at,sys_created_on,incident_state,priority,resolved_at,closed_at\n"
    text += "INC45,29/02/2016 01:16,?,Closed,3 - Moderate,29/02/2016 11:29,05/03/2016 12:00\n"
    intake = read({"incident.csv": text}, "tickets", sources={"itsm": source})
    assert rows(intake, "tickets", "ticket_id", *times, "status") == [
        (
            "INC45",
            datetime(2016, 2, 29, 9, 16),
            None,
            datetime(2016, 2, 29, 19, 29),
            datetime(2016, 2, 29, 19, 29),
            datetime(2016, 3, 5, 20),
            "archived",
        )
    ]
    assert intake.issues.is_empty()


def test_without_a_state_nothing_is_said_of_it(read: Read) -> None:
    source = SourceSettings(preset="servicenow-incidents")
    intake = read(
        {"incident.csv": "number,opened_at\nINC1,2026-10-14\n"}, "tickets", sources={"itsm": source}
    )
    assert rows(intake, "tickets", "status", "severity") == [(None, None)]


def test_a_preset_reads_no_file_that_lacks_what_it_needs(read: Read) -> None:
    source = {"itsm": SourceSettings(preset="servicenow-incidents")}
    with pytest.raises(
        InputError, match=r"incident\.csv: no column opened_at, .* reads for opened_at"
    ):
        read(
            {"incident.csv": "number,openedat,state\nINC1,2026-10-14,New\n"},
            "tickets",
            sources=source,
        )


def test_a_source_adds_to_what_its_preset_allows() -> None:
    more = {"optional": ("u_x",), "labels": {"u_x": ("X",)}, "columns": {"answer": "u_x"}}
    own = SourceSettings.model_validate({"preset": "servicenow-incidents", **more})
    whole = resolve("itsm", own)
    assert {"u_x", "closed_at"} <= {*whole.optional} and whole.labels["number"] == ("Number",)
    assert whole.labels["u_x"] == ("X",) and whole.columns["answer"] == "u_x"


def test_a_source_may_be_in_another_zone_than_its_preset(tmp_path: Path) -> None:
    source = SourceSettings(preset="servicenow-incidents", time_zone="Asia/Tokyo")
    intake = read_samples(tmp_path, "tickets", "incident.csv", itsm=source)
    assert intake.records["tickets"].select("opened_at").collect().row(0) == (at("00:00:00"),)


def test_a_mapping_of_ones_own(read: Read) -> None:
    source = SourceSettings(
        table="calls",
        files=("pbx/*.csv",),
        columns={
            "call_id": '"No."',
            "direction": "dir",
            "started_at": "day || ' ' || clock",
            "rings": "'2'",
        },
        values={"direction": {"inbound": ("Eingang",), "outbound": ("Ausgang",)}},
    )
    text = 'No.,dir,day,clock,note\n1,Eingang,2026-10-14,9:00,x\n2,AUSGANG,2026-10-14,"9:05",y\n'
    intake = read({"pbx/1.csv": text}, sources={"pbx": source})
    assert rows(intake, "calls", "call_id", "direction", "started_at", "rings") == [
        ("1", "inbound", at("09:00:00"), 2),
        ("2", "outbound", at("09:05:00"), 2),
    ]


def test_a_pattern_alone_reads_by_known_headings(read: Read) -> None:
    source = SourceSettings(table="calls", files=("2026-*.csv",))
    intake = read(
        {"2026-10.csv": "通话编号,呼叫方向,开始时间\nK1,呼入,2026-10-14\n"},
        sources={"export": source},
    )
    assert intake.accounting["calls"]["accepted"] == 1


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"preset": "avaya"}, "there is no preset 'avaya'"),
        ({"table": "call", "files": ("x",)}, "table = 'call' is no table"),
        ({"table": "calls"}, "give either files"),
        ({"table": "calls", "query": "select 1"}, 'needs uri = "env:NAME"'),
        (
            {"table": "calls", "files": ("x",), "columns": {"caller": "src"}},
            "calls has no column caller",
        ),
        (
            {"table": "calls", "files": ("x",), "columns": {"call_id": "MIN("}},
            "not an SQL expression: MIN(",
        ),
    ],
)
def test_wrong_sources_are_told(read: Read, source: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read({}, sources={"pbx": SourceSettings.model_validate(source)})
    assert words in str(caught.value) and "sources.pbx" in str(caught.value)
