"""What the report says of the data themselves, in either language, and that it claims no more than
is known."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from typing import Any

import polars as pl
import pytest

from checks.gate import Unread
from checks.records.parsing.defects import DEFECTS
from checks.records.parsing.replaced import REPLACED
from checks.records.records import Records
from checks.records.tables import TABLES, empty
from flows.report.context.blocks import Items, Paragraph, Report, Table
from flows.report.words.profiles import PROFILES
from tests.report.documents import printed_of, report_of
from tests.report.world import ACCOUNTING, RULEBOOKS, World, gate, obligation, world

LANGUAGES = ("zh", "en")
ENTRY, SOLVE = RULEBOOKS.rule("TC-7-entry"), RULEBOOKS.rule("TC-6.2-normal-solve")


def met(n: int = 3) -> list[dict[str, Any]]:
    rng = random.Random(5)
    return [obligation(SOLVE, i, "met", rng, carried_over=False) for i in range(n)]


@cache
def met_world() -> World:
    return world(met())


def unrecorded(n: int = 2) -> list[dict[str, Any]]:
    """Obligations that nothing recorded could show."""
    rng = random.Random(5)
    return [
        obligation(ENTRY, 100 + i, "unknown", rng, reason="not_recorded", carried_over=False)
        for i in range(n)
    ]


def told(report: Report, anchor: str = "data") -> str:
    """The words of a chapter, tables included."""
    section = next(section for section in report.sections if section.anchor == anchor)
    words: list[str] = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            words += [span.text for span in block.line]
        elif isinstance(block, Items):
            words += [span.text for entry in block.lines for span in entry]
        elif isinstance(block, Table):
            cells = [
                " ".join(span.text for cell in row.cells for span in cell.line)
                for row in block.rows
            ]
            words += [block.caption, *cells, block.note]
    return "\n".join(words)


def with_gate(w: World, **given: Any) -> World:
    """The world with other findings at the gate."""
    read = Records({name: empty(name) for name in TABLES} | given.pop("tables", {}))
    made = replace(w.metrics, gate=gate(read, **given))
    return World(made, w.findings, w.inputs, w.rulebooks)


def page_one(report: Report) -> str:
    page = report.page_one
    notes = [span.text for note in page.figure.notes for span in note] if page.figure else []
    decisions = [row.cells[0].line[0].text for row in page.decisions.rows]
    drawn = [page.picture.alt] if page.picture else []
    return "\n".join([page.sentence, *notes, *decisions, page.sure, *drawn])


@pytest.mark.parametrize("profile", list(PROFILES))
def test_every_document_tells_of_the_data(profile: str) -> None:
    assert "data" in {
        section.anchor for section in report_of(met_world(), profile=profile).sections
    }
    printed = printed_of(met_world(), profile=profile)
    assert "doubts" in {section.anchor for section in printed.sections}


@pytest.mark.parametrize(
    ("lang", "first", "chapter"),
    [
        (
            "zh",
            "4 张数据表、4 个文件，读入 480 行；49 条规则中 49 条可据此判定。",
            "49 条规则所需的栏目在数据中均有记录",
        ),
        (
            "en",
            "4 tables, 4 files, 480 rows read; 49 of 49 rules can be judged",
            "What 49 rules ask about is recorded",
        ),
    ],
)
def test_what_was_read_stands_on_page_one_and_in_the_first_chapter(
    lang: str, first: str, chapter: str
) -> None:
    report = report_of(met_world(), lang)
    assert first in page_one(report)
    assert chapter in told(report)


@pytest.mark.parametrize(
    ("lang", "clause", "kind", "decision"),
    [
        (
            "zh",
            f"TC 第七条 {ENTRY.title.zh} 没有记录：录入时间 2",
            "无从判定的条款",
            "就 2 条规则所缺的记录",
        ),
        (
            "en",
            "TC art. 7",
            "clauses without a record",
            "which system is to record what 2 rules ask about",
        ),
    ],
)
def test_a_clause_without_a_record_is_told_once(
    lang: str, clause: str, kind: str, decision: str
) -> None:
    w = world([*met(), *unrecorded()], lacking=("recorded_at",))
    report = report_of(w, lang)
    assert clause in told(report)
    assert ("录入时间" if lang == "zh" else "not recorded: time of entry 2") in told(report)
    assert kind in page_one(report)
    assert decision in page_one(report)
    assert [(gap.rule_id, gap.obligations, gap.columns) for gap in w.metrics.gaps] == [
        ("TC-7-entry", 2, ("tickets.recorded_at",))
    ]
    assert w.metrics.gaps[0].kind == "gap" and w.metrics.gaps[0].clause == "TC 第七条"
    assert w.findings.is_empty(), "a gap of the records accuses nobody"


def test_the_number_of_a_gap_stays() -> None:
    numbers = {world([*met(n), *unrecorded(n)]).metrics.gaps[0].finding_id for n in (1, 4)}
    assert len(numbers) == 1 and next(iter(numbers)).startswith("G-")


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "全部得到判定"), ("en", "Everything that was due")]
)
def test_nothing_left_undecided_is_said_only_where_it_is_true(lang: str, words: str) -> None:
    # Behind a breach of the same act
    hidden = [obligation(SOLVE, 0, "unknown", random.Random(5), governing=False)]
    assert words in page_one(report_of(met_world(), lang))
    for rows, lacking in (
        (met() + hidden, ()),
        (met() + unrecorded(), ("recorded_at",)),
        (met(), ("recorded_at",)),
    ):
        assert words not in page_one(report_of(world(rows, lacking=lacking), lang))
    assert "全部得到判定" in told(report_of(met_world()), "scope")
    assert "全部得到判定" not in told(report_of(world(met() + unrecorded())), "scope")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            [
                "未读取 1 个文件或工作表：说明.docx（不是可读的格式）",
                "“解答内容”由“旧”改为“新”",
                "“工单状态”由空改为“closed”",
                "通话 呼叫方向 转接 7 7",
                "经查没有：期间外的行、无从判定的条款",
                "没有提供导出系统申报的行数",
            ],
        ),
        (
            "en",
            [
                "Not read, 1 file or sheet: 说明.docx (no readable format)",
                "answer “旧” became “新”",
                "status was filled in with “closed”",
                "calls direction 转接 7 7",
                "Looked for and not found: rows outside",
                "No control totals",
            ],
        ),
    ],
)
def test_what_needs_checking_is_named(lang: str, words: list[str]) -> None:
    pair = {
        "table": "tickets",
        "key": "T1",
        "file": "a.csv",
        "row": 2,
        "later_file": "b.csv",
        "later_row": 3,
    }
    cells = [("answer", "旧", "新"), ("status", "", "closed")]
    lines = [{**pair, "column": column, "earlier": was, "later": now} for column, was, now in cells]
    defect = {
        "table": "calls",
        "file": "calls.csv",
        "column": "direction",
        "value": "转接",
        "reason": "not one of",
    }
    found = told(
        report_of(
            with_gate(
                met_world(),
                unread=(Unread("说明.docx", "format", "save it as .csv"),),
                replaced=pl.DataFrame(lines, schema=REPLACED),
                quarantine=pl.DataFrame([{**defect, "row": n} for n in range(7)], schema=DEFECTS),
            ),
            lang,
        )
    )
    assert [word for word in words if word not in found] == []


@pytest.mark.parametrize(
    ("lang", "row", "absent"),
    [
        ("zh", "话务 通话 2026-10-03 9 0 -9", "没有提供导出系统申报的行数"),
        ("en", "话务 calls 2026-10-03 9 0 -9", "No control"),
    ],
)
def test_declared_rows_are_held_against_those_that_were_read(
    lang: str, row: str, absent: str
) -> None:
    declared = {
        "system": "话务",
        "table": "calls",
        "month": None,
        "rows": 9,
        "_file": "t.csv",
        "_row": 2,
    }
    schema = TABLES["control_totals"].schema
    frame = pl.DataFrame([{**declared, "day": "2026-10-03"}]).with_columns(
        pl.col("day").str.to_date()
    )
    missing = [
        pl.lit(None, dtype).alias(name)
        for name, dtype in schema.items()
        if name not in frame.columns
    ]
    totals = frame.with_columns(missing).select(schema.names()).cast(schema).lazy()  # type: ignore[arg-type]
    found = told(report_of(with_gate(met_world(), tables={"control_totals": totals}), lang))
    assert row in found
    assert absent not in found


@pytest.mark.parametrize(("mode", "label"), [("strictest", "全部条款"), ("order", "次序口径")])
def test_page_one_shows_both_rates_whatever_governs(mode: str, label: str) -> None:
    rng, subject = (
        random.Random(5),
        {"subject_id": "V1#1", "topic": "online-first-reply", "carried_over": False},
    )
    rules = RULEBOOKS.rule("TC-6.1-online"), RULEBOOKS.rule("RC-8.2-online")
    rows = [
        obligation(rules[0], 0, "met", rng, **subject, governing=mode == "order"),
        obligation(rules[1], 0, "late", rng, **subject, governing=mode == "strictest"),
    ]
    w = world(rows)
    headline = replace(w.metrics.headline, governing=mode)
    w = replace(w, metrics=replace(w.metrics, headline=headline))
    report = report_of(w)
    assert report.page_one.figure is not None
    assert report.page_one.figure.label == f"{label}达标率"
    other = {"strictest": "次序口径（首个有结论的条款） 100%", "order": "从严口径） 0%"}[mode]
    assert other in page_one(report)
    rates = told(report, "overview")
    assert "全部条款达标率" in rates and "次序口径达标率" in rates and "RC 自身达标率" in rates


def test_a_month_of_many_files_prints_no_more_than_it_says() -> None:
    many = tuple(Unread(f"附件{n}.docx", "format", "") for n in range(200))
    found = told(report_of(with_gate(met_world(), unread=many)))
    assert "未读取 200 个文件或工作表" in found and "等 180 处" in found
    assert found.count(".docx") == 20


def test_the_accounting_of_every_table_stands_there() -> None:
    read = vars(ACCOUNTING)
    w = with_gate(met_world(), accounting={"calls": read, "chats": {**read, "read": 1_000}})
    assert "通话 1 1 120 110 2 3" in told(report_of(w))
    assert "在线消息 1 1 1,000 110 2 3" in told(report_of(w))
