"""One table, written by different software, reads the same."""

from __future__ import annotations

import gzip
import io
import json
from datetime import datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
import xlsxwriter

from checks.records.parsing.defects import NOT_A_TIME
from flows.ingest import staging
from tests.ingest.conftest import Read
from tests.ingest.workbooks import workbook

HEADINGS = ["通话编号", "呼叫方向", "开始时间", "接听时间", "振铃次数", "号码", "备注"]
ROWS = [
    ["K1", "呼入", "2026-10-03 09:05:00", "2026/10/3 9:05", "3", "010-1234567", "他说:\n“好”"],
    ["Ｋ２", " 呼出 ", "２０２６-１０-０３ ０９：０５：００", "快了", "３", "", "a,b"],
]
WANT = [
    (
        "K1",
        "inbound",
        datetime(2026, 10, 3, 9, 5),
        datetime(2026, 10, 3, 9, 5),
        False,
        3,
        "010-1234567",
    ),
    ("K2", "outbound", datetime(2026, 10, 3, 9, 5), None, True, 3, None),
]
COLUMNS = [
    "call_id",
    "direction",
    "started_at",
    "answered_at",
    "answered_at_unreadable",
    "rings",
    "number",
]
CSV = pl.DataFrame(ROWS, schema=HEADINGS, orient="row").write_csv()


def json_lines() -> str:
    return "".join(
        json.dumps(dict(zip(HEADINGS, row, strict=True)), ensure_ascii=False) + "\n" for row in ROWS
    )


def parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame(ROWS, schema=HEADINGS, orient="row").write_parquet(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("calls.csv", CSV.encode()),
        ("calls.csv", CSV.replace("\n", "\r\n").encode("utf-8-sig")),
        ("calls.csv", CSV.encode("gb18030")),
        ("calls.txt", CSV.encode("utf-16")),
        ("calls.csv", ("通话清单\n\n" + CSV + "\n\n").encode()),
        (
            "calls.csv",
            pl.read_csv(CSV.encode(), infer_schema=False).write_csv(separator=";").encode(),
        ),
        (
            "calls.tsv",
            pl.read_csv(CSV.encode(), infer_schema=False).write_csv(separator="\t").encode(),
        ),
        ("calls/2026-10.csv.gz", gzip.compress(CSV.encode())),
        ("calls.csv.zst", pa.compress(CSV.encode(), "zstd", asbytes=True)),
        ("通话记录.xlsx", workbook(("Sheet1", [HEADINGS, *ROWS]))),
        (
            "calls.xlsx",
            workbook(("说明", [["本表由系统导出"]]), ("通话记录", [["十月"], HEADINGS, *ROWS])),
        ),
        ("calls.jsonl", json_lines().encode()),
        ("calls.jsonl", ("\n" + json_lines()).encode("gb18030")),
        ("calls.jsonl.gz", gzip.compress(json_lines().encode())),
        ("calls.parquet", parquet()),
    ],
)
def test_same_rows_in_every_format(read: Read, name: str, content: bytes) -> None:
    intake = read({name: content})
    assert intake.records["calls"].select(COLUMNS).collect().rows() == WANT
    assert intake.accounting["calls"]["accepted"] == 2
    assert ("answered_at", "快了", NOT_A_TIME) in intake.issues.select(
        "column", "value", "reason"
    ).rows()
    assert intake.sources[0].path == name


def test_dates_and_numbers_of_a_workbook(read: Read) -> None:
    cells = [["K1", "呼入", datetime(2026, 10, 3, 9, 5), 46298.378472222, 3, 13900000001]]
    intake = read({"calls.xlsx": workbook(("Sheet1", [HEADINGS[:6], *cells]))})
    assert intake.records["calls"].select(COLUMNS).collect().rows() == [
        (*WANT[0][:6], "13900000001")
    ]


def test_a_failed_formula_is_unreadable_not_empty(read: Read) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ROWS[0])
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
    intake = read({"calls.xlsx": out.getvalue()})
    assert intake.records["calls"].select("answered_at_unreadable").collect().item()


def test_a_table_spread_over_two_sheets(read: Read) -> None:
    intake = read({"calls.xlsx": workbook(("1", [HEADINGS, ROWS[0]]), ("2", [HEADINGS, ROWS[1]]))})
    assert intake.records["calls"].select("call_id", "_file", "_row").collect().rows() == [
        ("K1", "calls.xlsx[1]", 2),
        ("K2", "calls.xlsx[2]", 2),
    ]


def test_typed_parquet_passes_through(read: Read, tmp_path: Path) -> None:
    utc = pl.Series([datetime(2026, 10, 3, 1, 5)]).dt.replace_time_zone("UTC")
    frame = pl.DataFrame(
        {
            "call_id": [1],
            "direction": ["inbound"],
            "started_at": utc,
            "rings": [-1.0],
            "answered_at": [1790989500],
        }
    )
    frame.write_parquet(tmp_path / "calls.parquet")
    row = read({}).records["calls"].collect().row(0, named=True)
    assert (row["call_id"], row["started_at"], row["answered_at"]) == ("1", WANT[0][2], WANT[0][2])
    assert (row["rings"], row["rings_unreadable"]) == (None, True)


def test_row_numbers_are_those_of_a_spreadsheet(read: Read) -> None:
    text = 'call_id,direction,started_at\nK1,in,2026-10-03\n\n"K\n2",in,2026-10-03\nK3,in,never\n'
    intake = read({"calls.csv": text})
    assert intake.records["calls"].select("_row").collect().to_series().to_list() == [2, 4]
    assert intake.quarantine.select("file", "row", "column", "value").rows() == [
        ("calls.csv", 5, "started_at", "never")
    ]


def test_stray_quotes_are_text(read: Read) -> None:
    text = (
        'call_id,direction,started_at,department\nK1,in,2026-10-03,5" pipe\nK2,in,2026-10-03,"a"b\n'
    )
    assert read({"calls.csv": text}).records["calls"].select(
        "department"
    ).collect().to_series().to_list() == [
        '5" pipe',
        "ab",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_rows_swallowed_by_a_stray_quote_do_not_vanish_silently(read: Read, encoding: str) -> None:
    rows = [f"K{n},in,2026-10-03,{text}" for n, text in enumerate(("甲", '"b', "c", 'd"', "e"))]
    text = "\n".join(["call_id,direction,started_at,department", *rows])
    intake = read({"calls.csv": text.encode(encoding)})
    assert intake.records["calls"].select("call_id").collect().to_series().to_list() == ["K0", "K4"]
    assert (
        intake.quarantine.select("row", "reason")
        .rows()[0][1]
        .startswith("a cell holds further rows")
    )


def test_several_lines_in_a_cell_are_text(read: Read) -> None:
    text = 'call_id,direction,started_at,department\nK1,in,2026-10-03,"one,\ntwo, three\nfour"\n'
    assert read({"calls.csv": text}).accounting["calls"]["accepted"] == 1


def test_large_sources_wait_on_disk(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    small = read({"calls.csv": CSV})
    monkeypatch.setattr(staging, "SMALL", 0)
    large = read({"calls/1.csv": CSV, "calls/2.csv": CSV.encode("gb18030"), "calls.csv": CSV})
    assert large.records["calls"].collect().equals(small.records["calls"].collect())
    assert tuple(large.accounting["calls"].values()) == (6, 2, 4, 0, 0)
