"""Page one worked out again from the obligations by hand, and no two figures for one thing."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import polars as pl
import pytest

from flows.report.context.blocks import Report, Table
from tests.report.documents import printed_of
from tests.report.world import DEPARTMENTS, RULEBOOKS, World, october, world

ROWS = october(900)
TIMED = {rule.id for rule in RULEBOOKS.rules if rule.clock != "presence"}


@pytest.fixture(scope="module")
def month() -> World:
    return world(ROWS)


@pytest.fixture(scope="module")
def report(month: World) -> Report:
    return printed_of(month)


def rate_of(rows: list[dict[str, Any]]) -> tuple[int, int]:
    decided = [row["verdict"] for row in rows if row["rule_id"] in TIMED]
    met = decided.count("met")
    return met, met + decided.count("late") + decided.count("overdue")


def percent(met: int, of: int) -> str:
    shown = f"{100 * met / of:.2f}"
    return f"{shown.removesuffix('.00')}%"


def table(report: Report, words: str) -> Table:
    return next(each for each in report.page_one.tables if each.caption.startswith(words))


def cells(table: Table) -> dict[str, list[str]]:
    """The words of every row by its heading."""
    return {
        row.cells[0].line[0].text: [cell.line[0].text for cell in row.cells[1:]]
        for row in table.rows
    }


def test_the_rate_by_all_clauses(report: Report) -> None:
    met, of = rate_of(ROWS)
    figure = report.page_one.figure
    assert figure is not None and figure.value == percent(met, of)
    assert f"{met} / {of}" in figure.notes[0][0].text


def test_the_departments_by_their_own_tc_rate(report: Report) -> None:
    shown = cells(table(report, "部门处罚线"))
    assert set(shown) == set(DEPARTMENTS)
    for name in DEPARTMENTS:
        own = [row for row in ROWS if row["department"] == name]
        met, of = rate_of([row for row in own if row["regulation"] == "TC"])
        assert shown[name][:2] == [percent(met, of), f"{met} / {of}"]
        assert shown[name][4] == percent(*rate_of(own))


def test_each_regulation_by_itself_and_the_other_way_to_choose(report: Report) -> None:
    picture = report.page_one.picture
    assert picture is not None
    shown = {row["name"].partition(" ")[0]: row["label"] for row in picture.data["rows"]}
    for code in ("TC", "RC", "CM", "CD"):
        met, of = rate_of([row for row in ROWS if row["regulation"] == code])
        assert shown[code] == percent(met, of)


def test_the_gravest_cases_are_of_their_step_and_owner(report: Report) -> None:
    """Case, step, owner and the number of its kind, by the obligations of that case."""
    titles = {rule.id: rule.title.zh for rule in RULEBOOKS.rules}
    broken = [row for row in ROWS if row["verdict"] in ("late", "overdue", "missing")]
    worst = table(report, "突出问题").rows
    assert len(worst) == 3
    for _, step, case, owner, _, alike in ([c.line[0].text for c in row.cells] for row in worst):
        (own,) = (row for row in broken if row["subject_id"] == case)
        assert (titles[own["rule_id"]], f"{own['department']} {own['responsible']}") == (
            step,
            owner,
        )
        assert int(alike) == sum(row["topic"] == own["topic"] for row in broken)


def test_what_is_to_be_decided_follows_from_the_numbers(report: Report, month: World) -> None:
    asked = [row.cells[0].line[0].text for row in report.page_one.decisions.rows]
    critical = month.findings.filter(pl.col("grade") == "critical").height
    unknown = sum(row["verdict"] == "unknown" for row in ROWS)
    assert asked[0].startswith("1. ") and any(f"{unknown} 个服务环节" in words for words in asked)
    assert any(f"{critical} 件" in words for words in asked) == bool(critical)


def test_tickets_with_any_breach(report: Report) -> None:
    steps = defaultdict(list)
    for row in ROWS:
        if row["subject_type"] == "ticket" and row["rule_id"] in TIMED:
            steps[row["subject_id"]].append(row["verdict"])
    bad = sum(bool({"late", "overdue"} & set(own)) for own in steps.values())
    good = sum("met" in own and not {"late", "overdue"} & set(own) for own in steps.values())
    (shown, *_) = (
        row for name, row in cells(table(report, "系统性失灵")).items() if "工单" in name
    )
    assert shown[1] == f"{bad} / {bad + good}"


def test_violations_and_what_is_undecided(report: Report, month: World) -> None:
    broken = [row for row in ROWS if row["verdict"] in ("late", "overdue", "missing")]
    unknown = [row for row in ROWS if row["verdict"] == "unknown"]
    assert f"违规 {len(broken)} 件" in report.page_one.sentence
    timed = sum(row["rule_id"] in TIMED for row in unknown)
    words = f"{len(unknown)} 个服务环节未判定（时限 {timed}，记录 {len(unknown) - timed}）"
    assert words in report.page_one.sure
    assert month.findings.height == len(broken)


def test_no_two_figures_for_one_thing(report: Report) -> None:
    """What stands in the same row under the same heading is the same wherever it is printed."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    tables = [*report.page_one.tables, *(b for s in report.sections for b in s.blocks)]
    for each in tables:
        if isinstance(each, Table):
            for row in each.rows:
                name = row.cells[0].line[0].text if row.cells[0].line else ""
                for column, cell in zip(each.columns[1:], row.cells[1:], strict=True):
                    if "num" in cell.css and cell.line:
                        found[name, column.label].add(cell.line[0].text)
    twice = {key: values for key, values in found.items() if len(values) > 1}
    about = {name for name, _ in twice}
    assert not about & {*DEPARTMENTS, "核心客户", "重要客户", "普通客户"}
    assert len([key for key in found if key[0] in DEPARTMENTS]) > 10


def test_the_penalty_line_is_no_target(report: Report) -> None:
    words = [report.page_one.verdict, report.page_one.sentence, report.page_one.sure]
    assert not any("目标" in text for text in words)
    assert report.page_one.css in ("", "bad", "open")
