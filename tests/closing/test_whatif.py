"""`kelou whatif`: a month under another rule is the month that an audit by that rule would find."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from flows.cli import run as kelou
from flows.closing.whatif import Change, limits_of, what_if
from flows.law.rulebooks import load_rulebooks
from flows.system.errors import InputError, UsageError

OWN = """rules:
  - id: TC-6.1-online
    title: {{zh: 在线, en: Online}}
    article: 第六条(一)
    requirement: {{zh: 限时答复。, en: An answer within the limit.}}
    topic: online-response
    subject: chat_session
    when: [customer_waiting]
    start: first_customer_message
    end: first_agent_message
    clock: wall
    limits:
      - {{core: {core}, important: 10min, ordinary: 15min}}
    basis: explicit
"""


def own_rulebooks(folder: Path, core: str) -> Path:
    shipped = load_rulebooks().rulebooks.rule("TC-6.1-online")
    assert (shipped.when, shipped.limits[0].important) == (("customer_waiting",), "10min")
    (folder / "TC").mkdir(parents=True)
    text = OWN.replace("online-response", shipped.topic).format(core=core)
    (folder / "TC" / "ours.yaml").write_text(text, "utf-8")
    return folder


def test_a_longer_limit_clears_the_case_and_its_finding(published: Path) -> None:
    found = what_if(published, Change(limits={"TC-6.1-online": {"core": "1h"}}))
    # The chat of the first visit was answered after 40 minutes; the others after one.
    changed = found.moves.filter(pl.col("verdict_then") != pl.col("verdict_now"))
    assert changed.select("subject_id", "verdict_then", "verdict_now").rows() == [
        ("H2610-0#1", "late", "met")
    ]
    assert not found.judged_again
    assert sum(found.then.findings.values()) - sum(found.now.findings.values()) in (0, 1)
    # The other chat of the core customer keeps its verdict and gets a later deadline.
    assert set(found.moves["subject_id"]) == {"H2610-0#1", "H2610-3#1"}


def test_limits_given_by_option_and_by_rulebooks_move_the_same(
    published: Path, tmp_path: Path
) -> None:
    limit = "30s"
    folder = own_rulebooks(tmp_path / "ours", limit)
    by_option = what_if(published, Change(limits={"TC-6.1-online": {"core": limit}}))
    by_folder = what_if(published, Change(rulebooks=folder))
    assert not by_option.moves.is_empty()
    assert by_option.moves.equals(by_folder.moves)
    assert by_option.now == by_folder.now


def test_another_choice_of_what_governs_moves_no_verdict(published: Path) -> None:
    found = what_if(published, Change(governing="order"))
    assert found.moves.is_empty()
    assert found.then.acts == found.now.acts


def test_a_tier_without_a_limit_has_no_obligation(published: Path) -> None:
    found = what_if(published, Change(limits={"TC-6.1-online": limits_of("core=")}))
    assert set(found.moves["verdict_then"]) == {"late", "met"}
    assert found.moves["verdict_now"].null_count() == found.moves.height == 2


def test_nothing_of_the_run_changes_and_a_program_reads_the_answer(
    published: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in published.rglob("*")}
    line = ["whatif", str(published)]
    for rule in ("TC-6.1-online", "RC-8.2-online"):
        line += ["--rule", rule, "--limits", "core=1h"]
    assert kelou([*line, "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["verdicts"] == [
        {"rule_id": rule, "then": "late", "now": "met", "n": 1}
        for rule in ("RC-8.2-online", "TC-6.1-online")
    ]
    assert content["now"]["departments"]["客户服务部"]["late"] == (
        content["then"]["departments"]["客户服务部"]["late"] - 1
    )
    assert {path: path.stat().st_mtime_ns for path in published.rglob("*")} == before


@pytest.mark.parametrize(("lang", "words"), [("zh", "1 项判定改变"), ("en", "1 verdicts change")])
def test_people_read_what_moves(
    published: Path, capsys: pytest.CaptureFixture[str], lang: str, words: str
) -> None:
    line = ["whatif", str(published), "--rule", "TC-6.1-online", "--limits", "core=1h"]
    assert kelou([*line, "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert words in shown and "H2610-0#1" in shown


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--rule", "TC-6.1-online"], "--limits once for each --rule"),
        (["--rule", "TC-6.1-online", "--limits", "gold=3min"], "--limits gold=3min: write TIER="),
        (["--rule", "TC-6.1-online", "--limits", "core=3mn"], "'3mn' is not a limit"),
        (["--rule", "TC-6.1-online", "--limits", "core=3wd"], "does not fit the clock wall"),
        (["--rule", "TC-nope", "--limits", "core=3min"], "--rule TC-nope: there is no such rule"),
        (["--governing", "gravest"], "write strictest or order"),
        ([], "say what is supposed"),
    ],
)
def test_what_cannot_be_supposed_is_told(
    published: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert kelou(["whatif", str(published), *options]) == 2
    assert words in capsys.readouterr().err


def test_only_a_run_can_be_judged_again(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not the folder of a run"):
        what_if(tmp_path, Change(governing="order"))


def test_records_that_changed_are_not_judged(
    published: Path, month_data: Path, tmp_path: Path
) -> None:
    elsewhere = Path(shutil.copytree(month_data, tmp_path / "data"))
    with (elsewhere / "calls" / "2026-10.csv").open("a", encoding="utf-8") as calls:
        calls.write("K9,inbound,2026-10-30 10:00:00,,,,,,,\n")
    with pytest.raises(InputError, match="no longer at hand"):
        what_if(published, Change(governing="order"), elsewhere)
