"""What becomes of findings: who says what, who may verify, what a later closing opens again."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.records.tables import NEEDED
from checks.results.findings import FINDINGS
from checks.results.register import REGISTER
from flows.archive.closings import Closed, of_month
from flows.archive.log import Log
from flows.audit.data_source import LakeSource
from flows.cli import run as kelou
from flows.closing.approvals import add, entry_of
from flows.closing.findings import log
from flows.closing.findings.acts import answer, assign, verify
from flows.closing.findings.decisions import decide
from flows.closing.findings.filled_in import import_workbook
from flows.closing.findings.log import entries
from flows.closing.findings.objections import contested, objections_of
from flows.closing.findings.reopening import reopen, reopen_after_audit
from flows.closing.findings.states import finding_of, findings
from flows.ingest import options_of
from flows.ingest.lake import Lake, pin, read_lake
from flows.ingest.lake.alone import finish_what_was_left
from flows.settings import Settings
from flows.system.errors import DifferenceFound, InputError, UsageError

CASE, DUTY = "F-000000000001", "E-000000000001"
ENTRY = {
    "kind": "timeliness",
    "grade": "major",
    "grade_reason": "core",
    "state": "open",
    "step": "complaint-respond",
    "clauses": "TC 第六条(五)",
    "title_zh": "投诉响应",
    "title_en": "Complaint: response",
    "period": "2026-10-01/2026-10-31",
    "attributed": True,
    "failing": 1,
    "of": 1,
    "department": "客户服务部",
    "responsible": "A1",
    "customer_id": "C1",
}


def _entry(number: str, **cells: Any) -> dict[str, Any]:
    return {"finding_id": number, "subject": number, **ENTRY, **cells}


def _duty(number: str, **cells: Any) -> dict[str, Any]:
    about = {"kind": "evidence", "step": "warnings", "responsible": None, "customer_id": None}
    return _entry(number, **{**about, **cells})


def _close(
    lake: Path, month: str, *rows: dict[str, Any], name: str = "closing", **began: datetime
) -> Closed:
    """A closing that holds these entries; `began`: when the clocks of cases started, by number."""
    folder = lake / "closings" / month / name
    folder.mkdir(parents=True)
    start = datetime.fromisoformat(f"{month}-01")
    end = (start + timedelta(days=32)).replace(day=1)
    period = {"start": str(start), "end": str(end), "cutoff": str(end)}
    number = len(list((lake / "closings").glob("*/*/manifest.json"))) + 1
    manifest = {"period": period, "closing": {"number": number}}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    pl.DataFrame(rows, schema=REGISTER).write_parquet(folder / "register.parquet")
    cases = [{"finding_id": key.replace("_", "-"), "triggered_at": at} for key, at in began.items()]
    pl.DataFrame(cases, schema=FINDINGS).write_parquet(folder / "findings.parquet")
    return Closed(folder)


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    folder = tmp_path / "lake"
    _close(folder, "2026-10", _entry(CASE), _duty(DUTY))
    return folder


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    path = tmp_path / "服务单.pdf"
    path.write_bytes(b"%PDF")
    return path


def _settle(lake: Path, proof: Path, number: str = CASE) -> None:
    answer(str(lake), number, "李工", "已补签", done=True, evidence=proof)
    verify(str(lake), number, "王审计")


def test_a_finding_goes_from_hand_to_hand(lake: Path, proof: Path) -> None:
    uri = str(lake)
    assert assign(uri, CASE, "李工", "张主管", "2026-11-10")
    assert finding_of(uri, CASE).state == "open"
    assert answer(uri, CASE, "李工", "原因为人员短缺")
    assert finding_of(uri, CASE).state == "answered"
    _settle(lake, proof)
    found = finding_of(uri, CASE)
    assert (found.state, found.owner, found.due) == ("verified", "李工", "2026-11-10")
    assert [said["kind"] for said in found.history] == ["assign", "answer", "correct", "verify"]
    assert all(said["by"] and said["at"] for said in found.history)
    assert len(found.history[2]["evidence"]["sha256"]) == 64
    assert finding_of(uri, DUTY).state == "open"


def test_who_answered_does_not_verify(lake: Path, proof: Path) -> None:
    answer(str(lake), CASE, "Li Gong", "done", done=True, evidence=proof)
    for alias in ("Li Gong", " li gong", "ＬＩ ＧＯＮＧ"):
        with pytest.raises(UsageError, match="another person"):
            verify(str(lake), CASE, alias)
    assert verify(str(lake), CASE, "王审计")


def test_nothing_is_verified_before_it_is_put_right_with_evidence(lake: Path) -> None:
    with pytest.raises(UsageError, match="first somebody says that it is put right"):
        verify(str(lake), CASE, "王审计")
    with pytest.raises(UsageError, match="needs --evidence"):
        answer(str(lake), CASE, "李工", "已补签", done=True)
    with pytest.raises(UsageError, match="no such file"):
        answer(str(lake), CASE, "李工", "已补签", done=True, evidence=lake / "none.pdf")
    assert entries(str(lake)) == []


def test_a_rejected_correction_is_open_again(lake: Path, proof: Path) -> None:
    answer(str(lake), CASE, "李工", "已补签", done=True, evidence=proof)
    with pytest.raises(UsageError, match="--note is empty"):
        verify(str(lake), CASE, "王审计", reject=True)
    assert verify(str(lake), CASE, "王审计", "签名不清", reject=True)
    assert finding_of(str(lake), CASE).state == "open"


def test_the_same_said_twice_is_one(lake: Path, proof: Path) -> None:
    for first in (True, False):
        assert assign(str(lake), CASE, "李工", "张主管") is first
    _settle(lake, proof)
    assert verify(str(lake), CASE, "王审计") is False
    with pytest.raises(UsageError, match="nothing is left"):
        answer(str(lake), CASE, "李工", "再补充")
    assert len(entries(str(lake))) == 3


def test_unknown_findings_empty_names_and_days_are_refused(lake: Path) -> None:
    with pytest.raises(UsageError, match="no closing holds a finding F-9"):
        assign(str(lake), "F-9", "李工", "张主管")
    with pytest.raises(UsageError, match="--by is empty"):
        assign(str(lake), CASE, "李工", " ")
    with pytest.raises(UsageError, match="is no day"):
        assign(str(lake), CASE, "李工", "张主管", "下周")


@pytest.mark.parametrize("file", ["checkpoint", "log.json"])
@pytest.mark.parametrize("written", [False, True])
def test_a_word_killed_on_its_way_is_there_or_not(
    lake: Path, monkeypatch: pytest.MonkeyPatch, file: str, written: bool
) -> None:
    """Once it is logged it was said, and the next command of any kind puts it in its place."""

    class Killed(BaseException):
        pass

    replace = os.replace

    def killed(before: Any, after: Any) -> None:
        mine = Path(after).name == file
        if written or not mine:
            replace(before, after)
        if mine:
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(os, "replace", killed)
        assign(str(lake), CASE, "李工", "张主管")
    said = written or file == "log.json"
    finish_what_was_left(Lake(str(lake)))
    assert len(entries(str(lake))) == int(said)
    assert assign(str(lake), CASE, "李工", "张主管") is not said
    assert [said["kind"] for said in entries(str(lake))] == ["assign"]
    assert len(Log(lake).entries("act")) == 1
    assert sorted(path.name for path in (lake / "findings").iterdir()) == ["log.json"]


def test_a_request_is_recorded_once(lake: Path) -> None:
    uri = str(lake)
    assert assign(uri, CASE, "李工", "张主管", request="7") is True
    assert assign(uri, CASE, "王工", "张主管", request="8") is True
    assert assign(uri, CASE, "李工", "张主管", request="7") is False, "given again, later"
    assert assign(uri, CASE, "李工", "张主管", request="9") is True, "meant once more"
    with pytest.raises(UsageError, match="something else was recorded under it"):
        assign(uri, CASE, "赵工", "张主管", request="8")
    with pytest.raises(UsageError, match="--request is empty"):
        assign(uri, CASE, "赵工", "张主管", request=" ")
    assert [said["to"] for said in entries(uri)] == ["李工", "王工", "李工"]


@pytest.mark.parametrize("change", ["note", "drop"])
def test_a_changed_or_shortened_log_is_noticed(lake: Path, proof: Path, change: str) -> None:
    _settle(lake, proof)
    path = lake / "findings" / "log.json"
    content = json.loads(path.read_text("utf-8"))
    if change == "note":
        content["entries"][0]["note"] = "已换新"
    else:
        del content["entries"][0]
    path.write_text(json.dumps(log.sealed(content), ensure_ascii=False), "utf-8")
    with pytest.raises(DifferenceFound, match="not as it was written"):
        findings(str(lake))


AFTER = datetime(2099, 1, 15)
BEFORE = datetime(2026, 11, 1)


@pytest.mark.parametrize(
    ("cells", "began", "again"),
    [
        ({}, AFTER, True),
        ({}, BEFORE, False),
        ({"responsible": "A2"}, AFTER, True),
        ({"customer_id": "C2"}, AFTER, True),
        ({"responsible": "A2", "customer_id": "C2"}, AFTER, False),
        ({"responsible": None, "customer_id": None}, AFTER, False),
        ({"step": "complaint-close"}, AFTER, False),
    ],
)
def test_the_same_step_breached_again_opens_a_verified_finding(
    lake: Path, proof: Path, cells: dict[str, Any], began: datetime, again: bool
) -> None:
    _settle(lake, proof)
    later = _close(lake, "2099-01", _entry("F-2", **cells), F_2=began)
    assert reopen(str(lake), later, Settings()) == ([CASE] if again else [])
    assert reopen(str(lake), later, Settings()) == []
    found = finding_of(str(lake), CASE)
    assert found.state == ("open" if again else "verified")
    if again:
        assert found.history[-1]["note"] == "2099-01/closing: the same again, F-2"
        _settle(lake, proof)
        assert finding_of(str(lake), CASE).state == "verified"


@pytest.mark.parametrize("configured", [False, True])
def test_any_audit_opens_it_not_only_a_closing(
    lake: Path, proof: Path, tmp_path: Path, configured: bool
) -> None:
    """In the lake that it reads, or, of a folder, in the configured one."""
    _settle(lake, proof)
    run = _close(tmp_path / "elsewhere", "2099-01", _entry("F-2"), F_2=AFTER).folder
    settings = Settings.model_validate({"lake": {"path": str(lake)}}) if configured else Settings()
    source = tmp_path if configured else LakeSource(str(lake))
    assert reopen_after_audit(tmp_path, run, Settings()) == []
    assert reopen_after_audit(source, run, settings) == [CASE]
    assert reopen_after_audit(source, run, settings) == []
    said = finding_of(str(lake), CASE).history[-1]
    assert (said["kind"], said["by"]) == ("reopen", "kelou")
    assert said["note"] == "audit of 2099-01 as of 2099-02-01 00:00: the same again, F-2"


@pytest.mark.parametrize(
    ("month", "cells", "again"),
    [
        ("2099-01", {}, True),
        ("2026-11", {}, False),
        ("2099-01", {"department": "信息技术部"}, False),
        ("2099-01", {"kind": "completeness"}, False),
    ],
)
def test_a_duty_failed_again_in_a_later_period_opens_it(
    lake: Path, proof: Path, month: str, cells: dict[str, Any], again: bool
) -> None:
    _settle(lake, proof, DUTY)
    later = _close(lake, month, _duty("E-2", **cells))
    assert reopen(str(lake), later, Settings()) == ([DUTY] if again else [])


def test_what_nobody_verified_is_not_opened_again(lake: Path, proof: Path) -> None:
    answer(str(lake), CASE, "李工", "已补签", done=True, evidence=proof)
    later = _close(lake, "2099-01", _entry("F-2"), F_2=AFTER)
    assert reopen(str(lake), later, Settings()) == []


def test_what_a_restatement_takes_back_is_withdrawn(lake: Path) -> None:
    _close(lake, "2026-10", _duty(DUTY), name="restatement-1")
    assert {f.number: f.state for f in findings(str(lake))} == {CASE: "withdrawn", DUTY: "open"}
    with pytest.raises(UsageError, match="withdrawn"):
        answer(str(lake), CASE, "李工", "已补签")


def test_commands(lake: Path, proof: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = ["--lake", str(lake)]
    said = ["--by", "李工", "--note", "已补签", "--done", "--evidence", str(proof)]
    assert kelou(["findings", "answer", CASE, *said, *at]) == 0
    assert kelou(["findings", "verify", CASE, "--by", "李工", *at]) == 2
    assert kelou(["findings", "verify", CASE, "--by", "王审计", *at]) == 0
    capsys.readouterr()
    assert kelou(["findings", "list", "--state", "verified", "--format", "json", *at]) == 0
    rows = json.loads(capsys.readouterr().out)["findings"]
    assert [(row["finding_id"], row["state"]) for row in rows] == [(CASE, "verified")]
    assert kelou(["findings", "list", "--kind", "evidence", *at]) == 0
    listed = capsys.readouterr().out
    assert DUTY in listed and CASE not in listed and "待整改 1 件" in listed
    assert kelou(["findings", "show", CASE, *at]) == 0
    card = capsys.readouterr().out
    assert "王审计 核实销号" in card and "服务单.pdf" in card and "核心客户的服务事项" in card


RULES = "TC-6.5-respond;RC-8.2-told"


@pytest.fixture
def disputed(lake: Path) -> str:
    """The lake whose case and whose duty a department objects to."""
    for number in (CASE, DUTY):
        _object(lake, number)
    folder = lake / "closings" / "2026-10" / "closing"
    case = [{"finding_id": CASE, "subject_id": "T1", "rules": RULES}]
    pl.DataFrame(case, schema=FINDINGS).write_parquet(folder / "findings.parquet")
    return str(lake)


def _object(lake: Path, number: str) -> None:
    folder = lake / "closings" / "2026-10" / "closing"
    shown = {"file": "停机记录.pdf", "sha256": "0" * 64}
    more = {"department": "客户服务部", "finding": number, "evidence": shown}
    add(folder, entry_of(folder, "objection", "李工", "系统停机", **more))


def test_an_objection_is_decided_by_another_person(disputed: str) -> None:
    assert finding_of(disputed, CASE).state == "disputed"
    with pytest.raises(UsageError, match="another person must decide"):
        decide(disputed, CASE, " 李工", "停机有记录", True, Settings())
    with pytest.raises(UsageError, match="--note is empty"):
        decide(disputed, CASE, "赵总", " ", False, Settings())
    assert entries(disputed) == []
    assert decide(disputed, CASE, "赵总", "无停机记录", False, Settings()) == (True, 0)
    assert finding_of(disputed, CASE).state == "upheld"
    with pytest.raises(UsageError, match="nobody objects to it"):
        decide(disputed, CASE, "孙总", "停机有记录", True, Settings())
    history = finding_of(disputed, CASE).history
    assert [said["kind"] for said in history] == ["object", "dismiss"]


def test_an_accepted_objection_is_an_exemption_on_record_and_said_twice_is_one(
    disputed: str,
) -> None:
    found = [decide(disputed, CASE, "赵总", "停机有记录", True, Settings()) for _ in range(2)]
    assert found == [(True, 2), (False, 2)]
    assert decide(disputed, DUTY, "赵总", "台账已补", True, Settings()) == (True, 0)
    assert {finding_of(disputed, number).state for number in (CASE, DUTY)} == {"withdrawn"}
    options = replace(options_of(Settings()), absent=frozenset(NEEDED))
    rows = read_lake(Lake(disputed), options, pin(Lake(disputed))).records["exemptions"]
    cells = ("subject_id", "rule_id", "approved_by", "accepted_objection")
    assert rows.select(cells).collect().rows() == [
        ("T1", rule, "赵总", CASE) for rule in RULES.split(";")
    ]
    assert "停机记录.pdf" in rows.collect()["evidence"][0]


def test_nothing_follows_from_what_is_under_objection(disputed: str) -> None:
    editions = of_month(disputed, "2026-10")
    assert contested(disputed, editions) == {CASE, DUTY}
    decide(disputed, CASE, "赵总", "停机有记录", True, Settings())
    decide(disputed, DUTY, "赵总", "没有台账", False, Settings())
    assert contested(disputed, editions) == {CASE}
    decided = {o.finding: o.decision for o in objections_of(editions[-1].folder, editions)}
    assert {number: bool(d and d.accepted) for number, d in decided.items()} == {
        CASE: True,
        DUTY: False,
    }


def test_decisions_by_command(disputed: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = ["--note", "停机有记录", "--lake", disputed]
    assert kelou(["findings", "decide", CASE, "--accept", "--by", "李工", *said]) == 2
    assert "another person must decide" in capsys.readouterr().err
    assert kelou(["findings", "decide", CASE, "--reject", "--by", "赵总", *said]) == 0
    assert f"{CASE} stands" in capsys.readouterr().out
    assert kelou(["findings", "show", CASE, "--lake", disputed]) == 0
    card = capsys.readouterr().out
    assert "李工 提出异议" in card and "赵总 决定异议不成立" in card


HEADINGS = ("编号", "交办给", "完成期限", "整改情况", "证据文件", "填写人")


def _workbook(path: Path, *rows: tuple[str | None, ...], sheet: str = "问题登记") -> Path:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(HEADINGS, pl.String), orient="row")
    frame.write_excel(path, worksheet=sheet)
    return path


def test_a_filled_in_workbook_is_read_back_once(
    lake: Path, proof: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _workbook(
        tmp_path / "findings.xlsx",
        (CASE, "李工", "2026-11-10", "已补签", proof.name, "李工"),
        (DUTY, None, None, "正在核实", None, None),
        ("F-3", None, None, None, None, "李工"),
        ("F-9", "李工", None, None, None, None),
        (DUTY, None, "下周", None, "没有这个文件.pdf", None),
    )
    found = import_workbook(str(lake), path, "张主管")
    assert (found.new, found.known) == (3, 0)
    assert [line.partition(":")[0] for line in found.refused] == [
        "findings.xlsx, row 5",
        "findings.xlsx, row 6",
    ]
    case, duty = finding_of(str(lake), CASE), finding_of(str(lake), DUTY)
    assert (case.state, case.owner, case.due) == ("corrected", "李工", "2026-11-10")
    assert (duty.state, duty.history[0]["by"]) == ("answered", "张主管")
    assert kelou(["findings", "import", str(path), "--by", "张主管", "--lake", str(lake)]) == 3
    out = capsys.readouterr()
    assert "0 recorded" in out.out and "row 5" in out.err
    for wrong in (_workbook(tmp_path / "other.xlsx", sheet="别的"), proof, tmp_path / "none.xlsx"):
        with pytest.raises(InputError, match=wrong.name):
            import_workbook(str(lake), wrong, "张主管")


def test_a_place_without_closings_is_no_lake_without_findings(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no month is closed there"):
        findings(str(tmp_path / "nowhere"))
