"""A small file of each vendor, written after the sources that its preset names -> what it says."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from checks.records.tables import NEEDED
from flows.ingest import IngestOptions, read_folder
from flows.ingest.sources import presets
from flows.settings.sources import SourceSettings
from tests.ingest.test_presets import SAMPLES


def at(clock: str, day: int = 14) -> datetime:
    return datetime.fromisoformat(f"2026-10-{day} {clock}")


CALL = ("call_id", "direction", "started_at", "answered_at", "number", "agent_id", "disposition")
TICKET = ("ticket_id", "kind", "opened_at", "responded_at", "completed_at", "status", "severity")
EVENT = ("ticket_id", "event", "at")
CHAT = ("message_id", "sender", "sent_at", "text", "customer_id")
KF = "wmAJ2GCAAAme1XQRC-NI-q0_ZM9ukoAw"
CASES: dict[str, tuple[str, tuple[str, ...], list[tuple[Any, ...]], list[str]]] = {
    "freeswitch-cdr": (
        "freeswitch.csv",
        CALL[1:],
        [
            ("inbound", at("09:00:00"), at("09:00:08"), "13800000001", "9007", "answered"),
            ("inbound", at("09:05:00"), None, "13800000002", "9008", "busy"),
            ("outbound", at("09:10:00"), at("09:10:05"), "013800000002", "9008", "answered"),
        ],
        ["a call between extensions"],
    ),
    "freepbx-cdr": (
        "freepbx.csv",
        (*CALL[1:], "answered_at_unreadable"),
        [
            ("inbound", at("09:00:00"), at("09:00:08"), "13800000001", "301", "answered", False),
            # Billed from its first second: the queue answered
            ("inbound", at("09:05:00"), None, "13800000002", "302", "answered", True),
            ("outbound", at("09:10:00"), None, "013800000003", None, "missed", False),
        ],
        ["a call between extensions"],
    ),
    "3cx-cdr": (
        "cdr-3cx.log",
        CALL[1:],
        [
            ("inbound", at("09:02:03"), at("09:02:15"), "13800000001", "Alice", "answered"),
            ("inbound", at("00:30:00", 15), None, "13800000002", None, "missed"),
            ("outbound", at("10:00:00"), at("10:00:05"), "13800000002", "Trunk", "answered"),
        ],
        ["a call between extensions"],
    ),
    "genesys-cloud": (
        "genesys.json",
        CALL[1:],
        [
            ("inbound", at("09:00:20"), at("09:00:40"), "+8613800000001", "u1", "answered"),
            ("inbound", at("10:00:00"), None, "+8613800000002", None, "missed"),
        ],
        ["no call"],
    ),
    "jira-service-management": (
        "jira.csv",
        TICKET,
        [
            ("SUP-1", "fault", at("09:05"), None, at("13:05"), "completed", "emergency"),
            ("SUP-2", "inquiry", at("12:10"), None, None, "open", "general"),
        ],
        [],
    ),
    "jira-changelog": (
        "jira-changelog.json",
        EVENT,
        [("SUP-1", "completed", at("13:05:00")), ("SUP-1", "reopened", at("14:05:00"))],
        ["a change of another field", "a status that is no milestone"],
    ),
    "freshdesk": (
        "freshdesk.csv",
        TICKET,
        [
            ("1001", "fault", at("09:00"), at("09:06:25"), at("11:00"), "archived", "emergency"),
            ("1002", "inquiry", at("10:00"), None, None, "open", "general"),
        ],
        [],
    ),
    "frappe-helpdesk": (
        "HD Ticket.csv",
        (*TICKET, "satisfaction"),
        [
            (
                "1",
                "fault",
                at("09:36:54"),
                at("15:39:21.092683"),
                at("09:24:40.736607", 15),
                "completed",
                "emergency",
                1,
            )
        ],
        [],
    ),
    "zammad": (
        "zammad.csv",
        TICKET,
        [
            ("67001", "inquiry", at("09:00"), at("09:10"), at("11:00"), "completed", "emergency"),
            ("67002", "inquiry", at("10:00"), None, None, "open", "general"),
        ],
        [],
    ),
    "osticket": (
        "osticket.csv",
        TICKET,
        [
            ("482913", "fault", at("09:00"), None, at("11:00"), "completed", "emergency"),
            ("482914", "inquiry", at("10:00"), None, None, "open", "general"),
        ],
        [],
    ),
    "glpi": (
        "glpi.csv",
        TICKET,
        [
            ("17", "fault", at("09:00"), at("09:05"), at("11:00"), "completed", "emergency"),
            ("18", "demand", at("10:00"), None, None, "open", "general"),
        ],
        [],
    ),
    "wecom-kf": (
        "wecom-kf.json",
        CHAT,
        [
            ("k1", "customer", at("09:00:00"), "在吗", KF),
            ("k2", "system", at("09:00:01"), "[event]", KF),
            ("k3", "agent", at("09:01:00"), "[image]", KF),
        ],
        [],
    ),
    "dingtalk-approvals": (
        "dingtalk.csv",
        TICKET[:-1],
        [
            ("202610140900000001", "demand", at("09:00"), None, at("10:00", 15), "completed"),
            ("202610141000000002", "demand", at("10:00"), None, None, "open"),
        ],
        [],
    ),
    "feishu-approvals": (
        "approvals.json",
        TICKET[:-1],
        [
            ("202610140001", "demand", at("09:00"), at("09:15"), at("13:00"), "completed"),
            ("202610140002", "demand", at("10:00"), None, None, "open"),
        ],
        [],
    ),
    "udesk-tickets": (
        "udesk.json",
        (*TICKET, "channel", "handling_started_at"),
        [
            (
                "74",
                "inquiry",
                at("09:00"),
                None,
                at("11:00"),
                "archived",
                "general",
                "phone",
                at("10:00"),
            ),
            ("79", "inquiry", at("14:59:05"), None, None, "open", "emergency", "online", None),
        ],
        [],
    ),
    "zendesk-metric-events": (
        "zendesk-metric.json",
        EVENT,
        [("1", "responded", at("09:10")), ("1", "solved", at("10:00"))],
        ["a metric that is no milestone"],
    ),
    "zendesk-ticket-events": (
        "zendesk-events.json",
        EVENT,
        [
            ("1", "completed", at("10:00")),
            ("1", "reopened", at("11:00")),
            ("1", "solved", at("10:00")),
        ],
        ["a change that is no milestone"],
    ),
    "chatwoot": (
        "chatwoot-api.json",
        CHAT,
        [
            ("21", "customer", at("09:00"), "hello", "51"),
            ("22", "agent", at("09:01"), "hi", None),
            ("23", "bot", at("09:01:10"), "auto", None),
        ],
        [],
    ),
    "chatwoot-conversations": (
        "chatwoot-conversations.json",
        TICKET,
        [
            ("7", "inquiry", at("09:00"), at("09:01"), None, "completed", "emergency"),
            ("8", "inquiry", at("10:00"), None, None, "open", None),
        ],
        [],
    ),
}


@pytest.mark.parametrize("preset", CASES)
def test_a_vendors_sample(preset: str, tmp_path: Path) -> None:
    name, columns, wanted, left_out = CASES[preset]
    shutil.copy(SAMPLES / name, tmp_path / name)
    source = SourceSettings(preset=preset, files=(name,))
    table = presets()[preset].table or ""
    options = IngestOptions(absent=frozenset(NEEDED) - {table}, sources={"x": source})
    intake = read_folder(tmp_path, options)
    found = intake.records[table].select(columns).sort(columns).collect().rows()
    assert sorted(found, key=str) == sorted(wanted, key=str)
    assert sorted({*intake.quarantine["reason"]}) == sorted(left_out)
    unreadable = [c for c in columns if c.endswith("_unreadable")]
    assert unreadable or intake.issues.is_empty(), intake.issues.rows()


def test_the_shipped_presets_have_their_samples() -> None:
    older = {"asterisk-cdr", "asterisk-queue", "wecom-archive", "zendesk-tickets"}
    assert {*CASES, *older, "servicenow-incidents"} <= {*presets()}
