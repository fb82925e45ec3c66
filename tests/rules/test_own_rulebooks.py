"""A company's own rulebooks, on top of the shipped ones."""

from __future__ import annotations

from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from checks.concepts import Period
from checks.judging import judge
from checks.law.rulebook import Rulebooks
from checks.records.records import Records
from checks.records.tables import TABLES, empty
from flows.law.rulebooks import load_rulebooks
from flows.system.errors import UsageError

HEADING = "regulation:\n  title: {zh: 本公司制度, en: Our rules}\n"
RULE = """rules:
  - id: ID
    title: {zh: 报价时限, en: Quotation in time}
    article: 第一条
    requirement: {zh: 收到需求后限时报价。, en: A quotation follows a demand.}
    topic: TOPIC
    subject: ticket
    when: [demand]
    start: requested_at
    end: replied_at
    clock: wall
    limits:
      - {core: 4h, important: 8h}
    basis: explicit
"""


def load(
    folder: Path, order: tuple[str, ...] = ("TC", "RC", "CM", "CD"), **texts: str
) -> Rulebooks:
    """Files named CODE__name."""
    for name, text in texts.items():
        code, _, stem = name.partition("__")
        path = folder / code / f"{stem}.yaml" if stem else folder / f"{code}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_rulebooks(folder, order).rulebooks


def rule_text(rule_id: str, topic: str = "deferred-reply") -> str:
    return RULE.replace("ID", rule_id).replace("TOPIC", topic)


def test_a_rule_of_the_same_id_replaces_the_shipped_one_in_its_place(tmp_path: Path) -> None:
    before = [rule.id for rule in load_rulebooks().rulebooks.rules]
    books = load(tmp_path, TC__ours=rule_text("TC-6.1-deferred"))
    assert [rule.id for rule in books.rules] == before
    assert books.rule("TC-6.1-deferred").when == ("demand",)


def test_a_rule_of_a_new_id_comes_last_in_its_regulation(tmp_path: Path) -> None:
    books = load(tmp_path, TC__ours=rule_text("TC-99-ours"))
    assert [rule.id for rule in books.regulation("TC").rules][-1] == "TC-99-ours"
    assert len(books.rules) == len(load_rulebooks().rulebooks.rules) + 1


def test_a_regulation_with_a_heading_replaces_the_shipped_one_as_a_whole(tmp_path: Path) -> None:
    books = load(tmp_path, TC__ours=HEADING + rule_text("TC-1-ours"))
    assert [rule.id for rule in books.regulation("TC").rules] == ["TC-1-ours"]
    assert books.regulation("TC").title.zh == "本公司制度"
    assert books.regulation("TC").clauses == ()


def test_a_new_regulation_governs_last_unless_the_order_names_it(tmp_path: Path) -> None:
    own = {"OWN__ours": HEADING + rule_text("OWN-1-ours")}
    assert load(tmp_path, **own).order == ("TC", "RC", "CM", "CD", "OWN")
    assert load(tmp_path, ("OWN", "TC"), **own).order == ("OWN", "TC", "RC", "CM", "CD")


def test_a_regulation_may_be_spread_over_files_but_has_one_heading(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"b\.yaml, line 1: regulation: OWN has its heading already in .*a\.yaml"
    ):
        load(tmp_path, OWN__a=HEADING + rule_text("OWN-1-ours"), OWN__b=HEADING)


def test_one_id_in_two_files_of_the_company(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"b\.yaml, line 2: rules\[1\]\.id: TC-9-x stands already in .*a\.yaml"
    ):
        load(tmp_path, TC__a=rule_text("TC-9-x"), TC__b=rule_text("TC-9-x"))


def test_the_company_may_rename_topics_for_all_regulations(tmp_path: Path) -> None:
    books = load(tmp_path, words="topics:\n  archive: {zh: 存档, en: Filing}\n")
    assert books.topics["archive"].zh == "存档"
    assert books.topics["survey"].en == "Surveying satisfaction"
    assert books.topics["archive"].again_after_reopening
    assert not books.topics["archive"].counts_as_overtime


def test_hashes_cover_the_company_s_files(tmp_path: Path) -> None:
    load(tmp_path, TC__ours=rule_text("TC-99-ours"))
    paths = [file.path for file in load_rulebooks(tmp_path).files]
    assert paths[-1] == f"{tmp_path}/TC/ours.yaml"


ASKED = datetime(2026, 10, 12, 9)
DEMAND = {"ticket_id": "T1", "kind": "demand", "opened_at": ASKED, "tier": "core"}


def judged(books: Rulebooks, ticket: dict[str, Any], *reopened: datetime) -> pl.DataFrame:
    """The obligations of one ticket in October 2026, reopened at those times."""
    events = [{"ticket_id": "T1", "event": "reopened", "at": at} for at in reopened]
    tables = {
        name: pl.LazyFrame(rows, schema=TABLES[name].schema).with_columns(
            pl.col("^.*_unreadable$").fill_null(False), pl.col("^.*_precision$").fill_null(0)
        )
        for name, rows in (("tickets", [ticket]), ("ticket_events", events))
    }
    records = Records({name: empty(name) for name in TABLES} | tables)
    period = Period(datetime(2026, 10, 1), datetime(2026, 11, 1), datetime(2026, 11, 1))
    return judge(records, books, period)


def test_a_ticket_rule_on_a_new_act_needs_yaml_alone(tmp_path: Path) -> None:
    """The engine judges it like any other: a core customer's demand answered after 5 hours, due
    after 4."""
    topic = "topics:\n  quote: {zh: 报价, en: Quotation}\n"
    books = load(tmp_path, OWN__ours=HEADING + topic + rule_text("OWN-1-quote", "quote"))
    found = judged(books, {**DEMAND, "replied_at": ASKED.replace(hour=14)})
    row = found.row(by_predicate=pl.col("rule_id") == "OWN-1-quote", named=True)
    assert (row["verdict"], row["due_at"], row["topic"], row["governing"]) == (
        "late",
        ASKED.replace(hour=13),
        "quote",
        True,
    )


@pytest.mark.parametrize("again", [False, True])
def test_what_holds_for_a_topic_holds_for_a_company_s_own(tmp_path: Path, again: bool) -> None:
    """Judged again in the second cycle of a reopened ticket only where its topic says so."""
    key = f", again_after_reopening: {str(again).lower()}"
    topic = f"topics:\n  quote: {{zh: 报价, en: Quotation{key}}}\n"
    books = load(tmp_path, OWN__ours=HEADING + topic + rule_text("OWN-1-quote", "quote"))
    found = judged(books, DEMAND, ASKED.replace(day=13)).filter(rule_id="OWN-1-quote")
    assert found["subject_id"].to_list() == (["T1", "T1#2"] if again else ["T1"])


@pytest.mark.parametrize(("code", "counts"), [("TC", True), ("TC", False), ("OWN", True)])
def test_overtime_follows_the_topic_and_the_regulation(
    tmp_path: Path, code: str, counts: bool
) -> None:
    """A breach starts overtime if it is of TC and its topic counts."""
    key = f", counts_as_overtime: {str(counts).lower()}"
    topic = f"topics:\n  quote: {{zh: 报价, en: Quotation{key}}}\n"
    heading = HEADING if code == "OWN" else ""
    books = load(tmp_path, **{f"{code}__ours": heading + topic + rule_text(f"{code}-1-q", "quote")})
    on_time = dict.fromkeys(("recorded_at", "evaluated_at", "evaluation_report_at"), ASKED)
    found = judged(books, {**DEMAND, **on_time, "replied_at": ASKED.replace(hour=14)})
    started = not found.filter(rule_id="TC-8.2-remedy").is_empty()
    assert started == (code == "TC" and counts)


PARAMETER = """parameters:
  NAME: {title: {zh: 量, en: Amount}, article: 第一条, value: VALUE}
"""


@pytest.mark.parametrize(("days", "due"), [("1wd", 13), ("2wd", 14)])
def test_a_company_may_give_an_amount_of_its_own(tmp_path: Path, days: str, due: int) -> None:
    """The proof of a ticket completed on 12 October is due so many working days later."""
    own = PARAMETER.replace("NAME", "record_due").replace("VALUE", days)
    books = load(tmp_path, TC__ours=own)
    row = judged(books, {**DEMAND, "completed_at": ASKED}).row(
        by_predicate=pl.col("rule_id") == "TC-9-evidence", named=True
    )
    assert row["due_at"].date() == date(2026, 10, due)


def test_an_amount_reaches_conditions_and_the_others_stay(tmp_path: Path) -> None:
    own = PARAMETER.replace("NAME", "on_the_spot").replace("VALUE", "6h")
    shipped, books = load_rulebooks().rulebooks, load(tmp_path, TC__ours=own)
    asked = {**DEMAND, "kind": "inquiry", "replied_at": ASKED.replace(hour=14)}
    told = [judged(b, asked).filter(rule_id="TC-6.1-deferred").height for b in (shipped, books)]
    assert told == [1, 0]
    assert books.parameters.session_gap == shipped.parameters.session_gap


def test_the_example_of_the_guide_works(tmp_path: Path) -> None:
    guide = (files("checks") / "rulebooks" / "README.md").read_text("utf-8")
    blocks = [block.partition("```")[0] for block in guide.split("```yaml\n")[1:]]
    example = next(block for block in blocks if "regulation:" in block)
    books = load(tmp_path, OWN__quotation=example)
    assert [rule.id for rule in books.regulation("OWN").rules] == ["OWN-3-quote"]
