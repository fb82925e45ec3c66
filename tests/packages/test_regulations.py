"""Regulations are packages: each can be switched off with everything that belongs to it, and a
company's own stands alone."""

from __future__ import annotations

import html
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
from flows.audit.run import AuditRequest, run_audit
from flows.cli import run as kelou
from flows.closing.whatif import Change, what_if
from flows.law.judging_options import judging_options
from flows.law.phrasebook import load_phrasebook
from flows.law.rulebooks import load_rulebooks
from flows.law.suites import load_checks
from flows.report.words.profiles import GENERAL, PROFILES, in_force
from flows.settings import Settings, load_settings
from flows.settings.periods import period
from flows.system.errors import UsageError
from tests.numbers.frames import closing

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


def said(page: Path) -> list[str]:
    text = re.sub(r"<(style|script).*?</\1>", "", page.read_text("utf-8"), flags=re.S)
    return [line for line in html.unescape(re.sub("<[^>]+>", "\n", text)).split("\n") if line]


def test_a_report_of_boston_holds_no_word_of_china(boston: Path) -> None:
    lines = said(boston / "report.html")
    assert [line for line in lines if CHINA.search(line)] == []
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
    others = "|".join(set(REGULATIONS) - {code})
    told = [line for line in said(run / "report.html") if re.search(rf"\b({others}) art\.", line)]
    assert told == []


def test_a_case_is_explained_by_the_rules_that_its_run_was_judged_with(
    boston: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert kelou(["explain", str(boston), "311-0039", "--lang", "en"]) == 0
    assert "Rule: BOS-1-acknowledge" in capsys.readouterr().out


def test_another_limit_is_supposed_beside_the_regulations_of_the_run(boston: Path) -> None:
    found = what_if(boston, Change(limits={"BOS-1-acknowledge": {"core": "9h"}}))
    assert not found.judged_again
    assert set(found.moves["rule_id"]) == {"BOS-1-acknowledge"}
