"""A year's holiday notice as data: its forms, its errors, and what an import changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.law.notices import Notice
from flows.archive.run_folder import sha256
from flows.audit.doctor import Finding, examine
from flows.audit.reuse import Earlier
from flows.audit.run import AuditRequest, run_audit
from flows.cli import run as kelou
from flows.closing.verify.inputs import input_differences
from flows.closing.verify.run import settings_of
from flows.law.calendars.notices import import_notice, read_notice
from flows.scheduled.owed_month import local_now
from flows.settings import Settings
from flows.settings.periods import period

JSON = Path(__file__).with_name("notice_2027.json")
NOTICE = read_notice(JSON)
LISTED = json.loads(JSON.read_text("utf-8"))["days"]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def csv_of(
    heading: str, notice: Notice, line: Callable[[date, bool], str], whole: bool = False
) -> str:
    days = dict(notice.days)
    if whole:
        first = date(notice.year, 1, 1)
        days = {
            day: days.get(day, day.weekday() < 5)
            for day in (first + timedelta(n) for n in range(365))
        }
    return "\n".join([heading, *(line(day, works) for day, works in days.items())]) + "\n"


def plain(day: date, works: bool) -> str:
    return f"{day},{works}"


def chinese(day: date, works: bool) -> str:
    return f"{day:%Y年%m月%d日},{'否' if works else '是'}"


FORMS: dict[str, tuple[str, str]] = {
    "working": ("utf-8", csv_of("date,working", NOTICE, plain)),
    "off": (
        "utf-8-sig",
        csv_of("date,isOffDay", NOTICE, lambda day, works: f"{day:%Y/%m/%d},{int(not works)}"),
    ),
    "chinese": (
        "gb18030",
        csv_of("日期,放假", NOTICE, chinese),
    ),
    "whole year": ("utf-8", csv_of("date,working", NOTICE, plain, whole=True)),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_notice_says_the_same(here: Path, form: str) -> None:
    encoding, text = FORMS[form]
    (here / "notice.csv").write_text(text, encoding=encoding)
    found = read_notice(here / "notice.csv")
    assert found.year == 2027
    ordinary = {day for day, works in found.days.items() if works == (day.weekday() < 5)}
    assert {day: works for day, works in found.days.items() if day in NOTICE.days} == NOTICE.days
    assert found.days.keys() - ordinary <= NOTICE.days.keys()


def listed(*changes: tuple[int, dict[str, Any]], year: int = 2027) -> str:
    """The notice as JSON, some of its days changed (by number, from 0)."""
    days = [dict(day) for day in LISTED]
    for number, change in changes:
        days[number].update(change)
    return json.dumps({"year": year, "papers": [], "days": days}, ensure_ascii=False, indent=0)


def line_of(number: int) -> int:
    return listed().splitlines().index(f'"date": "{LISTED[number]["date"]}",') + 1


BRIDGES = {8: 3, 9: 4, 10: 10, 11: 11, 18: 17, 19: 18}
"""Days off by no decree, by number in the list -> a Saturday or Sunday of July."""
BAD: dict[str, tuple[str, list[str]]] = {
    "no json": ('{"year": 2027,\n"days": [}', ["line 2", "no valid JSON"]),
    "another json": ('{"holidays": []}', ['"isOffDay"']),
    "not published yet": ('{"year": 2027, "papers": [], "days": []}', ["names no day"]),
    "no day": (
        listed((5, {"date": "2027-02-30"})),
        ["day 6 of the list", f"line {line_of(4)} or below"],
    ),
    "truth as text": (listed((5, {"isOffDay": "yes"})), ["day 6 of the list"]),
    "twice": (
        listed((2, {"date": "2027-01-02"})),
        [f"line {line_of(2)}", f"in line {line_of(1)} already"],
    ),
    "another year": (
        listed((2, {"date": "2028-01-03"})),
        [f"line {line_of(2)}", "2028-01-03 is not of 2027"],
    ),
    "year of the heading": (listed(year=2028), [f"line {line_of(0)}", "2027-01-01 is not of 2028"]),
    "next year's bridge": (listed((2, {"date": "2027-12-31"})), ["for the notice of 2028 to say"]),
    "statutory day worked": (
        listed((22, {"isOffDay": False})),
        [f"line {line_of(22)}", "端午节 is off by decree"],
    ),
    "statutory day missing": (
        listed((22, {"date": "2027-06-10"})),
        ["2027-06-09 is missing", "端午节"],
    ),
    "made up for on a Friday": (
        listed((12, {"date": "2027-02-19"})),
        [f"line {line_of(12)}", "is a Friday"],
    ),
    "too many working days": (
        listed(
            *[(n, {"date": f"2027-07-{day:02}", "isOffDay": False}) for n, day in BRIDGES.items()]
        ),
        ["2027 would have 260 working days"],
    ),
    "before the decree": (listed(year=2019), ["2019 is not a year"]),
    "no columns": ("a,b\n1,2\n", ["line 1", "is_off_day"]),
    "both columns": ("date,working,off\n2027-01-01,0,1\n", ["line 1", "working"]),
    "unreadable day": (
        "date,working\n2027-01-01,0\n1.2.2027,0\n",
        ["line 3", "'1.2.2027' is no day"],
    ),
    "unreadable truth": ("date,working\n2027-01-01,maybe\n", ["line 2", "neither yes nor no"]),
    "wrong way round": (
        csv_of("date,working", NOTICE, lambda day, works: f"{day},{not works}"),
        ["line 2", "New Year's Day"],
    ),
    "no days made up for": (
        csv_of("date,working", NOTICE, plain).replace(",True", ",False"),
        ["2027 would have 243 working days"],
    ),
    "a gap in a whole year": (
        csv_of("date,working", NOTICE, plain, whole=True).replace("2027-07-06,True\n", ""),
        ["2027-07-06 is missing", "every other day"],
    ),
    "nothing": ("", ["line 1"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_can_be_no_notice_is_refused_with_its_line(
    here: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, words = BAD[case]
    (here / "bad.txt").write_text(text, "utf-8")
    assert kelou(["calendar", "import", "bad.txt"]) == 2
    told = capsys.readouterr().err
    assert told.startswith("kelou: holiday notice bad.txt") and told.count("\n") <= 2
    assert [word for word in words if word not in told] == [], told
    assert not (here / "calendars").exists()


def test_an_import_is_dated_and_shown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kelou(["calendar", "import", str(JSON)]) == 0
    told = capsys.readouterr().out
    assert (
        "notice of 2027, 28 days off, 5 days made up for" in told
        and "published through 2027-12-31" in told
    )
    kept = json.loads((here / "calendars" / "2027.json").read_text("utf-8"))
    assert kept["imported"]["sha256"] == sha256(JSON) and kept["papers"] == [
        "https://www.gov.cn/an-example"
    ]
    assert read_notice(here / "calendars" / "2027.json") == NOTICE
    assert kelou(["calendar", "show", "--format", "json"]) == 0
    years = {row["year"]: row for row in json.loads(capsys.readouterr().out)["years"]}
    assert (years[2027]["state"], years[2027]["working_days"]) == ("published", 248)
    assert years[2027]["imported_at"] == kept["imported"]["at"]
    assert years[2028]["state"] == "provisional"
    assert kelou(["calendar", "show", "2027", "--format", "json"]) == 0
    days = {row["date"]: row for row in json.loads(capsys.readouterr().out)["days"]}
    assert days["2027-01-31"] == {
        "date": "2027-01-31",
        "weekday": "Sun",
        "working": True,
        "holiday": "春节",
        "source": "2027.json",
    }


def test_the_same_notice_again_changes_nothing_and_another_must_replace_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kelou(["calendar", "import", str(JSON)])
    before = (here / "calendars" / "2027.json").read_bytes()
    (here / "again.csv").write_text(FORMS["working"][1], "utf-8")
    assert kelou(["calendar", "import", "again.csv"]) == 0
    assert (here / "calendars" / "2027.json").read_bytes() == before
    (here / "amended.json").write_text(listed((12, {"date": "2027-02-21"})), "utf-8")
    assert kelou(["calendar", "import", "amended.json"]) == 2
    assert "--replace" in capsys.readouterr().err
    assert kelou(["calendar", "import", "amended.json", "--replace"]) == 0
    assert date(2027, 2, 21) in read_notice(here / "calendars" / "2027.json").days


def test_a_notice_that_contradicts_the_shipped_calendar_says_on_which_days(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kelou(["calendar", "show", "2026", "--format", "json"]) == 0
    shipped = json.loads(capsys.readouterr().out)["days"]
    days = [
        {"date": row["date"], "isOffDay": not row["working"]}
        for row in shipped
        if row["date"] != "2026-10-07"
    ]
    (here / "2026.json").write_text(json.dumps({"year": 2026, "days": days}), "utf-8")
    assert kelou(["calendar", "import", "2026.json"]) == 0
    assert "says otherwise of 2026-10-07;" in capsys.readouterr().out


def test_two_notices_of_one_year_are_refused(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kelou(["calendar", "import", str(JSON)])
    shutil.copyfile(JSON, here / "calendars" / "other.json")
    assert kelou(["calendar", "show"]) == 2
    assert "is of 2027 too; keep one of them" in capsys.readouterr().err


def found_of_calendar(today: date) -> Finding:
    return next(finding for finding in examine(Settings(), today) if finding.subject == "calendar")


def test_doctor_says_how_far_the_calendar_is_published(here: Path) -> None:
    spring, winter = (found_of_calendar(date(2026, month, 27)) for month in (5, 11))
    assert (spring.state, winter.state) == ("ok", "note")
    assert (
        "published through 2026-12-31" in spring.message
        and "kelou calendar import" in winter.remedy
    )
    import_notice(JSON, here / "calendars", local_now("Asia/Shanghai"))
    winter = found_of_calendar(date(2026, 11, 27))
    assert winter == Finding("ok", "calendar", "working days published through 2027-12-31")
    (here / "calendars" / "2027.json").write_text("{", "utf-8")
    assert found_of_calendar(date(2026, 11, 27)).state == "wrong"


@pytest.fixture
def december(small_world: Path, here: Path) -> Path:
    """The small world in December 2026, with a complaint of the year's last day."""
    data = Path(shutil.copytree(small_world, here / "data"))
    for path in data.iterdir():
        path.write_text(path.read_text("utf-8").replace("2026-10-14", "2026-12-14"), "utf-8")
    with (data / "tickets.csv").open("a", encoding="utf-8") as file:
        file.write("T9,complaint,2026-12-31 09:00:00,2026-12-31 09:00:00,,,,C1,S1,客户服务部\n")
    return data


QUICK = {"report": {"profiles": []}, "judging": {"regulations": ["TC"]}}


def audit(data: Path, out: Path) -> Earlier:
    """Run an audit; what it took over."""
    request = AuditRequest(data, period("2026-12", None, None), out)
    return run_audit(request, Settings.model_validate(QUICK)).known


def read(run: Path, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((run / name).read_text("utf-8"))
    return content


def test_what_is_counted_in_an_imported_year_is_judged_anew_and_is_provisional_no_more(
    here: Path, december: Path
) -> None:
    before, after = here / "runs" / "before", here / "runs" / "after"
    audit(december, before)
    open_days = read(before, "metrics.json")["calendar"]
    assert (open_days["published_through"], open_days["imported"]) == ("2026-12-31", [])
    assert open_days["provisional"] == flagged(before) > 0
    kept = import_notice(JSON, here / "calendars", local_now("Asia/Shanghai"))
    assert audit(december, after) == Earlier(validated=before.absolute())
    assert read(after, "metrics.json")["calendar"] == {
        "published_through": "2027-12-31",
        "imported": [2027],
        "provisional": 0,
    }
    assert flagged(after) == 0
    pinned = {"path": "calendars/2027.json", "sha256": sha256(kept.path)}
    assert [read(run, "inputs.json")["calendars"] for run in (before, after)] == [[], [pinned]]
    assert changed_inputs(before, december) == changed_inputs(after, december) == []
    kept.path.write_text(kept.path.read_text("utf-8").replace("02-20", "02-21"), "utf-8")
    assert changed_inputs(before, december) == [], "a run that knew no notice rests on none"
    assert changed_inputs(after, december) == ["calendars/2027.json"]


def flagged(run: Path) -> int:
    return int(pl.read_parquet(run / "obligations.parquet")["calendar_provisional"].sum())


def changed_inputs(run: Path, data: Path) -> list[str]:
    manifest = read(run, "manifest.json")
    return [
        difference.path
        for difference in input_differences(run, manifest, data, settings_of(manifest))
    ]


def test_the_report_and_the_console_say_how_far_the_calendar_is_published(
    here: Path, december: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["audit", "--data", str(december), "--month", "2026-12", "--no-pdf"]
    assert kelou([*line, "--lang", "both", "--out", "runs/first"]) == 0
    told = [text for text in capsys.readouterr().out.splitlines() if "2026-12-31" in text]
    assert len(told) == 1 and "kelou calendar import FILE" in told[0]
    html = "".join(
        path.read_text("utf-8") for path in sorted((here / "runs" / "first").glob("*.html"))
    )
    assert "现已公布至2026年12月31日" in html and "published through 31 December 2026" in html
    kelou(["calendar", "import", str(JSON)])
    capsys.readouterr()
    assert kelou([*line, "--out", "runs/second"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert not [text for text in told if "calendar import" in text]
    assert [text for text in told if "taken over" in text] == [
        "validation taken over from runs/first; --fresh computes them anew"
    ]
    assert "（其中 2027 年的安排由本单位导入）" in (
        here / "runs" / "second" / "report.html"
    ).read_text("utf-8")
