"""Regulations are packages: each can be switched off with everything that belongs to it, and a
company's own stands alone."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checks.concepts import REGULATIONS
from checks.duties import CHECKS
from checks.duties import evidence as evidence_of
from checks.law.belongings import DutyName
from checks.law.rulebook import Rulebooks
from flows.archive.closings import closings
from flows.audit.run import AuditRequest, run_audit, silent
from flows.cli import run as kelou
from flows.closing.appraise import write_appraisals
from flows.closing.close import close_month
from flows.closing.whatif import Change, what_if
from flows.closing.year import write_year
from flows.ingest import options_of
from flows.ingest.lake import Lake, take_in
from flows.law.judging_options import judging_options
from flows.law.phrasebook import load_phrasebook
from flows.law.rulebooks import load_rulebooks
from flows.law.suites import load_checks
from flows.report.words.profiles import GENERAL, PROFILES, in_force
from flows.settings import Settings, load_settings
from flows.settings.periods import period
from flows.system.errors import UsageError
from tests.long import takes_long
from tests.numbers.frames import closing, rulebooks
from tests.packages.saying import all_said, said

BOSTON = Path(__file__).parent / "boston_311"
CHINA = re.compile(
    r"\b(TC|RC|CM|CD)\b|State Council|Great Wall|PRC|Chin|Shanghai|GB/T|make-up|four regulations"
    r"|[\u3400-\u9fff]"
)


def chosen(*codes: str) -> Rulebooks:
    return load_rulebooks(chosen=codes).rulebooks


def audited(
    out: Path, judging: dict[str, Any], lang: str = "en", absent: tuple[str, ...] = ()
) -> Path:
    """An audit of the requests of Boston, where there is nothing else; `absent`: what rules in
    force would ask for."""
    settings = load_settings(BOSTON / "kelou.toml")
    update = settings.judging.model_copy(update=judging)
    inputs = settings.inputs.model_copy(update={"absent": frozenset(absent)})
    request = AuditRequest(
        BOSTON / "data", period("2011-10", None, None), out, pdf=False, lang=lang
    )
    run_audit(request, settings.model_copy(update={"judging": update, "inputs": inputs}))
    return out


@pytest.fixture(scope="module")
def boston(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return audited(tmp_path_factory.mktemp("boston") / "run", {"rulebooks": BOSTON / "rulebooks"})


def test_a_report_of_boston_holds_no_word_of_china(boston: Path) -> None:
    told = list(all_said(boston))
    assert {"report.html", "findings.xlsx", "findings.csv", "register.csv"} <= {f for f, _ in told}
    assert [(file, line) for file, line in told if CHINA.search(line)] == []
    lines = said(boston / "report.html")
    assert {"urgent", "priority", "standard"} <= set(lines)
    assert not any("core" in line.split() for line in lines)


def test_nothing_of_the_four_regulations_is_asked_of_boston(boston: Path) -> None:
    metrics = json.loads((boston / "metrics.json").read_text("utf-8"))
    asked = {name for name, duty in metrics["evidence"].items() if duty is not None}
    assert asked == {"manual_checks"}
    assert metrics["completeness"]["tables"] == {}
    assert metrics["unwatched"] == []
    assert metrics["conduct"]["kept"] == []
    assert metrics["proposals"]["article"] == ""
    assert {row["key"] for row in metrics["by_regulation"]} == {"BOS"}
    inputs = json.loads((boston / "inputs.json").read_text("utf-8"))
    folders = {Path(file["path"]).parts[-2:-1] for file in inputs["rulebooks"]}
    assert folders == {(), ("BOS",)}


def test_working_days_of_a_package_without_a_calendar_know_no_holidays(boston: Path) -> None:
    settings = load_settings(BOSTON / "kelou.toml")
    judging = settings.judging.model_copy(update={"rulebooks": BOSTON / "rulebooks"})
    mine = judging_options(settings.model_copy(update={"judging": judging})).calendar
    shipped = judging_options(Settings()).calendar
    national_day = date(2011, 10, 3)
    assert mine.is_workday(national_day)
    assert not shipped.is_workday(national_day)
    assert any("no holidays" in line for line in said(boston / "report.html"))


@pytest.mark.parametrize("code", REGULATIONS)
def test_what_belongs_to_a_regulation_goes_with_it(code: str) -> None:
    books = chosen(*(other for other in REGULATIONS if other != code))
    assert code not in {rule.regulation for rule in books.rules}
    articles = [
        *(article for check in load_checks(books) for article in check.article),
        *(
            article
            for entry in (
                *load_phrasebook(None, books).lists,
                *load_phrasebook(None, books).manners.values(),
            )
            for article in (entry.article, *entry.also)
        ),
        *(article for check in CHECKS for article in books.asks_for("duties", check.key)),
        *(profile.basis for profile in in_force(books, tuple(PROFILES))),
    ]
    assert articles
    assert [article for article in articles if article.startswith(f"{code} ")] == []


def test_without_rc_its_own_duties_checks_phrases_and_documents_are_gone() -> None:
    books, every = chosen("TC", "CM", "CD"), load_rulebooks().rulebooks
    made = closing()
    with_all, without = (
        evidence_of(made.__class__(**{**vars(made), "rulebooks": b})) for b in (every, books)
    )
    assert with_all.weekly_summaries is not None
    assert without.weekly_summaries is None
    assert without.duty is not None
    assert without.duty.articles == ("TC 第十条(二)",)
    assert {entry.id for entry in load_phrasebook(None, books).lists} < {
        entry.id for entry in load_phrasebook(None, every).lists
    }
    gone = {check.id for check in load_checks(every)} - {check.id for check in load_checks(books)}
    assert "volumes.every-day.records" in gone
    assert [of.code for of in in_force(books, ("reception-summary",))] == [GENERAL.code]
    assert every.consequence("reception_breach") == "RC 第二十二条(二)1"
    assert books.consequence("reception_breach") is None


def test_all_four_ask_for_every_shipped_check() -> None:
    books = load_rulebooks().rulebooks
    assert load_checks(books) == load_checks()
    assert load_phrasebook(None, books) == load_phrasebook()
    assert {check.key for check in CHECKS} == {*DutyName.__args__, "manual_checks"}


def test_a_company_s_own_text_of_the_same_code_is_another_one(tmp_path: Path) -> None:
    folder = tmp_path / "RC"
    folder.mkdir()
    (folder / "ours.yaml").write_text("regulation:\n  title: {zh: 本公司制度, en: Ours}\n", "utf-8")
    books = load_rulebooks(tmp_path).rulebooks
    assert books.in_force(("TC 第七条", "RC 第七条(二)")) == ("TC 第七条",)
    assert books.asks_for("duties", "weekly_summaries") == ()


def test_a_package_asks_for_shipped_checks_by_name(tmp_path: Path) -> None:
    folder = tmp_path / "OWN"
    folder.mkdir()
    (folder / "ours.yaml").write_text(
        "regulation:\n"
        "  title: {zh: 本公司制度, en: Ours}\n"
        "  duties: {spot_checks: ['7'], meetings: ['10']}\n"
        "  completeness: {tickets.first-receiver: ['8']}\n"
        "  phrases: {not-knowing: ['9']}\n"
        "parameters:\n"
        "  spot_check_share: {title: {zh: 抽查, en: Checks}, article: OWN 7, value: 20%}\n",
        "utf-8",
    )
    with pytest.raises(
        UsageError, match=r"line 3: regulation\.duties\.meetings: .*meeting_minutes"
    ):
        load_rulebooks(tmp_path, chosen=("OWN",))
    text = (folder / "ours.yaml").read_text("utf-8").replace(", meetings: ['10']", "")
    (folder / "ours.yaml").write_text(text, "utf-8")
    books = load_rulebooks(tmp_path, chosen=("OWN",)).rulebooks
    assert books.asks_for("duties", "spot_checks") == ("OWN 7",)
    assert books.parameters.spot_check_share == 20
    assert {check.article for check in load_checks(books)} == {("OWN 8",)}
    assert [(e.id, e.article) for e in load_phrasebook(None, books).lists] == [
        ("not-knowing", "OWN 9")
    ]


def test_an_unknown_regulation_is_named() -> None:
    with pytest.raises(UsageError, match=r"judging\.regulations.*XX"):
        load_rulebooks(chosen=("TC", "XX"))


@pytest.mark.parametrize("code", REGULATIONS)
def test_each_of_the_four_can_be_audited_alone(code: str, tmp_path: Path) -> None:
    run = audited(tmp_path / "run", {"regulations": (code,)}, absent=("calls", "chats"))
    others = [rulebooks().regulation(other) for other in REGULATIONS if other != code]
    codes = "|".join(regulation.code for regulation in others)
    names = [name for other in others for name in (other.title.zh, other.title.en)]
    alien = re.compile(rf"\b({codes})\b|{'|'.join(map(re.escape, names))}")
    assert [(file, line) for file, line in all_said(run) if alien.search(line)] == []
    metrics = json.loads((run / "metrics.json").read_text("utf-8"))
    told = {key: value for key, value in metrics.items() if key not in ("period", "gate")}
    assert alien.findall(json.dumps(told, ensure_ascii=False)) == []


def test_a_case_is_explained_by_the_rules_that_its_run_was_judged_with(
    boston: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kelou(["explain", str(boston), "311-0039", "--lang", "en"]) == 0
    assert "Rule: BOS-1-acknowledge" in capsys.readouterr().out


def test_another_limit_is_supposed_beside_the_regulations_of_the_run(boston: Path) -> None:
    found = what_if(boston, Change(limits={"BOS-1-acknowledge": {"core": "9h"}}))
    assert not found.judged_again
    assert set(found.moves["rule_id"]) == {"BOS-1-acknowledge"}


@takes_long
def test_no_document_of_a_closed_month_of_boston_holds_a_word_of_china(tmp_path: Path) -> None:
    """The PDF, the sheets of departments and persons, and the report of the year."""
    settings = load_settings(BOSTON / "kelou.toml")
    judging = settings.judging.model_copy(update={"rulebooks": BOSTON / "rulebooks"})
    settings = settings.model_copy(update={"judging": judging})
    lake = str(tmp_path / "lake")
    take_in(BOSTON / "data", Lake(lake), options_of(settings), silent)
    close_month(lake, period("2011-10", None, None), settings, "en", silent)
    (closed,) = closings(lake)
    write_appraisals(lake, "2011-10", tmp_path / "appraisal", settings, "en")
    write_year(lake, 2011, tmp_path / "year", settings, "en")
    for folder in (closed.folder, tmp_path / "appraisal", tmp_path / "year"):
        told = list(all_said(folder))
        assert any(file.endswith((".pdf", ".xlsx")) for file, _ in told)
        assert [(file, line) for file, line in told if CHINA.search(line)] == []
