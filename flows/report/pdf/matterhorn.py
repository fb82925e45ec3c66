"""What a machine can check of PDF/UA-1 beside the preflight's own checks; the conditions stand one
by one in report_templates/matterhorn.yaml. Source: Matterhorn protocol 1.1, ISO 14289-1 clause 7.

Much of it is checked by refusing what the report never needs: forms, layers, encryption, media,
simple fonts, elements of other kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import pikepdf

GROUPS: Final = {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "NonStruct"}
BLOCKS: Final = {"P", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Figure"}
TABLES: Final = {"Table", "TR", "TH", "TD", "THead", "TBody", "TFoot"}
WORDS: Final = {"Span", "Quote", "Reference", "Code", "Link", "Annot"}
USED: Final = GROUPS | BLOCKS | TABLES | WORDS
"""Types of ISO 32000-1 14.8.4 that the report may use; others have rules of their own."""
WITHIN: Final = {
    "Table": {"Caption", "THead", "TBody", "TFoot", "TR"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
    "L": {"Caption", "L", "LI"},
    "LI": {"Lbl", "LBody"},
}
PARENTS: Final = {
    kid: {parent for parent, kids in WITHIN.items() if kid in kids}
    for kid in ("THead", "TBody", "TFoot", "TR", "TH", "TD", "LI", "Lbl", "LBody")
}
NOTHING: Final = re.compile(rb"<[0-9A-Fa-f]+>\s*<(?:0000|FEFF|FFFE|feff|fffe)>")
"""A character of a ToUnicode map that reads back as none."""


def broken_conditions(
    pdf: pikepdf.Pdf, elements: Sequence[Any], objects: Sequence[Any]
) -> Iterator[str]:
    """Faults in words, each with the number of its condition; `elements`: the structure elements
    in reading order, `objects`: all dictionaries and streams."""
    yield from _document(pdf)
    yield from _types(pdf, elements)
    linked = _linked(elements)
    for page in pdf.pages:
        yield from _annotations(page.obj, linked)
    for thing in objects:
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Form":
            yield from _forms(thing)
            continue
        kind = thing.get("/Type")
        if kind == "/Font":
            yield from _encodings(thing)


def _document(pdf: pikepdf.Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if root.get("/MarkInfo", pikepdf.Dictionary()).get("/Suspects"):
        yield "the document calls its tags suspect (01-007)"
    if pdf.is_encrypted:
        yield "the document is encrypted (26-001)"
    if "/OCProperties" in root:
        yield "the document has layers (20-001)"
    fields = root.get("/AcroForm", pikepdf.Dictionary()).get("/Fields", pikepdf.Array())
    if not all(_unseen_signature(field) for field in fields):
        yield "the document has a form (25-001)"


def _unseen_signature(field: Any) -> bool:
    """A signature that takes no room on a page: nobody comes upon it who reads the page."""
    sides = [float(side) for side in field.get("/Rect", (0, 0, 0, 0))]
    return bool(field.get("/FT") == "/Sig") and sides[0] == sides[2] and sides[1] == sides[3]


def _types(pdf: pikepdf.Pdf, elements: Sequence[Any]) -> Iterator[str]:
    tree: Any = pdf.Root.get("/StructTreeRoot", pikepdf.Dictionary())
    if tree.get("/RoleMap"):
        yield "types of elements are mapped to others (02-004)"
    for element in elements:
        kind = str(element.S)[1:]
        if kind not in USED:
            yield f"an element of the type {kind} (02-001, 09-006, 14-007, 17-002, 19-003)"
        parent = str(element.get("/P", pikepdf.Dictionary()).get("/S", "/"))[1:]
        if parent not in PARENTS.get(kind, {parent}) or kind not in WITHIN.get(parent, {kind}):
            yield f"{kind} within {parent} (09-004, 09-005)"


def _annotations(page: Any, linked: set[tuple[int, int]]) -> Iterator[str]:
    found: Any = page.get("/Annots", [])
    if len(found) and page.get("/Tabs") != "/S":
        yield "links of a page are not in the order of its structure (28-009)"
    for annotation in found:
        if _unseen_signature(annotation):
            continue
        if annotation.get("/Subtype") != "/Link":
            yield f"an annotation of the type {annotation.get('/Subtype')} (28-002)"
        elif not str(annotation.get("/Contents", "")):
            yield "a link without description (28-012)"
        elif annotation.objgen not in linked:
            yield "a link outside of an element for links (28-011)"


def _linked(elements: Sequence[Any]) -> set[tuple[int, int]]:
    """The annotations that elements for links hold."""
    found = set()
    for element in elements:
        if element.S == "/Link":
            kids: Any = element.get("/K", pikepdf.Array())
            for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
                if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid:
                    found.add(kid.Obj.objgen)
    return found


def _forms(form: Any) -> Iterator[str]:
    if "/Ref" in form:
        yield "content of another file (30-001)"
    if "/StructParents" in form or "/StructParent" in form:
        yield "tagged content within what may be used twice (30-002)"


def _encodings(font: Any) -> Iterator[str]:
    kind = str(font.get("/Subtype"))
    if kind == "/CIDFontType2" and "/CIDToGIDMap" not in font:
        yield "a TrueType font without a map of its glyphs (31-005)"
    if kind.startswith("/CIDFontType"):
        if "/CIDSet" in font.get("/FontDescriptor", {}):
            yield "a font that lists its glyphs (31-014)"
    elif kind != "/Type0":
        yield f"a simple font ({kind.removeprefix('/')}; 31-012, 31-019)"
    elif font.get("/Encoding") not in ("/Identity-H", "/Identity-V"):
        yield "a font with a character map of its own (31-001, 31-006)"
    if "/ToUnicode" in font and NOTHING.search(font.ToUnicode.read_bytes()):
        yield "a character that reads back as nothing (31-028)"
