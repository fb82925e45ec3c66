"""Months at the edge: nothing, one record, only unknowns, everything met, very much of
everything."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from checks.results.findings import FINDINGS
from flows.report.context.blocks import Report, Table
from flows.report.context.report_context import ReportContext
from flows.report.view.build import build_report
from flows.report.words.options import ReportOptions
from flows.report.words.printable import Printable
from flows.report.words.profiles import PROFILES
from flows.report.words.texts import load_texts
from flows.report.words.wording import Wording
from tests.report.test_pdf import publish, text_of
from tests.report.world import RULEBOOKS, World, obligation, october, world

RULE = RULEBOOKS.rule("TC-6.2-normal-solve")


def days(verdicts: Sequence[str]) -> World:
    rng = random.Random(5)
    return world(
        [
            obligation(RULE, i, verdict, rng, carried_over=False)
            for i, verdict in enumerate(verdicts)
        ]
    )


def report_of(w: World, lang: str = "zh", profile: str = "inspection", **given: object) -> Report:
    texts = load_texts(lang)
    options = ReportOptions(**given)  # type: ignore[arg-type]
    context = ReportContext(
        rulebooks=w.rulebooks,
        texts=texts,
        wording=Wording(texts),
        printable=Printable(),
        options=options,
        profile=PROFILES[profile],
        metrics=w.metrics,
        findings=w.findings,
        inputs=w.inputs,
    )
    return build_report(context)


@pytest.mark.parametrize(
    ("verdicts", "conclusion", "rate"),
    [
        ([], "本期无应判定事项，不作结论", "无案件"),
        (["met"], "达到时效目标", "100%"),
        (["late"], "未达到时效目标", "0%"),
        (["unknown"] * 3, "无法得出结论，全部事项均未能判定", "无案件"),
        (["met"] * 500, "达到时效目标", "100%"),
        (["met"] * 9 + ["unknown"] * 9, "已达目标，但未判定事项可能改变结论", "100%"),
        (["met"] * 7 + ["late"] * 3 + ["unknown"] * 9, "未达目标，但未判定事项可能改变结论", "70%"),
        (["met"] * 8 + ["late"] * 2, "达到时效目标", "80%"),
        (["pending"], "本期无应判定事项，不作结论", "无案件"),
    ],
)
def test_page_one_says_what_follows_from_the_cases(
    verdicts: list[str], conclusion: str, rate: str
) -> None:
    page = report_of(days(verdicts)).page_one
    assert page.verdict == f"结论：{conclusion}"
    assert page.tiles[0].value == rate


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("profile", list(PROFILES))
@pytest.mark.parametrize(
    "verdicts",
    [[], ["met"], ["unknown"], ["overdue", "missing"]],
    ids=["empty", "met", "unknown", "bad"],
)
def test_every_document_can_be_made_of_every_small_world(
    verdicts: list[str], profile: str, lang: str
) -> None:
    report = report_of(days(verdicts), lang, profile)
    assert len(report.sections) == len(PROFILES[profile].sections) + len(PROFILES[profile].annexes)
    assert all(section.blocks for section in report.sections)


def test_an_empty_month_is_a_report(tmp_path: Path) -> None:
    pdf = publish(days([]), tmp_path, profiles=("timeliness",))[0]
    assert "本期没有触发任何可判定的时效义务" in text_of(pdf).replace(" ", "")


def test_tables_state_what_they_leave_out() -> None:
    report = report_of(world(october(900)), printed_rows=20)
    annex = next(section for section in report.sections if section.anchor == "annex-violations")
    (table,) = (block for block in annex.blocks if isinstance(block, Table))
    total = world(october(900)).findings.height
    assert len(table.rows) == 20
    assert f"共 {total:,} 件，本表列 20 件" in table.caption


def test_a_huge_month_prints_no_more_than_a_thousand_rows(tmp_path: Path) -> None:
    """20,000 violations in 1,000 files: the report is as long as that of a bad month, and says
    what it leaves out."""
    month = world(october(300))
    factor = -(-20_000 // month.findings.height)
    many = pl.concat([month.findings] * factor).head(20_000)
    ids = pl.format("F-{}", pl.int_range(pl.len()).cast(pl.String).str.zfill(12))
    many = many.with_columns(finding_id=ids).select(FINDINGS.names())
    parts = [
        {**month.inputs["sources"][0], "path": f"calls/{n:04}.parquet", "rows": n % 500}
        for n in range(1_000)
    ]
    huge = World(
        replace(month.metrics, findings=replace(month.metrics.findings, total=many.height)),
        many,
        {**month.inputs, "sources": parts},
        RULEBOOKS,
    )
    report = report_of(huge)
    rows = sum(
        len(block.rows)
        for section in report.sections
        for block in section.blocks
        if isinstance(block, Table)
    )
    assert rows <= 1_000
    pdf = publish(huge, tmp_path, profiles=("timeliness",))[0]
    words = text_of(pdf).replace(" ", "")
    assert "共20,000件，本表列250件" in words
    assert "共1000个文件，本表列行数最多的100个" in words
    assert "calls/0499.parquet" in words
    assert "calls/0498.parquet" in words
    assert "calls/0449.parquet" not in words


def test_a_figure_that_is_undecided_never_stands_alone() -> None:
    """The rate carries its undecided share and bounds, in the sentence and beside the figure."""
    page = report_of(days(["met"] * 9 + ["unknown"])).page_one
    assert "若全部违规，达标率为 90%；若全部达标，为 100%" in page.sentence
    assert any("90% – 100%" in span.text for note in page.tiles[3].notes for span in note)


def test_departments_below_the_line_are_named_as_a_decision() -> None:
    page = report_of(days(["met"] * 3 + ["late"] * 7)).page_one
    assert any("第十六条（二）" in decision for decision in page.decisions)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demands_tell_how_many_entries_the_register_has(lang: str) -> None:
    w, texts = days(["late", "met"]), load_texts(lang)
    register = w.metrics.register
    assert register is not None and register.total > w.metrics.findings.total
    section = next(s for s in report_of(w, lang).sections if s.anchor == "demands")
    counted = texts.count("finding", register.total)
    assert any(counted in str(block) for block in section.blocks if not isinstance(block, Table))
