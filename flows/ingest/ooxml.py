"""What a workbook's own XML says beside its cells: calendar, hidden sheets, merged areas, how numbers are shown."""

from __future__ import annotations

import math
import posixpath
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lxml import etree

from flows.ingest.compressed import archive_chunks, damaged
from flows.ingest.grid import Area
from flows.ingest.number_formats import Show, shown

WORKBOOK, RELATIONS, STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
LARGEST_PART: Final = 64 << 20
"""Bytes of a part that is parsed whole."""
MERGED: Final = re.compile(rb'mergeCell\s[^>]*?ref="\$?([A-Z]+)\$?([0-9]+):\$?[A-Z]+\$?([0-9]+)"')
RESULTLESS: Final = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\s[^>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""The end of a cell with a formula and no value. Read as it is, it would pass for an empty cell."""
EMPTY_TEXT: Final = re.compile(rb"""\st=["']str["']""")
"""How Excel marks a formula whose result is the empty text; one that was never calculated has no mark."""
LONG: Final = re.compile(rb"v>(?:[0-9]{16,}|[0-9.]+[eE]\+?[0-9]+)</")
"""A number of more digits than Excel keeps, or written with a power of ten."""
IN_WORDS: Final = (b't="d"', b"t='d'")
"""A date that is no day number but text."""
KEPT_DIGITS: Final = 10**15
"""Whole numbers from here on have lost digits in Excel, which keeps fifteen; software that writes more may have not."""
EXACT: Final = 2**53
_NUMBER: Final = re.compile(r"[0-9.]{1,400}(?:[eE][-+]?[0-9]{1,3})?")
_OVERLAP: Final = 1 << 16
"""Bytes of one chunk that are searched again with the next: more than a cell with the longest formula takes."""


@dataclass(frozen=True)
class SheetFacts:
    """`uncalculated`: a formula has no value. `rare`: some cells show something else than their text, perhaps."""

    member: str
    hidden: bool
    merged: tuple[Area, ...] = ()
    uncalculated: bool = False
    rare: bool = False


@dataclass(frozen=True)
class Package:
    """A workbook's container. `sheets`: by name, worksheets only; `formats`: by cell style, those that show more than
    the number."""

    path: Path
    name: str
    since_1904: bool
    sheets: dict[str, SheetFacts]
    formats: dict[str, Show]

    def shown(self, sheet: str, columns: Collection[int]) -> Iterator[tuple[int, int, str]]:
        """(row, column, text) of the cells in these columns that show something else than fastexcel gives of them."""
        if not (self.sheets[sheet].rare and columns):
            return
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.sheets[sheet].member) as member:
                for row, column, cell in _cells(member, frozenset(columns)):
                    if (text := _shown(cell, self.formats)) is not None:
                        yield row, column, text
        except etree.XMLSyntaxError as error:
            raise damaged(self.name, error) from None


def package_of(path: Path, name: str) -> Package:
    """Look through the container once. Raises InputError when it is damaged or a bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            book, relations, styles = (_parsed(archive, member) for member in (WORKBOOK, RELATIONS, STYLES))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, etree.XMLSyntaxError) as error:
        raise damaged(name, error) from None
    formats = _formats(styles)
    members = {r.get("Id"): _member(r) for r in relations if str(r.get("Type")).endswith("/worksheet")}
    scans = {member: _Scan(re.compile(rb"\ss=[\"'](?:%s)[\"']" % b"|".join(formats))) for member in members.values()}
    for member, chunk in archive_chunks(path, name):
        if member in scans:
            scans[member].take(chunk, bool(formats))
    sheets = {}
    for sheet in book.iter("{*}sheet"):
        reference = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        if reference in members:
            member, hidden = members[reference], sheet.get("state", "visible") != "visible"
            sheets[str(sheet.get("name"))] = scans[member].facts(member, hidden)
    since_1904 = any(p.get("date1904", "0") in ("1", "true", "on") for p in book.iter("{*}workbookPr"))
    return Package(path, name, since_1904, sheets, {style.decode(): show for style, show in formats.items()})


@dataclass
class _Scan:
    """Looks through a worksheet's XML, chunk by chunk, without parsing it."""

    styles: re.Pattern[bytes]
    before: bytes = b""
    merged: dict[Area, None] = field(default_factory=dict)
    uncalculated: bool = False
    rare: bool = False

    def take(self, chunk: bytes, formatted: bool) -> None:
        text = self.before + chunk
        if b"mergeCell " in text:
            self.merged |= {area: None for found in MERGED.finditer(text) if (area := _area(found))}
        if b"</f>" in text or b"<f " in text or b":f" in text:
            self.uncalculated = self.uncalculated or any(
                not EMPTY_TEXT.search(_opening(text, found.start())) for found in RESULTLESS.finditer(text)
            )
        self.rare = (
            self.rare
            or bool(LONG.search(text))
            or any(mark in text for mark in IN_WORDS)
            or (formatted and bool(self.styles.search(text)))
        )
        self.before = text[-_OVERLAP:]

    def facts(self, member: str, hidden: bool) -> SheetFacts:
        return SheetFacts(member, hidden, tuple(self.merged), self.uncalculated, self.rare)


def _opening(text: bytes, end_of_formula: int) -> bytes:
    """The opening tag of the cell whose formula ends there. In a formula `<` is escaped."""
    formula = end_of_formula if text[end_of_formula + 1] != ord("/") else text.rfind(b"<", 0, end_of_formula)
    return text[max(text.rfind(b"<", 0, formula), 0) : formula]


def _area(found: re.Match[bytes]) -> Area | None:
    first, last = int(found[2]) - 1, int(found[3]) - 1
    return Area(_column(found[1].decode()), first, last) if last > first else None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _cells(member: Any, columns: frozenset[int]) -> Iterator[tuple[int, int, Any]]:
    """The cells of a worksheet that stand in these columns, with their place; a cell may leave it out."""
    row, column = -1, -1
    for event, element in etree.iterparse(member, events=("start", "end"), tag=("{*}row", "{*}c"), no_network=True):
        is_row = element.tag.endswith("row")
        if event == "start":
            place = element.get("r")
            if is_row:
                row, column = (int(place) - 1 if place else row + 1), -1
            else:
                column = _column(place.rstrip("0123456789")) if place else column + 1
        elif is_row:
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]
        elif column in columns:
            yield row, column, element


def _shown(cell: Any, formats: dict[str, Show]) -> str | None:
    """What a cell shows where its text says something else, or less, than it: see `Package.shown`."""
    kind, value = cell.get("t", "n"), next((child.text for child in cell.iterchildren("{*}v")), None)
    if value is None:
        return None
    if kind == "d" and len(value) == len("2026-10-03"):
        return f"{value} 00:00:00"  # a date cell, known to the second, as the others are
    if kind != "n":
        return None
    return shown_number(value, formats.get(cell.get("s", "")))


def shown_number(stored: str, show: Show | None) -> str | None:
    """What is seen of a number where it is more than the number: by its format, or as a power of ten when digits are
    lost, so that nobody takes it for an identifier."""
    number = float(stored) if _NUMBER.fullmatch(stored) else -1.0
    if not 0 <= number < math.inf or number != int(number):
        return None
    if show is not None and number < KEPT_DIGITS:
        return show(int(number))
    lost = number >= EXACT or (number >= KEPT_DIGITS and number % 10 == 0)
    return f"{number:.14E}" if lost else None


def _formats(styles: Any) -> dict[bytes, Show]:
    """By the number of a cell style: how it shows whole numbers, where it shows more than the number."""
    ways = {f.get("numFmtId"): shown(str(f.get("formatCode", ""))) for f in styles.iter("{*}numFmt")}
    cell_styles = next(styles.iter("{*}cellXfs"), ())
    found = {b"%d" % number: ways.get(style.get("numFmtId")) for number, style in enumerate(cell_styles)}
    return {number: show for number, show in found.items() if show is not None}


def _member(relation: Any) -> str:
    return posixpath.normpath(posixpath.join("/xl", str(relation.get("Target")))).lstrip("/")


def _parsed(archive: zipfile.ZipFile, member: str) -> Any:
    text = b"<nothing/>"
    if member in archive.namelist():
        if archive.getinfo(member).file_size > LARGEST_PART:
            raise OSError(f"{member} is larger than {LARGEST_PART >> 20} MB")
        text = archive.read(member)
    return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
