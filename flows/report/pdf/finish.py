"""Last touches to the structure tree, where WeasyPrint's output alone would not be PDF/UA.

- Header cells get their Scope.
- A table over several pages is written as several Table elements; they are joined into one, and the
  repeated headings leave the tree, as running heads do. Every table of the report has a caption, so
  a part without one is a continuation.
- Attachments are listed once in /AF; viewers open the file with its bookmarks.
- Objects are turned into bytes once: pydyf asks for them twice, for the file and for the identifier
  inside it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pydyf  # type: ignore[import-untyped]

Element = Any
"""A pydyf.Dictionary of the structure tree; `K` lists references of kids and numbers of marked
content."""
Index = dict[bytes, Element]


def packed(path: Path) -> tuple[str, bytes]:
    """A file's checksum as the PDF names it, and its content packed: quickly, for a long month's
    findings are large."""
    content = path.read_bytes()
    return f"<{hashlib.md5(content, usedforsecurity=False).hexdigest()}>", zlib.compress(content, 1)


def finish(attached: Mapping[str, bytes], _document: object, pdf: Any) -> None:
    """The `finisher` of WeasyPrint's `write_pdf`; `attached`: the files it carries as `packed`
    gives them."""
    elements: Index = {
        o.reference: o
        for o in pdf.objects
        if isinstance(o, pydyf.Dictionary) and o.get("Type") == "/StructElem"
    }
    _set_scopes(elements)
    _join_tables(elements)
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    pdf.catalog["PageMode"] = "/UseOutlines"
    pdf.objects[:] = [o if o.free == "f" else _Written(o, attached) for o in pdf.objects]


class _Written(pydyf.Object):  # type: ignore[misc]  # untyped
    """An object that doesn't change any more. Fonts are packed at zlib's default level: half the
    time of pydyf's for a few percent more bytes.
    """

    data = b""
    compressible = False

    def __init__(self, source: Any, attached: Mapping[str, bytes]) -> None:
        super().__init__()
        self.number, self.generation, self.compressible = (
            source.number,
            source.generation,
            source.compressible,
        )
        content: list[object] = source.stream if getattr(source, "compress", False) else []
        if len(content) == 1 and isinstance(content[0], bytes):
            file = attached.get(source.extra.get("Params", {}).get("CheckSum", ""))
            source = pydyf.Stream(
                [file or zlib.compress(content[0])], {**source.extra, "Filter": "/FlateDecode"}
            )
        self.data = source.data


def _set_scopes(elements: Index) -> None:
    for element in elements.values():
        if element["S"] == "/TH":
            group = elements[elements[element["P"]]["P"]]
            element["A"]["Scope"] = "/Column" if group["S"] == "/THead" else "/Row"


def _join_tables(elements: Index) -> None:
    document = next(e for e in elements.values() if e["S"] == "/Document")
    first: Element | None = None
    for table in [e for e in _descendants(document, elements) if e["S"] == "/Table"]:
        parts = _kids(table, elements)
        if first is None or any(part["S"] == "/Caption" for part in parts):
            first = table
            continue
        _join(first, table, parts, elements, document)


def _join(
    first: Element, rest: Element, parts: list[Element], elements: Index, document: Element
) -> None:
    """Move the rows of `rest` into `first`; take the repeated headings and `rest` itself out of the
    tree.

    Where a page ends right after the caption or the headings, `first` has no such part yet and gets
    it whole.
    """
    own = {part["S"]: part for part in _kids(first, elements)}
    renamed: dict[str, pydyf.String] = {}
    for part in parts:
        if part["S"] not in own:
            _adopt(first, part)
        elif part["S"] == "/THead":
            part["P"] = document.reference
            renamed |= _heading_ids(part, rest, first, elements)
        else:
            for row in _kids(part, elements):
                _adopt(own[part["S"]], row)
        for row in _kids(part, elements) if part["S"] == "/TBody" else ():
            _rename_headers(row, renamed, elements)
    elements[rest["P"]]["K"].remove(rest.reference)


def _adopt(parent: Element, kid: Element) -> None:
    kid["P"] = parent.reference
    parent["K"].append(kid.reference)


def _heading_ids(
    head: Element, rest: Element, first: Element, elements: Index
) -> dict[str, pydyf.String]:
    """Ids of the repeated heading cells -> those of the first page: WeasyPrint names them
    table-row-column."""
    old, new = f"{rest.number}-", f"{first.number}-"
    cells = (e for e in _descendants(head, elements) if e["S"] == "/TH" and "ID" in e)
    return {c["ID"].string: pydyf.String(c["ID"].string.replace(old, new, 1)) for c in cells}


def _rename_headers(row: Element, renamed: dict[str, pydyf.String], elements: Index) -> None:
    for cell in _kids(row, elements):
        if headers := cell.get("A", {}).get("Headers"):
            cell["A"]["Headers"] = pydyf.Array([renamed.get(h.string, h) for h in headers])


def _kids(element: Element, elements: Index) -> list[Element]:
    return [elements[kid] for kid in element["K"] if isinstance(kid, bytes) and kid in elements]


def _descendants(element: Element, elements: Index) -> Iterator[Element]:
    for kid in _kids(element, elements):
        yield kid
        yield from _descendants(kid, elements)
