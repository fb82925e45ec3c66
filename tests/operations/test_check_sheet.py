"""The check sheet: drawn from real records, printed, and read back by the next ingest."""

from __future__ import annotations

import subprocess
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from checks.judging import JudgingOptions
from checks.records.records import Records
from checks.records.tables import TABLES, empty
from flows.ingest import read_folder
from flows.law.rulebooks import load_rulebooks
from flows.oversight.sample import Drawn, draw
from flows.system.errors import UsageError

DAY = date(2026, 10, 14)
TICKETS = 40


def tickets() -> pl.LazyFrame:
    schema = TABLES["tickets"].schema
    marks = {name: False for name in schema.names() if name.endswith("_unreadable")}
    rows = [
        {
            **dict.fromkeys(schema.names()),
            **marks,
            "ticket_id": f"=T{n:02}",
            "kind": "inquiry",
            "tier": "core",
            "department": "客服部" if n % 2 else None,
            "opened_at": datetime(2026, 10, 14, 9, n),
            "handler_id": "S1",
        }
        for n in range(TICKETS)
    ]
    return pl.LazyFrame(rows, schema=schema)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    records = Records({name: empty(name) for name in TABLES} | {"tickets": tickets()})
    out = tmp_path_factory.mktemp("sheet")
    return draw(records, load_rulebooks().rulebooks, JudgingOptions(), DAY, 0.3, 7, out)


def test_the_print_says_how_the_sample_was_drawn_and_holds_every_ticket(drawn: Drawn) -> None:
    text = subprocess.run(
        ["pdftotext", "-layout", str(drawn.print), "-"], capture_output=True, text=True
    ).stdout
    assert "当日 40 件中抽 12 件" in text and "随机种子 7" in text
    assert all(ticket in text for ticket in drawn.sheet.rows["ticket_id"])


def test_an_unfilled_sheet_is_no_evidence_and_a_filled_one_is_read_back(
    drawn: Drawn, tmp_path: Path
) -> None:
    for name in ("customers", "calls", "chats", "tickets"):
        (tmp_path / f"{name}.csv").write_text(",".join(c.name for c in TABLES[name].columns) + "\n")
    sheet = pl.read_excel(drawn.workbook, infer_schema_length=0)
    filled = sheet.with_row_index("n").with_columns(
        pl.when(pl.col("n") < 5).then(pl.lit("2026-10-15")).alias("抽查日期"),
        pl.when(pl.col("n") < 5).then(pl.lit("王检查")).alias("抽查人"),
        pl.when(pl.col("n") < 5).then(pl.lit("合格")).alias("抽查结果"),
    )
    filled.drop("n").write_excel(tmp_path / "spot_checks.xlsx")
    intake = read_folder(tmp_path)
    checks = (
        intake.records["spot_checks"]
        .select("checked_on", "ticket_id", "inspector", "result")
        .collect()
    )
    assert checks.rows() == [
        (date(2026, 10, 15), t, "王检查", "合格") for t in sheet["工单编号"][:5]
    ]
    assert intake.accounting["spot_checks"]["quarantined"] == len(sheet) - 5


def test_the_same_sample_is_the_same_file(drawn: Drawn, tmp_path: Path) -> None:
    records = Records({name: empty(name) for name in TABLES} | {"tickets": tickets()})
    left = tmp_path / f".{drawn.workbook.stem}-left"  # by a draw that was killed
    left.mkdir()
    again = draw(records, load_rulebooks().rulebooks, JudgingOptions(), DAY, 0.3, 7, tmp_path)
    assert not left.exists()
    assert again.workbook.read_bytes() == drawn.workbook.read_bytes()
    assert again.print.read_bytes() == drawn.print.read_bytes()


def test_a_sheet_that_was_filled_in_is_not_overwritten(drawn: Drawn, tmp_path: Path) -> None:
    records = Records({name: empty(name) for name in TABLES} | {"tickets": tickets()})
    sheet = tmp_path / drawn.workbook.name
    sheet.write_bytes(b"filled in")
    with pytest.raises(UsageError, match="another sheet of the day lies there"):
        draw(records, load_rulebooks().rulebooks, JudgingOptions(), DAY, 0.3, 7, tmp_path)
    left = [path.name for path in tmp_path.iterdir() if path.suffix != ".lock"]
    assert left == [sheet.name]
    assert sheet.read_bytes() == b"filled in"
