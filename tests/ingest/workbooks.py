"""Workbooks as Excel, WPS and programs save them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = ["call_id", "direction", "started_at", "answered_at", "number"]

Dress = Callable[[Any, Any], None]
"""Does something more to a workbook and its last sheet."""


def workbook(
    *sheets: tuple[str, Sequence[Sequence[Any]]],
    dress: Dress | None = None,
    since_1904: bool = False,
) -> bytes:
    """Sheets of cells; datetimes get a date format, a pair (value, format) the format that it
    names."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"date_1904": since_1904}) as book:
        sheet = None
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    value, form = cell if isinstance(cell, tuple) else (cell, None)
                    form = form or ("yyyy/m/d h:mm" if isinstance(value, datetime) else None)
                    sheet.write(
                        r, c, value, *([book.add_format({"num_format": form})] if form else [])
                    )
        if dress:
            dress(book, sheet)
    return out.getvalue()


def raw_workbook(cells: str, prefix: str = "") -> bytes:
    """A workbook with one sheet whose rows are given in XML, as other programs write it; `prefix`
    of every tag."""
    p = f"{prefix}:" if prefix else ""
    namespace = f'xmlns{":" + prefix if prefix else ""}="{MAIN}"'
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="r1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/>'
        f"</Relationships>",
        "xl/workbook.xml": f'<{p}workbook {namespace} xmlns:r="{RELATION}"><{p}sheets>'
        f'<{p}sheet name="Sheet1" sheetId="1" r:id="r1"/></{p}sheets></{p}workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="r1" Type="{RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
        f"</Relationships>",
        "xl/worksheets/sheet1.xml": f"<{p}worksheet {namespace}>"
        f"<{p}sheetData>{cells}</{p}sheetData></{p}worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def text_row(number: int, *cells: str, prefix: str = "") -> str:
    """A row of text cells; a cell that begins with `<` is XML already."""
    p = f"{prefix}:" if prefix else ""
    inner = [
        c if c.startswith("<") else f'<{p}c t="inlineStr"><{p}is><{p}t>{c}</{p}t></{p}is></{p}c>'
        for c in cells
    ]
    return f'<{p}row r="{number}">{"".join(inner)}</{p}row>'
