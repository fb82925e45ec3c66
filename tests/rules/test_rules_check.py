"""`kelou rules check` says everything that is wrong at once, and which combinations no rule, or
more than one, binds; `kelou rules new` writes what it finds nothing wrong in."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from checks.judging import judge
from checks.law.combinations import combinations
from flows.cli import run
from flows.law.inspection import inspect_folder
from flows.law.new_rulebooks import write_new
from flows.law.rulebooks import load_rulebooks
from flows.system.errors import UsageError
from flows.system.visible import message
from tests.numbers.frames import OCTOBER, records

BAD = sorted((Path(__file__).parents[1] / "bad_rulebooks").glob("*.yaml"))
OCTOBER_1 = date(2026, 10, 1)

RULE = """  - id: {id}
    title: {{zh: 报价, en: Quotation}}
    article: 第一条
    requirement: {{zh: 限时报价。, en: A quotation in time.}}
    topic: {topic}
    subject: ticket
    when: {when}
    start: requested_at
    end: {end}
    {clock}: wall
    limits:
      - {limits}
    basis: explicit
"""
GOOD = {
    "topic": "quote",
    "when": "[demand]",
    "end": "replied_at",
    "clock": "clock",
    "limits": "{core: 4h, important: 8h}",
}
HEADING = """regulation:
  title: {zh: 报价, en: Quotations}
topics:
  quote: {zh: 报价, en: Quotation}
"""


def folder_of(tmp_path: Path, *rules: dict[str, str], more: str = "") -> Path:
    """A regulation OWN of these rules, which differ from GOOD in what is given."""
    listed = [RULE.format(**{**GOOD, "id": f"OWN-{n}", **r}) for n, r in enumerate(rules, 1)]
    (tmp_path / "OWN").mkdir(parents=True)
    text = f"{HEADING}rules:\n{''.join(listed)}{more}"
    (tmp_path / "OWN" / "a.yaml").write_text(text, "utf-8")
    return tmp_path


def mistakes(folder: Path) -> list[tuple[str, str]]:
    """Key and message of each."""
    return [(error.key, error.message) for error in inspect_folder(folder).mistakes]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_single_mistake_is_told_as_by_every_other_command(path: Path, tmp_path: Path) -> None:
    expected = path.read_text("utf-8").partition("\n")[0].removeprefix("# error: ")
    (tmp_path / "OWN").mkdir()
    copy = shutil.copy(path, tmp_path / "OWN" / path.name)
    found = inspect_folder(tmp_path).mistakes
    assert message(f"{copy}, {expected}") in [message(str(error)) for error in found]


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    more = """clauses:
  - {id: OWN-1, article: 一, status: automated, rules: [OWN-1, OWN-9], summary: {zh: 一, en: a}}
  - {id: XX-2, article: 第二条, status: manual, summary: {zh: 二, en: two}}
"""
    wrong = {"when": "[demandd, urgnt]", "end": "replied", "limits": "{core: 4wd, important: 2h}"}
    folder = folder_of(
        tmp_path,
        wrong,
        {"topic": "quotee", "limits": "{core: 4 hours, important: 8h}"},
        {"clock": "clok"},
        {"topic": "qu"},
        {},
        more=more,
    )
    (folder / "OWN" / "b.yaml").write_text("rules:\n  - x\n", "utf-8")
    (folder / "OWN" / "c.yaml").write_bytes("topics: 报".encode("gb18030"))
    found = inspect_folder(folder).mistakes
    told = [(Path(error.file).name, error.key) for error in found]
    assert told == [
        ("c.yaml", ""),
        *(("a.yaml", f"rules[1].{key}") for key in ("when[1]", "when[2]", "end")),
        ("a.yaml", "rules[1].limits[1].core"),
        ("a.yaml", "rules[2].topic"),
        ("a.yaml", "rules[2].limits[1].core"),
        ("a.yaml", "rules[3].clok"),
        ("a.yaml", "rules[4].topic"),
        ("a.yaml", "clauses[1].rules[2]"),
        ("a.yaml", "clauses[2].id"),
        ("b.yaml", "rules[1]"),
    ]
    lines = (folder / "OWN" / "a.yaml").read_text("utf-8").splitlines()
    wanted = {"rules[4].topic": "topic: qu", "rules[2].limits[1].core": "4 hours"}
    for error in found:
        if error.key in wanted:
            assert wanted[error.key] in lines[error.line - 1]


def test_what_follows_from_a_mistake_is_no_mistake(tmp_path: Path) -> None:
    clause = (
        "clauses:\n  - {id: OWN-1, article: 一, status: automated, rules: [OWN-1], "
        "summary: {zh: 一, en: one}}\n"
    )
    folder = folder_of(tmp_path, {"when": "[nothing]"}, more=clause)
    assert [key for key, _ in mistakes(folder)] == ["rules[1].when[1]"]


def test_a_folder_without_a_heading_is_told_once(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, {}, {})
    path = folder / "OWN" / "a.yaml"
    path.write_text(path.read_text("utf-8").replace(HEADING, ""), "utf-8")
    assert [message for _, message in mistakes(folder)] == [
        "OWN is not shipped, so one of its files needs a `regulation:` heading with a title"
    ]


def test_mistakes_end_in_status_2_and_a_sound_folder_in_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = folder_of(tmp_path / "wrong", {"when": "[x]"}, {"end": "y"})
    assert run(["rules", "check", str(wrong), "--lang", "en"]) == 2
    assert capsys.readouterr().out.splitlines()[-1] == "2 mistakes"
    sound = folder_of(tmp_path / "sound", {})
    assert run(["rules", "check", str(sound), "--lang", "zh"]) == 0
    shown = capsys.readouterr().out
    assert "没有错误" in shown and "未列入任何条款的规则：OWN-1" in shown


def standing(folder: Path | None, topic: str) -> list[tuple[str, dict[str, list[str]], list[str]]]:
    """(standing, cells, rules) of what is told of an act."""
    found = combinations(load_rulebooks(folder).rulebooks, OCTOBER_1)
    return [
        (c.standing, {name: sorted(v) for name, v in c.cells.items()}, list(c.rules))
        for c in found
        if c.topic == topic
    ]


def test_a_combination_that_no_rule_binds_is_a_gap(tmp_path: Path) -> None:
    every = "{core: 1h, important: 1h, ordinary: 1h, intent: 1h, potential: 1h}"
    folder = folder_of(
        tmp_path,
        {"when": "[demand, phone]", "limits": every},
        {"when": "[demand, email, emergency]", "limits": every},
    )
    assert standing(folder, "quote") == [
        ("scope", {"channel": ["", "online", "social", "walk_in"]}, []),
        ("scope", {"kind": ["complaint", "fault", "inquiry"]}, []),
        ("gap", {"channel": ["email"], "severity": ["", "general"]}, []),
    ]


def test_a_combination_of_two_rules_of_one_regulation_is_a_double(tmp_path: Path) -> None:
    every = "{core: 1h, important: 1h, ordinary: 1h, intent: 1h, potential: 1h}"
    folder = folder_of(
        tmp_path,
        {"when": "[demand]", "limits": every},
        {"when": "[demand, phone]", "limits": "{core: 2h}"},
    )
    doubles = [row for row in standing(folder, "quote") if row[0] == "double"]
    assert doubles == [("double", {"channel": ["phone"], "tier": ["core"]}, ["OWN-1", "OWN-2"])]


def test_two_regulations_on_one_act_are_told_as_resolved() -> None:
    assert ("governed", {"tier": ["core", "important"]}, ["TC-6.1-online", "RC-8.2-online"]) in (
        standing(None, "online-first-reply")
    )


def test_the_gaps_of_the_shipped_regulations_have_names() -> None:
    """TC 第六条(二): a core customer's fault in another city has no dispatch limit."""
    gaps = [cells for kind, cells, _ in standing(None, "fault-dispatch") if kind == "gap"]
    assert gaps == [
        {"tier": ["intent", "potential"]},
        {"locality": ["other_city"], "service_mode": ["onsite"], "tier": ["core"]},
    ]


def test_programs_read_the_combinations(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "check", "--format", "json", "--on", "2026-10-01"]) == 0
    rows = json.loads(capsys.readouterr().out)["combinations"]
    assert {row["standing"] for row in rows} == {"scope", "gap", "double", "governed"}


def test_a_new_package_is_sound_and_judges(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    write_new(folder)
    assert mistakes(folder) == []
    books = load_rulebooks(folder).rulebooks
    nine = datetime(2026, 10, 14, 9)
    chat = {"conversation_id": "H1", "sent_at": nine, "sender": "customer", "text": "报价？"}
    read = records(chats=[{**chat, "message_id": "M1"}])
    judged = judge(read, books, OCTOBER)
    mine = judged.filter(judged["rule_id"] == "OWN-1-online")
    assert mine.select("tier", "verdict").rows() == [("potential", "overdue")]
    with pytest.raises(UsageError, match="exists already"):
        write_new(folder)
