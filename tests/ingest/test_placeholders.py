"""Words and dates that stand for an empty cell, rows that hold nothing, and times at which nothing
happens."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from tests.ingest.conftest import Read

EVERYWHERE = (
    "-",
    "--",
    "—",
    "/",
    "\\",
    "N/A",
    "n/a",
    "#N/A",
    "NULL",
    "null",
    "Null",
    "None",
    "nan",
    "NaN",
    "NaT",
    "待补",
    "待定",
    "暂无",
    "未填",
    "\\N",
    " - ",
    "－",
    '="-"',
)
NAMELESS = ("无", "未知", "0", "０", "'0", '="无"', "\u200b无")
TICKETS = (
    "ticket_id,kind,opened_at,customer_id,contact,content,status,replied_at,"
    "answered_on_spot,satisfaction,evidence\n"
)
CELLS = (
    "customer_id",
    "contact",
    "content",
    "status",
    "replied_at",
    "answered_on_spot",
    "satisfaction",
    "evidence",
)


def ticket(*cells: str) -> str:
    quoted = (f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in cells)
    return TICKETS + ",".join(("T1", "fault", "2026-10-03 09:05:00", *quoted)) + "\n"


@pytest.mark.parametrize("word", EVERYWHERE)
def test_placeholders_are_empty_cells_of_every_kind(read: Read, word: str) -> None:
    intake = read({"tickets.csv": ticket(*[word] * len(CELLS))}, "tickets")
    assert intake.records["tickets"].select(CELLS).collect().row(0) == (None,) * len(CELLS)
    assert intake.issues.is_empty()


@pytest.mark.parametrize("word", NAMELESS)
def test_words_that_name_and_prove_nothing(read: Read, word: str) -> None:
    row = (
        read({"tickets.csv": ticket(word, word, word, "open", "", word, "", word)}, "tickets")
        .records["tickets"]
        .collect()
    )
    assert row.select("customer_id", "contact", "evidence").row(0) == (None, None, None)
    assert row["content"].item() is not None


def test_a_message_is_what_was_written(read: Read) -> None:
    rows = [
        f"M{n},V1,2026-10-03 09:05:{n:02},customer,{word}\n"
        for n, word in enumerate(("-", "无", "0", "NULL"))
    ]
    intake = read(
        {"chats.csv": "message_id,conversation_id,sent_at,sender,text\n" + "".join(rows)}, "chats"
    )
    assert intake.records["chats"].select("text").collect()["text"].to_list() == [
        "-",
        "无",
        "0",
        "NULL",
    ]


def test_a_configuration_adds_words(read: Read) -> None:
    options = {"empty": ("?", "Kein"), "empty_identifiers": ("anonymous",)}
    text = ticket("ANONYMOUS", "?", "anonymous", "?", "kein", "?", "?", "KEIN")
    intake = read({"tickets.csv": text}, "tickets", **options)
    assert intake.records["tickets"].select(CELLS).collect().row(0) == (
        None,
        None,
        "anonymous",
        *[None] * 5,
    )
    assert intake.issues.is_empty()


def test_typed_cells_have_placeholders_too(read: Read, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "call_id": ["K1", "K2"],
            "direction": ["inbound", "inbound"],
            "started_at": [datetime(2026, 10, 3, 9, 5)] * 2,
            "answered_at": [datetime(1970, 1, 1, 8), datetime(2026, 10, 3, 9, 6)],
            "number": ["NULL", "13911112222"],
            "ended_at": [date(1900, 1, 1), date(2026, 10, 3)],
            "rings": [float("nan"), 3.0],
        }
    )
    frame.write_parquet(tmp_path / "calls.parquet")
    intake = read({})
    columns = (
        "answered_at",
        "ended_at",
        "ended_at_precision",
        "number",
        "rings",
        "rings_unreadable",
    )
    assert intake.records["calls"].select(columns).collect().rows() == [
        (None, None, 0, None, None, False),
        (datetime(2026, 10, 3, 9, 6), datetime(2026, 10, 3), 86_400, "13911112222", 3, False),
    ]
    assert intake.issues.is_empty()


def test_a_zero_date_is_empty_and_so_quarantines_only_where_it_is_required(read: Read) -> None:
    text = (
        "call_id,direction,started_at,answered_at\nK1,in,2026-10-03 09:05:00,0000-00-00\nK2,"
        "in,1970-01-01,\n"
    )
    intake = read({"calls.csv": text})
    assert intake.records["calls"].select(
        "call_id", "answered_at", "answered_at_unreadable"
    ).collect().rows() == [("K1", None, False)]
    assert intake.quarantine.select("value", "reason").rows() == [("", "required, but empty")]


ENDS = datetime(2026, 11, 1)
PLAUSIBLE = "call_id,direction,started_at,answered_at\n"


@pytest.mark.parametrize(
    "time",
    ["1999-12-31 23:59:59", "1997-07-01", "1899-12-31 12:00:00", "2027-11-02 00:00:01", "2062/1/1"],
)
def test_an_event_outside_of_living_memory_is_unreadable(read: Read, time: str) -> None:
    text = PLAUSIBLE + f"K1,in,2026-10-03 09:05:00,{time}\nK2,in,{time},\n"
    intake = read({"calls.csv": text}, period_end=ENDS)
    marks = ("call_id", "answered_at", "answered_at_unreadable", "answered_at_precision")
    assert intake.records["calls"].select(marks).collect().rows() == [("K1", None, True, 0)]
    assert intake.quarantine.select("column", "value", "reason").rows() == [
        ("started_at", time, "implausible")
    ]
    assert intake.issues.select("value", "reason").rows() == [(time, "implausible")]


@pytest.mark.parametrize("time", ["2000-01-01 00:00:00", "2027-11-02 00:00:00"])
def test_the_bounds_themselves_are_plausible(read: Read, time: str) -> None:
    assert (
        read({"calls.csv": PLAUSIBLE + f"K1,in,{time},\n"}, period_end=ENDS).accounting["calls"][
            "accepted"
        ]
        == 1
    )


def test_without_a_period_nothing_is_too_late(read: Read) -> None:
    assert (
        read({"calls.csv": PLAUSIBLE + "K1,in,2062-01-01,\n"}).accounting["calls"]["accepted"] == 1
    )


def test_validity_has_no_bounds(read: Read) -> None:
    text = "customer_id,tier,valid_from\nC1,core,1995-01-01\nC2,core,2062-01-01\n"
    assert (
        read({"customers.csv": text}, "customers", period_end=ENDS).accounting["customers"][
            "accepted"
        ]
        == 2
    )


def test_promises_have_no_bounds(read: Read) -> None:
    text = "ticket_id,kind,opened_at,promised_at\nT1,fault,2026-10-03,2062-01-01\n"
    promised = (
        read({"tickets.csv": text}, "tickets", period_end=ENDS)
        .records["tickets"]
        .select("promised_at")
    )
    assert promised.collect().item() == datetime(2062, 1, 1, 23, 59, 59, 999_999)


def test_a_promised_day_ends_with_the_day(read: Read) -> None:
    head = "ticket_id,kind,opened_at,promised_at,agreed_arrival_at,renegotiated_due_at\n"
    text = head + "T1,fault,2026-10-03,2026-10-05,2026-10-05 09:05,2026年10月5日 周一\n"
    row = read({"tickets.csv": text}, "tickets").records["tickets"].collect().row(0, named=True)
    end = datetime(2026, 10, 5, 23, 59, 59, 999_999)
    promises = [row[name] for name in ("promised_at", "agreed_arrival_at", "renegotiated_due_at")]
    assert promises == [end, datetime(2026, 10, 5, 9, 5), end]
    assert (row["opened_at"], row["opened_at_precision"]) == (datetime(2026, 10, 3), 86_400)


BLANK = {
    "calls.csv": "call_id,direction,started_at,备注\nK1,in,2026-10-03 09:05:00,\n,,,\n , ,\u3000,"
    '\n"","",,\n,,,x\n',
    "calls.jsonl": '{"call_id":"K1","direction":"in","started_at":"2026-10-03 09:05:00"}\n'
    '{"call_id":"","direction":null}\n{}\n{"备注":"x"}\n',
}


@pytest.mark.parametrize("name", BLANK)
def test_a_row_without_a_filled_cell_is_no_row(read: Read, name: str) -> None:
    intake = read({name: BLANK[name]})
    assert tuple(intake.accounting["calls"].values()) == (2, 1, 0, 0, 1)
    assert set(intake.quarantine["reason"]) == {"required, but empty"}
    assert intake.sources[0].rows == 2


def test_blank_rows_of_parquet(read: Read, tmp_path: Path) -> None:
    cells = {"call_id": ["K1", None, "", None], "direction": ["inbound", None, None, None]}
    times = [datetime(2026, 10, 3, 9, 5), None, None, None]
    frame = pl.DataFrame({**cells, "started_at": times, "备注": [None, None, None, "x"]})
    frame.write_parquet(tmp_path / "calls.parquet")
    intake = read({})
    assert tuple(intake.accounting["calls"].values()) == (2, 1, 0, 0, 1)
    assert intake.quarantine["row"].unique().to_list() == [5]
