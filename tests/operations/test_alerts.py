"""Alerts reach a real receiver over HTTP, each once, and are recorded as Kelou's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from checks.oversight.deadlines import OPEN_STEPS
from flows.archive.closings import Closed
from flows.archive.run_folder import MANIFEST, sha256, write_json
from flows.closing.announce import announce
from flows.law.rulebooks import load_rulebooks
from flows.oversight.notify import ROOM
from flows.oversight.watch import deliver as delivering
from flows.oversight.watch.deliver import LINES, deliver, messages
from flows.oversight.watch.ledger import Ledger
from flows.settings import Settings
from flows.settings.sections import Alerts
from flows.system.errors import KelouError
from tests.operations.conftest import Receiver

AT = datetime(2026, 10, 14, 12)
BOOKS = load_rulebooks().rulebooks


ALERTS = Alerts(
    to=("env:KELOU_TEST_ALL",),
    emergency_group=("env:KELOU_TEST_EMERGENCY",),
    departments={"技术支持部": "env:KELOU_TEST_TECH"},
)


def steps(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Rows of subject, kind, department."""
    return pl.DataFrame(
        [
            {
                "subject_id": subject,
                "kind": kind,
                "department": department,
                "rule_id": "TC-6.2-urgent-respond",
                "due_at": AT + timedelta(hours=-1 if kind == "overdue" else 1),
                "responsible": "S01",
                "used": 0.9,
                "finding_id": f"F-{subject}",
                "left": timedelta(hours=-1 if kind == "overdue" else 1),
            }
            for subject, kind, department in rows
        ],
        schema=OPEN_STEPS,
    )


OPEN = steps(("T1", "warning", "客服部"), ("T2", "overdue", "技术支持部"))


def test_each_recipient_is_told_once_what_concerns_it(receiver: Receiver, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "alerts.csv")
    assert deliver(OPEN, BOOKS, ALERTS, ledger, AT) == 4
    told = dict(receiver.messages)
    assert ("T1" in told["/all"], "T2" in told["/all"]) == (True, True)
    assert ("T1" in told["/tech"], "T2" in told["/tech"]) == (False, True)
    assert ("T1" in told["/emergency"], "T2" in told["/emergency"]) == (False, True)
    assert ("F-T1" in told["/all"], "F-T2" in told["/all"]) == (False, True)
    assert deliver(OPEN, BOOKS, ALERTS, ledger, AT) == 0
    assert len(receiver.messages) == 3


def test_a_warning_that_becomes_overdue_is_told_again(receiver: Receiver, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "alerts.csv")
    deliver(steps(("T1", "warning", "客服部")), BOOKS, ALERTS, ledger, AT)
    assert deliver(steps(("T1", "overdue", "客服部")), BOOKS, ALERTS, ledger, AT) == 2


def test_an_address_that_fails_keeps_its_alerts_and_stops_nobody_else(
    receiver: Receiver, tmp_path: Path
) -> None:
    ledger = Ledger(tmp_path / "alerts.csv")
    receiver.broken = {"/all"}
    with pytest.raises(KelouError, match="env:KELOU_TEST_ALL") as caught:
        deliver(OPEN, BOOKS, ALERTS, ledger, AT)
    assert str(receiver.server_port) not in str(caught.value)
    assert [path for path, _ in receiver.messages] == ["/tech", "/emergency"]
    receiver.broken = set()
    assert deliver(OPEN, BOOKS, ALERTS, ledger, AT) == 2
    assert [path for path, _ in receiver.messages][2:] == ["/all"]


def test_the_ledger_names_kelou_as_the_source_and_no_address(
    receiver: Receiver, tmp_path: Path
) -> None:
    path = tmp_path / "alerts.csv"
    deliver(OPEN, BOOKS, ALERTS, Ledger(path), AT)
    rows = pl.read_csv(path)
    assert rows["source"].unique().to_list() == ["kelou"]
    assert "127.0.0.1" not in path.read_text("utf-8")


def test_a_flood_is_listed_up_to_a_bound_and_counted(receiver: Receiver, tmp_path: Path) -> None:
    flood = steps(*((f"T{n:03}", "overdue", "客服部") for n in range(LINES + 7)))
    deliver(flood, BOOKS, Alerts(to=("env:KELOU_TEST_ALL",)), Ledger(tmp_path / "alerts.csv"), AT)
    ((_, text),) = receiver.messages
    assert (
        text.count("【超时】") == LINES
        and "另有 7 件" in text
        and f"超时告警 {LINES + 7} 件" in text
    )


@pytest.mark.parametrize("subject", ["T{:03}", "长编号" * 900 + "{}"])
def test_a_message_has_no_more_bytes_than_its_channel_allows(subject: str) -> None:
    many = steps(*((subject.format(n), "overdue", "客服部") for n in range(30)))
    told = list(messages(many, BOOKS, AT, ROOM["wecombot"]))
    assert all(len(f"{title}\r\n{body}".encode()) <= 2_048 for _, title, body in told)
    assert len(told) > 2 and pl.concat([part for part, _, _ in told]).equals(many)
    assert ["（续）" in title for _, title, _ in told] == [False] + [True] * (len(told) - 1)
    assert next(iter(messages(many, BOOKS, AT, 10**6)))[0].height == 30


def test_a_refused_message_does_not_hold_back_those_behind_it(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "room_of", lambda _: 500)
    ledger, only = Ledger(tmp_path / "alerts.csv"), Alerts(to=("env:KELOU_TEST_ALL",))
    many = steps(*((f"T{n:03}", "overdue", "客服部") for n in range(9)))
    receiver.refused = "T000"
    with pytest.raises(KelouError, match="not delivered"):
        deliver(many, BOOKS, only, ledger, AT)
    told = len(receiver.messages)
    assert told > 2 and not any("T000" in text for _, text in receiver.messages)
    receiver.refused = None
    assert 0 < deliver(many, BOOKS, only, ledger, AT) < 9
    assert "T000" in receiver.messages[told][1] and deliver(many, BOOKS, only, ledger, AT) == 0


def test_an_id_that_would_be_a_formula_is_told_once_and_is_none_in_the_ledger(
    receiver: Receiver, tmp_path: Path
) -> None:
    ledger, odd = (
        Ledger(tmp_path / "alerts.csv"),
        steps(("=cmd|'/C calc'!A0", "overdue", "客服部"), ("a\nb", "overdue", "x")),
    )
    assert deliver(odd, BOOKS, Alerts(to=("env:KELOU_TEST_ALL",)), ledger, AT) == 2
    assert deliver(odd, BOOKS, Alerts(to=("env:KELOU_TEST_ALL",)), ledger, AT) == 0
    assert pl.read_csv(ledger.path)["subject_id"][0].startswith("'=")


def test_the_hash_of_a_closing_is_sent_away(receiver: Receiver, tmp_path: Path) -> None:
    folder = tmp_path / "lake" / "closings" / "2026-10" / "restatement-1"
    folder.mkdir(parents=True)
    write_json(folder / MANIFEST, {"closing": {"number": 7}})
    announce(Closed(folder), Settings(alerts=ALERTS))
    ((path, text),) = receiver.messages
    assert path == "/all" and sha256(folder / MANIFEST) in text
    assert "2026-10 已关账（重述 1）" in text and "第 7 号" in text
