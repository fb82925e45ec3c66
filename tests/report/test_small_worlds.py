"""Months at the edge: nothing, one record, only unknowns, everything met, very much of
everything."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pikepdf
import polars as pl
import pytest

from checks.numbers.cases import CaseFile, CaseStep, Contact
from checks.results.findings import FINDINGS
from flows.report.context.blocks import Picture, Report, Table
from flows.report.html import printed_html
from flows.report.words.profiles import PROFILES
from flows.report.words.texts import load_texts
from tests.report.documents import days, printed_of, report_of
from tests.report.test_pdf import publish, text_of
from tests.report.world import RULEBOOKS, World, obligation, october_world, world


@pytest.mark.parametrize(
    ("verdicts", "conclusion", "rate"),
    [
        ([], "本期无应判定事项，不作结论", "无案件"),
        (["met"], "各部门均未触及部门处罚线（80%），本期未发现违规", "100%"),
        (["late"], "销售部低于部门处罚线（80%）", "0%"),
        (["unknown"] * 3, "无法得出结论，全部事项均未能判定", "无案件"),
        (["met"] * 500, "各部门均未触及部门处罚线（80%），本期未发现违规", "100%"),
        (
            ["met"] * 9 + ["unknown"] * 9,
            "各部门暂未触及部门处罚线（80%），未判定事项可能改变结论",
            "100%",
        ),
        (
            ["met"] * 7 + ["late"] * 3 + ["unknown"] * 9,
            "销售部低于部门处罚线（80%），未判定事项可能改变结论",
            "70%",
        ),
        (
            ["met"] * 8 + ["late"] * 2,
            "各部门均未触及部门处罚线（80%），但服务时效尚未有效受控",
            "80%",
        ),
        (["pending"], "本期无应判定事项，不作结论", "无案件"),
    ],
)
def test_page_one_says_what_follows_from_the_cases(
    verdicts: list[str], conclusion: str, rate: str
) -> None:
    page = report_of(days(verdicts)).page_one
    assert page.verdict == f"结论：{conclusion}"
    assert page.figure is not None and page.figure.value == rate


@pytest.mark.parametrize("profile", list(PROFILES))
@pytest.mark.parametrize(
    ("verdicts", "lang"),
    [
        ([], "zh"),
        ([], "en"),
        (["met"], "zh"),
        (["unknown"], "en"),
        (["overdue", "missing"], "zh"),
        (["overdue", "missing"], "en"),
    ],
    ids=["empty-zh", "empty-en", "met-zh", "unknown-en", "bad-zh", "bad-en"],
)
def test_every_document_can_be_made_of_every_small_world(
    verdicts: list[str], profile: str, lang: str
) -> None:
    w, of = days(verdicts), PROFILES[profile]
    page, printed = report_of(w, lang, profile), printed_of(w, lang, profile)
    assert len(page.sections) == len(of.sections) + len(of.annexes)
    assert len(printed.sections) == len(of.printed) + len(of.printed_annexes)
    assert all(section.blocks for section in (*page.sections, *printed.sections))


def test_an_empty_month_is_a_report(tmp_path: Path) -> None:
    pdf = publish(days([]), tmp_path, profiles=("timeliness",))[0]
    assert "本期没有触发任何可判定的时限节点" in text_of(pdf).replace(" ", "")


def test_tables_state_what_they_leave_out() -> None:
    month = october_world(900)
    report = printed_of(month, printed_rows=20)
    annex = next(section for section in report.sections if section.anchor == "annex-grave_list")
    (table,) = (block for block in annex.blocks if isinstance(block, Table))
    total = month.findings.filter(pl.col("grade") != "minor").height
    assert len(table.rows) == 20
    assert f"共 {total:,} 件，本表列 20 件" in table.caption


def test_a_huge_month_is_printed_on_at_most_thirty_pages(tmp_path: Path) -> None:
    """20,000 violations in 1,000 files: the report is as long as that of a bad month, and says
    what it leaves out."""
    month = october_world(900)
    factor = -(-20_000 // month.findings.height)
    many = pl.concat([month.findings] * factor).head(20_000)
    ids = pl.format("F-{}", pl.int_range(pl.len()).cast(pl.String).str.zfill(12))
    many = many.with_columns(finding_id=ids, grade=pl.lit("major")).select(FINDINGS.names())
    parts = [
        {**month.inputs["sources"][0], "path": f"calls/{n:04}.parquet", "rows": n % 500}
        for n in range(1_000)
    ]
    found = replace(month.metrics.findings, total=many.height)
    huge = World(
        replace(month.metrics, findings=found), many, {**month.inputs, "sources": parts}, RULEBOOKS
    )
    pdf = publish(huge, tmp_path)[0]
    words = text_of(pdf).replace(" ", "")
    assert "共20,000件，本表列120件" in words
    assert "report.html" in words and "findings.xlsx" in words
    with pikepdf.open(pdf) as document:
        assert len(document.pages) <= 30
    (table,) = (
        block
        for section in report_of(huge).sections
        if section.anchor == "annex-sources"
        for block in section.blocks
        if isinstance(block, Table) and "来源文件" in block.caption
    )
    assert len(table.rows) == 100 and "共 1000 个文件，本表列行数最多的 100 个" in table.note


def test_a_figure_that_is_undecided_never_stands_alone() -> None:
    """The rate carries its bounds beside the figure, and what is undecided below."""
    page = report_of(days(["met"] * 9 + ["unknown"])).page_one
    assert page.figure is not None
    assert any("90% 至 100%" in span.text for note in page.figure.notes for span in note)
    assert "1 个服务环节未判定，达标率因此在 90% 至 100% 之间" in page.sure


def asked(report: Report) -> list[str]:
    """The decisions of page one."""
    return [row.cells[0].line[0].text for row in report.page_one.decisions.rows]


def test_departments_below_the_line_are_named_as_a_decision() -> None:
    found = asked(report_of(days(["met"] * 3 + ["late"] * 7)))
    assert any("销售部" in words and "第十六条（二）" in words for words in found)


def test_every_decision_can_be_answered() -> None:
    rows = report_of(days(["met"] * 3 + ["late"] * 7)).page_one.decisions.rows
    assert {row.cells[1].line[0].text for row in rows} == {"□ 同意　□ 不同意"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demands_tell_how_many_entries_the_register_has(lang: str) -> None:
    w, texts = days(["late", "met"]), load_texts(lang)
    register = w.metrics.register
    assert register is not None and register.total > w.metrics.findings.total
    section = next(s for s in report_of(w, lang).sections if s.anchor == "demands")
    counted = texts.count("finding", register.total)
    assert any(counted in str(block) for block in section.blocks if not isinstance(block, Table))


def pictures(report: Report) -> dict[str, Picture]:
    """The pictures of the chapters by their templates."""
    blocks = [block for section in report.sections for block in section.blocks]
    return {block.name: block for block in blocks if isinstance(block, Picture)}


def test_the_trend_is_drawn_by_department_from_the_second_closing_on() -> None:
    month = october_world(900)
    (now,) = month.metrics.trend
    before = replace(now, from_="2026-09-01", to="2026-09-30")
    both = replace(month, metrics=replace(month.metrics, trend=(before, now)))
    assert "trend" not in pictures(printed_of(month))
    drawn = pictures(printed_of(both))["trend"]
    assert len(drawn.data["lines"]) == 3 and drawn.data["months"] == ["26-09", "26-10"]
    ElementTree.fromstring(printed_html(printed_of(both)))


def test_every_picture_says_the_same_in_words() -> None:
    month = october_world(900)
    for lang in ("zh", "en"):
        report = printed_of(month, lang)
        drawn = [*pictures(report).values(), report.page_one.picture]
        assert len(drawn) >= 5
        for picture in drawn:
            assert picture is not None and len(picture.alt) > 20
        html = printed_html(report)
        assert html.count("<svg") == html.count("<title>") - 1  # that of the document
        ElementTree.fromstring(html)


def test_an_open_case_is_measured_to_the_next_contact_and_a_collision_is_told() -> None:
    rules = [RULEBOOKS.rule(name) for name in ("TC-6.2-urgent-solve", "TC-6.3-away-arrive")]
    start, rng = datetime(2026, 10, 14, 9), random.Random(5)
    given = {
        "subject_id": "GZ1",
        "tier": "important",
        "customer_id": "KH1",
        "triggered_at": start,
        "department": "销售部",
        "carried_over": False,
    }
    rows = [
        obligation(rule, 0, verdict, rng, **given, due_at=start + timedelta(hours=hours))
        | {"fulfilled_at": start + timedelta(hours=done) if done else None}
        for rule, verdict, hours, done in (
            (rules[0], "overdue", 6, None),
            (rules[1], "met", 36, 30),
        )
    ]
    w = world(rows)
    row = w.findings.with_columns(grade=pl.lit("critical")).row(0, named=True)
    contact = Contact(subject_id="TH1", at="2026-10-16 15:00:00", way="call_in", responsible="S01")
    steps = tuple(
        CaseStep(
            rule_id=each["rule_id"],
            verdict=each["verdict"],
            reason="",
            triggered_at=str(each["triggered_at"]),
            due_at=str(each["due_at"]),
            fulfilled_at=str(each["fulfilled_at"]) if each["fulfilled_at"] else None,
        )
        for each in rows
    )
    case = CaseFile(
        key=row["finding_id"],
        subject_id="GZ1",
        agreed_arrival_at="2026-10-15 15:00:00",
        steps=steps,
        next_contact=contact,
    )
    named = replace(w.metrics, cases=(case,), people={"S01": "陈丽娟"})
    html = printed_html(printed_of(replace(w, metrics=named)))
    assert "自届满至此为 2 天，本报告以此衡量影响" in html
    assert "后续环节先到期，两者不能同时履行，提请解释" in html
    assert "TH1，陈丽娟" in html


def test_the_english_edition_names_departments_as_configured() -> None:
    month, names = october_world(400), {"销售部": "Sales", "技术支持部": "Technical Support"}
    zh, en = (
        printed_html(printed_of(month, lang, department_names=names)) for lang in ("zh", "en")
    )
    assert "Technical Support" in en and "技术支持部" not in en
    assert "技术支持部" in zh and "Technical Support" not in zh
