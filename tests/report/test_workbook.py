"""findings.xlsx as the person who works in it finds it."""

from __future__ import annotations

import hashlib
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook

from checks.concepts import OBLIGATIONS
from checks.results.register import REGISTER
from flows.report.sheet import STRINGS, RowSheet
from flows.report.words.options import ReportOptions
from flows.report.workbook import write_workbook
from tests.report.world import RULEBOOKS, World, october, october_world

DEFECTS = pl.DataFrame(
    {
        "table": ["calls"],
        "file": ["calls.csv"],
        "row": [3],
        "column": ["number"],
        "value": ["13812345678"],
        "reason": ["?"],
    }
)


@pytest.fixture(scope="module")
def month() -> World:
    return october_world(400)


def book(
    month: World,
    path: Path,
    lang: str = "zh",
    options: ReportOptions | None = None,
    obligations: pl.LazyFrame | None = None,
) -> Path:
    return write_workbook(
        path,
        month.findings,
        metrics=month.metrics,
        rulebooks=RULEBOOKS,
        defects=DEFECTS,
        lang=lang,
        options=options,
        obligations=obligations,
    )


def test_one_row_per_case_and_why(month: World, tmp_path: Path) -> None:
    rows = pl.read_excel(book(month, tmp_path / "f.xlsx"), sheet_name="问题")
    assert rows["编号"].to_list() == month.findings["finding_id"].to_list()
    assert rows["判定理由"].str.len_chars().min() > 10
    first = month.findings.row(0, named=True)
    assert first["due_at"].strftime("%Y-%m-%d %H:%M:%S") in rows["判定理由"][0]


def test_sheets_of_both_languages(month: World, tmp_path: Path) -> None:
    zh, en = (
        pl.read_excel(book(month, tmp_path / f"{lang}.xlsx", lang), sheet_id=0)
        for lang in ("zh", "en")
    )
    assert list(zh) == ["总览", "问题", "部门与人员", "行业指标", "数据问题", "条款覆盖"]
    words = ("Summary", "Findings", "Departments and people", "Trade indicators", "Data issues")
    assert list(en) == [*words, "Coverage"]
    assert zh["条款覆盖"].height == sum(len(r.clauses) for r in RULEBOOKS.regulations)


ENTRY = {
    "finding_id": "E-0123456789ab",
    "kind": "evidence",
    "grade": "major",
    "grade_reason": "mostly_failed",
    "state": "open",
    "step": "warnings",
    "clauses": "TC 第八条(一)",
    "title_zh": "到期前预警",
    "title_en": "Warning before a deadline",
    "period": "2026-10-01/2026-10-31",
    "attributed": False,
    "failing": 53,
    "of": 89,
    "detail": "电话 13812345678",
}


def test_the_register_says_what_is_asked_and_how_it_is_accepted(
    month: World, tmp_path: Path
) -> None:
    path = write_workbook(
        tmp_path / "f.xlsx",
        month.findings,
        register=pl.DataFrame([ENTRY], schema=REGISTER),
        metrics=month.metrics,
        rulebooks=RULEBOOKS,
        defects=DEFECTS,
    )
    row = pl.read_excel(path, sheet_name="问题登记").row(0, named=True)
    assert (row["编号"], row["类别"], row["等级"]) == ("E-0123456789ab", "台账佐证", "较大")
    assert row["责任部门"] == "无法归责" and (row["不符合"], row["检查数"]) == (53, 89)
    assert row["定级理由"] == "台账佐证事项中不符合的超过 50%"
    assert row["整改要求"] == "落实“到期前预警”并保留台账"
    assert row["期限（工作日）"] == ReportOptions().remedy_days["major"]


def test_times_rates_and_overruns_can_be_reckoned_with(month: World, tmp_path: Path) -> None:
    path = book(month, tmp_path / "f.xlsx")
    rows = pl.read_excel(path, sheet_name="问题")
    assert rows.schema["起算"] == rows.schema["应完成"] == pl.Datetime("ms")
    seconds = month.findings["due_at"].dt.truncate("1s").cast(pl.Datetime("ms"))
    assert rows["应完成"].dt.round("1s").to_list() == seconds.to_list()
    over = month.findings["overrun_seconds"].drop_nulls()
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
    cells = [float(value) for value in re.findall(r'<c r="P\d+" s="\d+"><v>([^<]+)</v>', sheet)]
    assert [round(value * 86_400) for value in cells] == over.to_list()
    rates = pl.read_excel(path, sheet_name="部门与人员")
    assert rates.schema["全部条款达标率"] == pl.Float64()
    assert rates["TC 达标率"].drop_nulls().len() == len(month.metrics.tc_by_department)


def test_personal_data_in_defects_are_masked(month: World, tmp_path: Path) -> None:
    shown = pl.read_excel(book(month, tmp_path / "f.xlsx"), sheet_name="数据问题")
    assert shown["原值"].to_list() == ["138******78"]


def test_a_text_longer_than_a_cell_is_cut_where_the_cell_ends(month: World, tmp_path: Path) -> None:
    said = month.findings.with_columns(response=pl.lit("字😀" * 20_000))
    answered = World(month.metrics, said, month.inputs, month.rulebooks)
    shown = pl.read_excel(book(answered, tmp_path / "f.xlsx"), sheet_name="问题")
    assert shown["被检查部门意见"][0] == "字😀" * 10_922 + "字"  # 3 units a pair, 32,767 in all


def test_above_the_cap_the_file_with_all_of_them_is_named(month: World, tmp_path: Path) -> None:
    path = book(month, tmp_path / "f.xlsx", options=ReportOptions(workbook_rows=5))
    assert pl.read_excel(path, sheet_name="问题").height == 5
    remark = pl.read_excel(path, sheet_name="总览").tail(1).row(0)
    assert f"共 {month.findings.height:,} 件" in remark[0]
    assert remark[-1] == "findings.csv"


def october_rows() -> pl.LazyFrame:
    return pl.LazyFrame(october(400), schema=OBLIGATIONS)


def test_equal_input_gives_equal_bytes(month: World, tmp_path: Path) -> None:
    digests = {
        hashlib.sha256(
            book(month, tmp_path / name, obligations=october_rows()).read_bytes()
        ).hexdigest()
        for name in ("a.xlsx", "b.xlsx")
    }
    assert len(digests) == 1


def test_every_obligation_can_be_pivoted(month: World, tmp_path: Path) -> None:
    path, rows = tmp_path / "f.xlsx", october(400)
    write_workbook(
        path,
        month.findings,
        metrics=month.metrics,
        rulebooks=RULEBOOKS,
        defects=DEFECTS,
        obligations=pl.LazyFrame(rows, schema=OBLIGATIONS),
        options=ReportOptions(pivot_rows=399),
    )
    sheet = pl.read_excel(path, sheet_name="全部节点")
    assert sheet["案件"].to_list() == [row["subject_id"] for row in rows[:-1]]
    assert sheet["规则"].to_list() == [row["rule_id"] for row in rows[:-1]]
    assert sheet.schema["起算"] == sheet.schema["应完成"] == pl.Datetime("ms")
    starts = [row["triggered_at"] for row in rows[:-1]]
    assert sheet["起算"].dt.round("1s").to_list() == starts
    assert sheet["实际完成"].null_count() == sum(row["fulfilled_at"] is None for row in rows[:-1])
    met = sum(row["verdict"] == "met" for row in rows[:-1])
    assert (sheet["按时"].sum(), sheet["结果"].eq("按时").sum()) == (met, met)
    taken = [
        (row["fulfilled_at"] - row["triggered_at"]).total_seconds() // 1
        for row in rows[:-1]
        if row["fulfilled_at"]
    ]
    place = 1 + [*pl.read_excel(path, sheet_id=0)].index("全部节点")
    with zipfile.ZipFile(path) as parts:
        xml = parts.read(f"xl/worksheets/sheet{place}.xml").decode()
    days = [float(n) for n in re.findall(r'<c r="P\d+" s="\d+"><v>([^<]+)</v>', xml)]
    assert [round(day * 86_400) for day in days] == taken
    told = pl.read_excel(path, sheet_name="总览").tail(1).row(0)
    assert "399" in told[0] and told[-1] == "obligations.parquet"


@pytest.mark.parametrize("odd", ["K", "K&<", "_x0041_"])
def test_many_texts_of_a_column_are_read_as_they_were(odd: str, tmp_path: Path) -> None:
    """More than the table of strings takes, whatever stands among them."""
    names = [f"K{n}" for n in range(STRINGS)] + ["", odd]
    frame = pl.DataFrame({"name": [*names, None], "n": range(len(names) + 1)})
    path = tmp_path / "many.xlsx"
    with Workbook(str(path)) as made:
        sheet: RowSheet = made.add_worksheet("s", RowSheet)
        sheet.write_row(0, 0, frame.columns)
        sheet.write_frame(1, frame)
    read = pl.read_excel(path)
    assert read["n"].to_list() == frame["n"].to_list()
    assert [name or "" for name in read["name"]] == [name or "" for name in frame["name"]]
