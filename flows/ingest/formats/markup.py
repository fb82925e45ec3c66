"""Tables in a web page, and workbooks of 2003 in XML: back offices give both the ending .xls."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, Final

import polars as pl
from lxml import etree, html

from flows.ingest.formats.compressed import damaged
from flows.ingest.formats.content import HEAD
from flows.ingest.formats.encoding import ENCODING, as_utf8
from flows.ingest.formats.grid import Area, Grid
from flows.ingest.formats.number_formats import Show, shown
from flows.ingest.formats.ooxml import shown_number
from flows.ingest.headings import MOST_COLUMNS
from flows.ingest.staging import Staging
from flows.system.errors import InputError

LARGEST: Final = 256 << 20
"""Bytes: a page is read into memory."""
MOST_CELLS: Final = 20_000_000
BLOCKS: Final = ("br", "p", "div", "li")
SILENT: Final = ("script", "style")
SS: Final = "{urn:schemas-microsoft-com:office:spreadsheet}"

_CHARSET: Final = re.compile(rb"""charset=["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
_BLANKS: Final = re.compile(r"\s+")

Placed = tuple[int, int, str]
"""Row, column (both from 0) and text of a cell."""


def web_page(path: Path, name: str, staging: Staging) -> tuple[Grid, ...]:
    """The tables of an HTML page, numbered. Raises InputError: no table in it, no known encoding,
    too large."""
    with _small(path, name).open("rb") as file:
        declared = _CHARSET.search(file.read(HEAD))
    text = as_utf8(path, name, staging, declared[1].decode() if declared else "").path.read_text(
        encoding=ENCODING
    )
    page = html.document_fromstring(
        text.encode(), parser=html.HTMLParser(encoding="utf-8", huge_tree=True)
    )
    tables = [
        _table(table, str(number), name) for number, table in enumerate(page.iter("table"), 1)
    ]
    if not tables:
        raise InputError(f"{name}: a web page without a table; export it again as .xlsx or .csv")
    return tuple(tables)


def _table(table: Any, number: str, name: str) -> Grid:
    """Its own rows, not those of a table within it. A cell that spans columns stands in the first.

    `taken`: the last row into which a cell above reaches, by column.
    """
    cells: list[Placed] = []
    taken: dict[int, int] = {}
    spanned = 0
    merged: list[Area] = []
    rows = table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
    for row, element in enumerate(rows):
        column = 0
        for cell in element.iterchildren("td", "th"):
            while taken.get(column, -1) >= row:
                column += 1
            across, down = (
                _span(cell.get("colspan"), MOST_COLUMNS),
                _span(cell.get("rowspan"), len(rows) - row),
            )
            if down > 1:
                taken |= dict.fromkeys(range(column, column + across), row + down - 1)
                merged.append(Area(column, row, row + down - 1))
            cells.append((row, column, _text(cell)))
            column += across
            spanned += across
            if spanned > MOST_CELLS:
                raise _too_large(name)
    return Grid(number, _frame(cells, name), merged=tuple(merged))


def _span(written: str | None, most: int) -> int:
    return min(int(written), most) if written and written.isdecimal() and int(written) > 0 else 1


def _text(cell: Any) -> str:
    """The cell's text: blanks and line ends of the page's source are one blank, a new paragraph is
    a new line."""
    words = [cell.text]
    for part in cell.iterdescendants():
        words += ["\n"] if part.tag in BLOCKS else []
        words += [part.text] if isinstance(part.tag, str) and part.tag not in SILENT else []
        words += [part.tail]
    text = "".join(word if word == "\n" else _BLANKS.sub(" ", word) for word in words if word)
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def xml_workbook(path: Path, name: str) -> tuple[Grid, ...]:
    """The sheets of a workbook in XML (SpreadsheetML 2003). Raises InputError: not well-formed, too
    large."""
    try:
        book = etree.parse(
            _small(path, name),
            etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True),
        )
    except etree.XMLSyntaxError as error:
        raise damaged(name, error) from None
    styles = {s.get(f"{SS}ID"): s.find(f"{SS}NumberFormat") for s in book.iter(f"{SS}Style")}
    shows = {
        style: shown(form.get(f"{SS}Format", ""))
        for style, form in styles.items()
        if form is not None
    }
    formats = {style: show for style, show in shows.items() if show}
    since_1904 = next(book.iter("{*}Date1904"), None) is not None
    sheets = enumerate(book.iter(f"{SS}Worksheet"), 1)
    return tuple(
        _worksheet(s, s.get(f"{SS}Name", str(n)), name, formats, since_1904) for n, s in sheets
    )


def _worksheet(
    sheet: Any, name: str, file: str, formats: dict[str, Show], since_1904: bool
) -> Grid:
    visible = next((v.text for v in sheet.iter("{*}Visible")), "")
    if visible in ("SheetHidden", "SheetVeryHidden"):
        return Grid(name, pl.DataFrame(), hidden=True)
    cells: list[Placed] = []
    merged: list[Area] = []
    differing: list[Placed] = []
    for row, column, cell in _xml_cells(sheet):
        data = next(cell.iterchildren(f"{SS}Data"), None)
        text = "".join(data.itertext()) if data is not None else ""
        kind = data.get(f"{SS}Type", "String") if data is not None else "String"
        cells.append((row, column, _READ.get(kind, str)(text)))
        if kind == "Number" and (
            other := shown_number(text, formats.get(cell.get(f"{SS}StyleID", "")))
        ):
            differing.append((row, column, other))
        if down := _whole(cell, "MergeDown", 0):
            merged.append(Area(column, row, row + down))

    def differ(columns: Collection[int]) -> Iterator[Placed]:
        return (place for place in differing if place[1] in columns)

    return Grid(
        name,
        _frame(cells, file),
        False,
        tuple(merged),
        since_1904,
        formatted=bool(differing),
        shown=differ,
    )


def _xml_cells(sheet: Any) -> Iterator[tuple[int, int, Any]]:
    """Cells with their place; a row or cell that does not say where it stands follows the one
    before."""
    row = -1
    for element in sheet.iterfind(f"{SS}Table/{SS}Row"):
        row = _whole(element, "Index", row + 2) - 1
        column = -1
        for cell in element.iterchildren(f"{SS}Cell"):
            column = _whole(cell, "Index", column + 2) - 1
            yield row, column, cell
            column += _whole(cell, "MergeAcross", 0)


def _whole(element: Any, name: str, otherwise: int) -> int:
    written = element.get(SS + name, "")
    return int(written) if written.isdecimal() else otherwise


def _number(text: str) -> str:
    """`1.3900000001E10` as the whole number that it is."""
    try:
        value = float(text)
    except ValueError:
        return text
    return str(int(value)) if math.isfinite(value) and value == int(value) else text


def _instant(text: str) -> str:
    """`2026-10-03T09:05:00.000` as other workbooks' dates are read."""
    return text.replace("T", " ").removesuffix(".000")


_READ: Final[dict[str, Callable[[str], str]]] = {
    "Number": _number,
    "DateTime": _instant,
    "Error": lambda text: "#ERROR",
    "Boolean": lambda text: "true" if text == "1" else "false",
}


def _frame(cells: list[Placed], name: str) -> pl.DataFrame:
    height = max((row for row, _, _ in cells), default=-1) + 1
    width = max((column for _, column, _ in cells), default=-1) + 1
    if height * width > MOST_CELLS:
        raise _too_large(name)
    columns: list[list[str | None]] = [[None] * height for _ in range(width)]
    for row, column, text in cells:
        columns[column][row] = text
    return pl.DataFrame(
        {str(n): pl.Series(values, dtype=pl.String) for n, values in enumerate(columns)}
    )


def _too_large(name: str) -> InputError:
    return InputError(
        f"{name}: a table of more than {MOST_CELLS:,} cells; export it as .xlsx or .csv"
    )


def _small(path: Path, name: str) -> Path:
    if path.stat().st_size > LARGEST:
        raise InputError(
            f"{name}: a page of more than {LARGEST >> 20} MB; export it as .xlsx or .csv"
        )
    return path
