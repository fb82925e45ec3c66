"""A file is what its bytes are, whatever it is called."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from flows.ingest import Intake
from flows.system.errors import InputError
from tests.ingest.conftest import Read
from tests.ingest.workbooks import HEAD, workbook

NINE = datetime(2026, 10, 12, 9)
K1 = ["K1", "inbound", "2026-10-12 09:00:00", "2026-10-12 09:00:05", "13900000001", "客服部"]
COLUMNS = [*HEAD, "department"]
WANT = [("K1", "inbound", NINE, datetime(2026, 10, 12, 9, 0, 5), "13900000001", "客服部")]
CSV = f"{','.join(COLUMNS)}\n{','.join(K1)}\n"
BOOK = workbook(("Sheet1", [COLUMNS, K1]))
JSON = "{" + ",".join(f'"{name}": "{cell}"' for name, cell in zip(COLUMNS, K1, strict=True)) + "}\n"


def page(rows: str, charset: str = "gb2312") -> str:
    return (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
        f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
        f"<style>td {{mso-number-format:'\\@'}}</style></head><body><table "
        f"border=1>{rows}</table></body></html>"
    )


def cells(row: list[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in row) + "</tr>"


PAGE = page(cells(COLUMNS, "th") + cells(K1))
XML = """<?xml version="1.0" encoding="{encoding}"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <ExcelWorkbook xmlns="urn:schemas-microsoft-com:office:excel">{date1904}</ExcelWorkbook>
 <Styles><Style ss:ID="s1"><NumberFormat ss:Format="&quot;K&quot;0"/></Style>
 <Style ss:ID="s2"/></Styles>
 <Worksheet ss:Name="隐"><Table><Row><Cell><Data ss:Type="String">a</Data></Cell></Row></Table>
  <WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel">
   <Visible>SheetHidden</Visible></WorksheetOptions>
 </Worksheet>
 <Worksheet ss:Name="通话"><Table>{rows}</Table></Worksheet>
</Workbook>"""


def xml_row(*cells: tuple[str, str], attributes: str = "") -> str:
    return (
        f"<Row{attributes}>"
        + "".join(
            f'<Cell{more}><Data ss:Type="{kind.partition(" ")[0]}">{value}</Data></Cell>'
            for kind, value in cells
            for more in [" " + kind.partition(" ")[2] if " " in kind else ""]
        )
        + "</Row>"
    )


XML_ROWS = xml_row(*(("String", name) for name in COLUMNS), attributes=' ss:Index="3"') + xml_row(
    ('Number ss:StyleID="s1"', "1"),
    ("String", "inbound"),
    ("DateTime", "2026-10-12T09:00:00.000"),
    ("Number", "46307.375057870369"),
    ("Number", "13900000001"),
    ("String", "客服部"),
)


def found(intake: Intake) -> list[tuple[Any, ...]]:
    return intake.records["calls"].select(COLUMNS).collect().rows()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("calls.xls", PAGE.encode("gb18030")),
        ("calls.xls", PAGE.encode()),
        ("calls.xls", PAGE.encode("utf-16")),
        (
            "calls.xlsx",
            PAGE.replace("客服部", "客 <b>服</b>\n 部<!-- x --><script>y</script>").encode(
                "gb18030"
            ),
        ),
        ("calls.csv", b"\xef\xbb\xbf\r\n" + PAGE.encode()),
        ("calls.xls", CSV.replace(",", "\t").encode("gb18030")),
        ("calls.xls", CSV.encode("utf-16-le")),
        ("calls.csv", CSV.encode("utf-16-be")),
        ("calls.csv", CSV.encode("utf-16")),
        ("calls.xlsx", CSV.encode()),
        ("calls.parquet", CSV.encode()),
        ("calls.xls", BOOK),
        ("calls.csv", BOOK),
        ("calls.csv.gz", BOOK),
        ("calls.txt", gzip.compress(BOOK)),
        ("calls.csv", gzip.compress(CSV.encode("gb18030"))),
        ("calls.csv.gz", CSV.encode()),
        ("calls.csv", pa.compress(CSV.encode(), "zstd", asbytes=True)),
        ("calls.xlsx.gz", gzip.compress(gzip.compress(BOOK))),
        ("calls.txt", JSON.encode()),
        ("calls.xls", XML.format(encoding="UTF-8", date1904="", rows=XML_ROWS).encode()),
        (
            "calls.xml.xls",
            XML.format(encoding="gb2312", date1904="", rows=XML_ROWS).encode("gb2312"),
        ),
    ],
)
def test_the_bytes_decide(read: Read, name: str, content: bytes) -> None:
    rows = found(read({name: content}))
    assert [
        tuple(c.replace(" ", "") if isinstance(c, str) else c for c in row) for row in rows
    ] == WANT


def test_a_page_in_traditional_chinese(read: Read) -> None:
    text = page(cells(COLUMNS) + cells([*K1[:-1], "客服組"]), "big5")
    assert found(read({"calls.xls": text.encode("cp950")}))[0][-1] == "客服組"


def test_every_table_of_a_page_whose_headings_fit(read: Read) -> None:
    second = cells(["K2", *K1[1:]])
    text = page(
        cells(["统计", "1"])
        + "</table><table>"
        + cells(COLUMNS, "th")
        + "<tr><td rowspan=2>K1</td>"
        + cells(K1[1:]).removeprefix("<tr>")
        + cells(["inbound"])
        + f"</table><table>{cells(COLUMNS)}{second}"
    )
    intake = read({"calls.xls": text.encode()})
    assert [row[0] for row in found(intake)] == ["K1", "K2"]
    assert [u.name for u in intake.unread] == ["calls.xls[1]"]
    assert intake.quarantine.select("value", "column").rows() == [("", "started_at")], (
        "K1 holds for its second row"
    )


def test_a_workbook_in_xml_has_a_calendar_and_merged_cells_too(read: Read) -> None:
    days = (NINE - datetime(1904, 1, 1)).total_seconds() / 86_400
    rows = (
        xml_row(*(("String", name) for name in COLUMNS))
        + xml_row(("String", "K1"), ('String ss:MergeDown="1"', "inbound"), ("Number", str(days)))
        + xml_row(("String", "K2"), ('Number ss:Index="3"', str(days + 1)))
    )
    content = XML.format(encoding="UTF-8", date1904="<Date1904/>", rows=rows).encode()
    intake = read({"calls.xls": content})
    assert [row[:3] for row in found(intake)] == [
        ("K1", "inbound", NINE),
        ("K2", "inbound", datetime(2026, 10, 13, 9)),
    ]
    assert [(u.name, u.reason) for u in intake.unread] == [("calls.xls[隐]", "hidden")]


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, CSV)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("calls.csv", zipped("calls.csv"), "a zip archive, no table; unpack it"),
        (
            "calls.xlsx",
            zipped("content.xml", "mimetype"),
            "an OpenDocument file, no table; open it and save it again",
        ),
        ("calls.xlsx", zipped("xl/workbook.bin"), "a binary workbook (.xlsb), no table"),
        ("calls.csv", zipped("word/document.xml"), "a Word document, no table"),
        ("calls.csv", b"%PDF-1.7 x", "a PDF, no table"),
        (
            "calls.xls",
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related",
            "a web archive (MHTML), no table",
        ),
        ("calls.xls", b"<?xml version='1.0'?><report><row/></report>", "an XML document, no table"),
        ("calls.xlsx", b"\x01\x02\x03" * 99, "a damaged workbook, no table"),
        ("calls.xls", b"<html><body>Session expired</body></html>", "a web page without a table"),
        ("calls.xls", XML[:300].encode(), "damaged workbook"),
    ],
)
def test_what_is_no_table_is_called_what_it_is(
    read: Read, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        read({name: content})
    text = str(caught.value)
    assert words in text and text.startswith(f"{name}: ") and "\n" not in text


def test_a_page_that_spans_beyond_reason_is_refused(read: Read) -> None:
    row = "<tr>" + "<td colspan=2000 rowspan=60000>x</td>" * 9 + "</tr>"
    with pytest.raises(InputError, match="row 1 has 16001 columns, at most 2000 are read"):
        read({"calls.xls": page(row + "<tr></tr>" * 60_000).encode()})
    far = xml_row(("String", "x"), attributes=' ss:Index="1000000"') + xml_row(
        ('String ss:Index="16000"', "y")
    )
    with pytest.raises(InputError, match="a table of more than 20,000,000 cells"):
        read({"calls.xls": XML.format(encoding="UTF-8", date1904="", rows=far).encode()})
