"""What a workbook shows is what is read of it: every fitting sheet, merged cells, its calendar, its
number formats."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from flows.ingest import Intake
from flows.ingest.formats.number_formats import shown
from flows.system.errors import InputError
from tests.ingest.conftest import Read
from tests.ingest.workbooks import HEAD, raw_workbook, text_row, workbook

NINE = datetime(2026, 10, 12, 9)
K1 = ["K1", "inbound", "2026-10-12 09:00:00", "", "13900000001"]


def calls(intake: Intake, *columns: str) -> list[Any]:
    rows = intake.records["calls"].select(columns).collect().rows()
    return [row[0] for row in rows] if len(columns) == 1 else rows


def unread(intake: Intake) -> list[tuple[str, str]]:
    return [(u.name, u.reason) for u in intake.unread]


def test_every_sheet_whose_headings_fit_is_read_in_order_whatever_its_name(read: Read) -> None:
    sheets = [
        (name, [HEAD, [f"K{n}", *K1[1:]]])
        for n, name in enumerate(("通话记录", "通话记录(2)", "10", "2", "汇 总"))
    ]
    intake = read({"calls.xlsx": workbook(*sheets)})
    assert calls(intake, "call_id") == ["K0", "K1", "K2", "K3", "K4"]
    assert [u.file for u in intake.understood][1:3] == ["calls.xlsx[通话记录(2)]", "calls.xlsx[10]"]
    assert unread(intake) == []


def test_hidden_sheets_and_sheets_of_others_are_named_and_empty_ones_are_nothing(
    read: Read,
) -> None:
    def dress(book: Any, last: Any) -> None:
        last.hide()
        secret = book.add_worksheet("隐")
        secret.write_row(0, 0, HEAD)
        secret.write_row(1, 0, ["K9", *K1[1:]])
        secret.very_hidden()
        book.add_worksheet("Sheet3")
        book.add_chartsheet("图").set_chart(chart := book.add_chart({"type": "line"}))
        chart.add_series({"values": "=通话!$A$1:$A$2"})

    sheets = (
        ("说明", [["总数"], [1]]),
        ("通话", [HEAD, K1]),
        ("旧表", [HEAD[:2], ["K7", "inbound"]]),
        ("示例", [HEAD, K1]),
    )
    intake = read({"calls.xlsx": workbook(*sheets, dress=dress)})
    assert calls(intake, "call_id") == ["K1"]
    assert [(u.name, u.reason, u.detail[:20]) for u in intake.unread] == [
        ("calls.xlsx[旧表]", "headings", "no column started_at"),
        ("calls.xlsx[示例]", "hidden", ""),
        ("calls.xlsx[说明]", "headings", "no heading of calls "),
        ("calls.xlsx[隐]", "hidden", ""),
    ]


def test_a_workbook_of_hidden_sheets_only_is_told(read: Read) -> None:
    def dress(book: Any, last: Any) -> None:
        book.add_worksheet("空").activate()
        last.hide()

    with pytest.raises(InputError, match=r"calls\.xlsx: an empty workbook but for hidden sheets"):
        read({"calls.xlsx": workbook(("记录", [HEAD, K1]), dress=dress)})


def test_formulas_in_a_sheet_that_is_not_read_do_not_matter(read: Read) -> None:
    with_formula = text_row(1, "a", "<c><f>1+1</f></c>")
    with pytest.raises(InputError, match="no heading of calls"):
        read({"calls.xlsx": raw_workbook(with_formula)})


@pytest.mark.parametrize("since_1904", [False, True])
def test_day_numbers_count_from_the_day_that_the_workbook_says(
    read: Read, since_1904: bool
) -> None:
    day = (NINE - (datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30))) / timedelta(
        days=1
    )
    rows = [["K1", "inbound", NINE, day + 0.25, ""], ["K2", "inbound", day, str(day), ""]]
    intake = read({"calls.xlsx": workbook(("Sheet1", [HEAD, *rows]), since_1904=since_1904)})
    assert calls(intake, "started_at", "answered_at") == [
        (NINE, NINE + timedelta(hours=6)),
        (NINE, NINE),
    ]


def test_dates_and_day_numbers_keep_the_same_milliseconds(read: Read) -> None:
    at = datetime(2026, 10, 12, 9, 0, 7, 250_000)
    number = (at - datetime(1899, 12, 30)) / timedelta(days=1)
    intake = read({"calls.xlsx": workbook(("Sheet1", [HEAD, ["K1", "inbound", at, number, ""]]))})
    assert calls(intake, "started_at", "answered_at") == [(at, at)]


def test_a_workbook_by_the_1904_calendar_may_be_mapped(read: Read) -> None:
    from flows.settings.sources import SourceSettings

    day = (NINE - datetime(1904, 1, 1)) / timedelta(days=1)
    columns = {
        "call_id": "no",
        "direction": "'inbound'",
        "started_at": "came",
        "rings": "CASE WHEN came > '' THEN n END",
    }
    rows = [["no", "came", "n"], ["K1", day, 3]]
    source = SourceSettings(table="calls", files=("pbx.xlsx",), columns=columns)
    intake = read(
        {"pbx.xlsx": workbook(("Sheet1", rows), since_1904=True)}, sources={"pbx": source}
    )
    assert calls(intake, "started_at", "rings") == [(NINE, 3)]


def test_numbers_read_as_their_format_shows_them(read: Read) -> None:
    rows = [
        [(7, '"C"0000'), "inbound", NINE, (46298.25, "0.00"), (13900000001, "0.00E+00")],
        [(42, "00000"), "inbound", NINE, "", (13900000001, "000-0000-0000")],
        [(42, "0"), "inbound", NINE, "", (13900000001, "#,##0")],
        ["0042", "inbound", NINE, "", ""],
    ]
    intake = read({"calls.xlsx": workbook(("Sheet1", [HEAD, *rows]))})
    assert calls(intake, "call_id", "number") == [
        ("C0007", "13900000001"),
        ("00042", "139-0000-0001"),
        ("42", "13900000001"),
        ("0042", None),
    ]
    assert calls(intake, "answered_at")[0] == datetime(2026, 10, 3, 6)


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ("00000", 7, "00007"),
        ("00000", 1234567, "1234567"),
        ('"KH-"000', 5, "KH-005"),
        (r"\K000", 5, "K005"),
        ('[Red]"K"00;-0', 3, "K03"),
        ("[$-409]0000", 3, "0003"),
        ('"C"General', 12, "C12"),
        ('"a;b"00', 3, "a;b03"),
        ("00-00", 123, "01-23"),
        ('"工单"#', 9, "工单9"),
        ("General", 5, None),
        ("0", 5, None),
        ("@", 5, None),
        ("0.00E+00", 5, None),
        ("#,##0", 5, None),
        ("0%", 5, None),
        ("yyyy-mm-dd", 5, None),
        ('0"次"', 5, None),
        ("[>9]00", 5, None),
        ("[DBNum1]00", 5, None),
        ("hh:mm", 5, None),
    ],
)
def test_number_formats(code: str, number: int, text: str | None) -> None:
    show = shown(code)
    assert (show(number) if show else None) == text


def test_numbers_that_lost_digits_are_no_identifiers_but_long_texts_are(read: Read) -> None:
    cells = [f'<c r="{c}2"><v>{v}</v></c>' for c, v in (("A", "2.0261017123456789E+17"),)]
    long_text = text_row(
        3, "202610171234567890", "inbound", "2026-10-12 09:00:00", "", "1234567890123456"
    )
    rows = text_row(1, *HEAD) + text_row(2, *cells, "inbound", "2026-10-12 09:00:00") + long_text
    intake = read({"calls.xlsx": raw_workbook(rows)})
    assert "202610171234567890" in calls(intake, "call_id")
    assert "202610171234567890" not in intake.quarantine["value"].to_list()
    assert not {"202610171234567" + d for d in ("89", "792", "800")} & set(calls(intake, "call_id"))


def test_a_merged_area_holds_for_each_of_its_rows(read: Read) -> None:
    def dress(book: Any, sheet: Any) -> None:
        sheet.merge_range("B2:B4", "H1")
        sheet.merge_range("F2:G4", "C1")
        sheet.merge_range("A6:A7", "M5")

    head = [
        "message_id",
        "conversation_id",
        "sent_at",
        "sender",
        "text",
        "customer_id",
        "department",
    ]
    rows = [
        head,
        ["M1", "", "2026-10-12 09:00:00", "customer", "a"],
        ["M2", "", "2026-10-12 09:00:20", "agent", "b"],
        ["M3", "", "2026-10-12 09:01:00", "agent", "c"],
        ["M4", "H2", "2026-10-12 09:02:00", "agent", "d"],
        ["", "H2", "2026-10-12 09:03:00", "agent", "e"],
    ]
    intake = read({"chats.xlsx": workbook(("Sheet1", rows), dress=dress)}, "chats")
    found = (
        intake.records["chats"]
        .select("message_id", "conversation_id", "customer_id", "department")
        .collect()
        .rows()
    )
    assert found == [
        ("M1", "H1", "C1", None),
        ("M2", "H1", "C1", None),
        ("M3", "H1", "C1", None),
        ("M4", "H2", None, None),
        ("M5", "H2", None, None),
    ]
    assert intake.accounting["chats"]["read"] == 5, (
        "a row of which nothing but a merged cell is filled is none"
    )


def test_headings_merged_over_two_rows(read: Read) -> None:
    def dress(book: Any, sheet: Any) -> None:
        for column, name in (("A", "通话编号"), ("B", "呼叫方向")):
            sheet.merge_range(f"{column}1:{column}2", name)
        sheet.merge_range("C1:D1", "时间")

    rows = [
        ["", ""],
        ["", "", "开始时间", "接听时间"],
        ["K1", "呼入", "2026-10-12 09:00:00", "2026-10-12 09:00:05"],
    ]
    intake = read({"calls.xlsx": workbook(("Sheet1", rows), dress=dress)})
    assert calls(intake, "call_id", "answered_at", "_row") == [
        ("K1", datetime(2026, 10, 12, 9, 0, 5), 3)
    ]


@pytest.mark.parametrize("prefix", ["", "x"])
@pytest.mark.parametrize("value", ["", "<{p}v></{p}v>", "<{p}v/>"])
def test_a_formula_whose_result_is_the_empty_text_is_an_empty_cell(
    read: Read, value: str, prefix: str
) -> None:
    p = f"{prefix}:" if prefix else ""
    formula = f'<{p}f>IF(B2="inbound","{"&quot;" * 900}",C2)</{p}f>{value.format(p=p)}'
    rows = text_row(1, *HEAD, prefix=prefix)
    cells = ["K1", "inbound", "2026-10-12 09:00:00"]
    calculated = text_row(2, *cells, f'<{p}c r="D2" t="str">{formula}</{p}c>', prefix=prefix)
    intake = read({"calls.xlsx": raw_workbook(rows + calculated, prefix)})
    assert calls(intake, "answered_at", "answered_at_unreadable") == [(None, False)]
    never = text_row(2, *cells, f'<{p}c r="D2">{formula}</{p}c>', prefix=prefix)
    with pytest.raises(InputError, match="holds formulas without results"):
        read({"calls.xlsx": raw_workbook(rows + never, prefix)})


def test_a_date_in_words_is_a_date_cell(read: Read) -> None:
    """ISO 8601 in the file, as some programs write date cells: the day is known to the second as
    Excel's is."""
    rows = text_row(1, *HEAD) + text_row(
        2, "K1", "inbound", '<c r="C2" t="d"><v>2026-10-12</v></c>', "2026-10-12"
    )
    intake = read({"calls.xlsx": raw_workbook(rows)})
    assert calls(intake, "started_at") == [datetime(2026, 10, 12)]


def test_blank_rows_are_no_rows(read: Read) -> None:
    rows = [HEAD, K1, ["", " ", "　"], [], ["K2", *K1[1:]], ["", "", "", "", ""]]
    intake = read({"calls.xlsx": workbook(("Sheet1", rows))})
    assert intake.accounting["calls"] | {"read": 2, "accepted": 2} == intake.accounting["calls"]
    assert calls(intake, "call_id", "_row") == [("K1", 2), ("K2", 5)]


def test_a_long_preamble(read: Read) -> None:
    notice = [[f"导出说明 第{n}行"] for n in range(60)]
    assert calls(read({"calls.xlsx": workbook(("Sheet1", [*notice, HEAD, K1]))}), "_row") == [62]
    text = (
        "".join(f"导出说明 第{n}行\n" for n in range(60))
        + ",".join(HEAD)
        + "\n"
        + ",".join(K1)
        + "\n"
    )
    assert calls(read({"calls.xlsx": text.encode("gb18030")}), "_row") == [62]


def test_a_heading_that_is_not_found_is_told_with_the_number_of_rows_searched(read: Read) -> None:
    with pytest.raises(
        InputError, match=r"no heading of calls in the first 100 rows .*the first row is: 第0行"
    ):
        read({"calls.csv": "".join(f"第{n}行\n" for n in range(300))})
