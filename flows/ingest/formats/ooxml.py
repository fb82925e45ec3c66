"""What a workbook's own XML says beside its cells: calendar, hidden sheets, merged areas, how
numbers are shown."""

from __future__ import annotations

import math
import posixpath
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from flows.ingest.formats.compressed import archive_chunks, damaged
from flows.ingest.formats.grid import Area
from flows.ingest.formats.number_formats import Show, shown

WORKBOOK: Final = "xl/workbook.xml"
LARGEST_PART: Final = 64 << 20
"""Bytes of a part that is parsed whole."""
MERGED: Final = re.compile(rb'mergeCell\s[^>]*?ref="\$?([A-Z]+)\$?([0-9]+):\$?[A-Z]+\$?([0-9]+)"')
RESULTLESS: Final = rb"(?:</%sf>|<%sf\s[^>]*/>)\s*(?:<%sv\s*/>|<%sv>\s*</%sv>)?\s*</%sc>"
"""The end of a cell with a formula and no value, read as it is an empty cell; `%s`: the prefix of
the sheet's tags."""
PREFIX: Final = re.compile(rb"<(\w+:)?worksheet\b")
EMPTY_TEXT: Final = re.compile(rb"""\st=["']str["']""")
"""How Excel marks a formula whose result is the empty text; one that was never calculated has no
mark."""
UNCLEAR: Final = rb"""v>(?:[0-9]{16,}|[0-9.]+[eE]\+?[0-9]+)</|\st=["']d["']|\ss=["'](?:%s)["']"""
"""A number of more digits than Excel keeps, a date in words, a cell in one of the styles `%s`."""
CELL: Final = (
    rb"<%s(?:row\b([^>]*)|c\b([^>]*)>(?:\s*<%sf\b[^>]*(?:/>|>[^<]*</%sf>))?(?:\s*<%sv>([^<]*)</)?)"
)
"""A row's opening tag, or a cell's with its value."""
PLACE: Final = re.compile(rb"""\sr=["']([A-Z]*)([0-9]+)["']""")
STYLE: Final = re.compile(rb"""\ss=["']([0-9]+)["']""")
KIND: Final = re.compile(rb"""\st=["'](\w+)["']""")
PLAIN: Final = 9
"""Characters that the value of a number that is neither long nor formatted may have."""
KEPT_DIGITS: Final = 10**15
"""Whole numbers from here on have lost digits in Excel, which keeps fifteen; software that writes
more may have not."""
EXACT: Final = 2**53
_NUMBER: Final = re.compile(r"[0-9.]{1,400}(?:[eE][-+]?[0-9]{1,3})?")
_OVERLAP: Final = 1 << 16
"""Bytes of one chunk that are searched again with the next: more than a cell with the longest
formula takes."""


@dataclass(frozen=True)
class SheetFacts:
    """`prefix`: of the sheet's tags. `uncalculated`: a formula has no value."""

    member: str
    hidden: bool
    prefix: bytes = b""
    merged: tuple[Area, ...] = ()
    uncalculated: bool = False


@dataclass(frozen=True)
class Package:
    """A workbook's container. `sheets`: by name, worksheets only; `formats`: by cell style, those
    that show more than the number."""

    path: Path
    since_1904: bool
    sheets: dict[str, SheetFacts]
    formats: dict[bytes, Show]

    def shown(self, sheet: str, columns: Collection[int]) -> Iterator[tuple[int, int, str]]:
        """(row, column, text) of the cells in these columns that show something else than fastexcel
        gives of them."""
        facts = self.sheets[sheet]
        with zipfile.ZipFile(self.path) as archive:
            text = archive.read(facts.member)
        if not re.search(UNCLEAR % (b"|".join(self.formats) or b"-"), text):
            return
        for row, column, attributes, value in _cells(text, facts.prefix):
            show = (
                self.formats.get(style[1])
                if self.formats and (style := STYLE.search(attributes))
                else None
            )
            if value and (show or len(value) > PLAIN) and column in columns:
                shown = _text(attributes, value.decode(), show)
                if shown is not None:
                    yield row, column, shown


def package_of(path: Path, name: str) -> Package:
    """Look through the container once. Raises InputError when it is damaged or a bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            main = next(iter(_related(archive, "", "officeDocument").values()), WORKBOOK)
            members = _related(archive, main, "worksheet")
            book = _parsed(archive, main)
            formats = _formats(
                _parsed(archive, next(iter(_related(archive, main, "styles").values()), ""))
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, etree.XMLSyntaxError) as error:
        raise damaged(name, error) from None
    scans = {member: _Scan() for member in members.values()}
    for member, chunk in archive_chunks(path, name):
        if member in scans:
            scans[member].take(chunk)
    sheets = {}
    for sheet in book.iter("{*}sheet"):
        reference = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        if reference in members:
            member, hidden = members[reference], sheet.get("state", "visible") != "visible"
            sheets[str(sheet.get("name"))] = scans[member].facts(member, hidden)
    since_1904 = any(
        p.get("date1904", "0") in ("1", "true", "on") for p in book.iter("{*}workbookPr")
    )
    return Package(path, since_1904, sheets, formats)


@dataclass
class _Scan:
    """Looks through a worksheet's XML, chunk by chunk, without parsing it."""

    before: bytes = b""
    prefix: bytes = b""
    merged: dict[Area, None] = field(default_factory=dict)
    uncalculated: bool = False

    def take(self, chunk: bytes) -> None:
        if not self.before and (root := PREFIX.search(chunk)):
            self.prefix = root[1] or b""
        text = self.before + chunk
        if b"mergeCell " in text:
            self.merged |= {area: None for found in MERGED.finditer(text) if (area := _area(found))}
        if b"<%sf" % self.prefix in text and not self.uncalculated:
            ends = re.finditer(RESULTLESS.replace(b"%s", self.prefix), text)
            self.uncalculated = not all(
                EMPTY_TEXT.search(_opening(text, found.start())) for found in ends
            )
        self.before = text[-_OVERLAP:]

    def facts(self, member: str, hidden: bool) -> SheetFacts:
        return SheetFacts(member, hidden, self.prefix, tuple(self.merged), self.uncalculated)


def _opening(text: bytes, end_of_formula: int) -> bytes:
    """The opening tag of the cell whose formula ends there. In a formula `<` is escaped."""
    formula = (
        end_of_formula
        if text[end_of_formula + 1] != ord("/")
        else text.rfind(b"<", 0, end_of_formula)
    )
    return text[max(text.rfind(b"<", 0, formula), 0) : formula]


def _area(found: re.Match[bytes]) -> Area | None:
    first, last = int(found[2]) - 1, int(found[3]) - 1
    return Area(_column(found[1]), first, last) if last > first else None


@cache
def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _cells(text: bytes, prefix: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    """Row, column, attributes and value of the cells of a worksheet; a cell or row may leave its
    place out."""
    row, column = -1, -1
    for found in re.finditer(CELL.replace(b"%s", prefix), text):
        of_row, attributes, value = found.groups()
        place = PLACE.search(attributes if of_row is None else of_row)
        if of_row is not None:
            row, column = (int(place[2]) - 1 if place else row + 1), -1
            continue
        column = _column(place[1]) if place else column + 1
        yield row, column, attributes, value


def _text(attributes: bytes, value: str, show: Show | None) -> str | None:
    """What a cell shows, where fastexcel has something else of it."""
    found = KIND.search(attributes)
    kind = found[1] if found else b"n"
    if kind == b"d" and len(value) == len("2026-10-03"):
        return f"{value} 00:00:00"  # a date cell, known to the second, as the others are
    return shown_number(value, show) if kind == b"n" else None


def shown_number(stored: str, show: Show | None) -> str | None:
    """What is seen of a number where it is more than the number: by its format, or as a power of
    ten when digits are lost, so that nobody takes it for an identifier."""
    number = float(stored) if _NUMBER.fullmatch(stored) else -1.0
    if not 0 <= number < math.inf or number != int(number):
        return None
    if show is not None and number < KEPT_DIGITS:
        return show(int(number))
    lost = number >= EXACT or (number >= KEPT_DIGITS and number % 10 == 0)
    return f"{number:.14E}" if lost else None


def _formats(styles: Any) -> dict[bytes, Show]:
    """By the number of a cell style: how it shows whole numbers, where it shows more than the
    number."""
    ways = {
        f.get("numFmtId"): shown(str(f.get("formatCode", ""))) for f in styles.iter("{*}numFmt")
    }
    cell_styles = next(styles.iter("{*}cellXfs"), ())
    found = {
        b"%d" % number: ways.get(style.get("numFmtId")) for number, style in enumerate(cell_styles)
    }
    return {number: show for number, show in found.items() if show is not None}


def _related(archive: zipfile.ZipFile, part: str, kind: str) -> dict[str, str]:
    """The parts of a kind to which a part (empty: the container) is related, by the relation's
    id."""
    folder, base = posixpath.split(part)
    relations = _parsed(archive, posixpath.join(folder, "_rels", f"{base}.rels"))
    return {
        str(r.get("Id")): posixpath.normpath(
            posixpath.join("/", folder, str(r.get("Target")))
        ).lstrip("/")
        for r in relations.iterchildren("{*}Relationship")
        if str(r.get("Type")).endswith(f"/{kind}")
    }


def _parsed(archive: zipfile.ZipFile, member: str) -> Any:
    text = b"<nothing/>"
    if member in archive.namelist():
        if archive.getinfo(member).file_size > LARGEST_PART:
            raise OSError(f"{member} is larger than {LARGEST_PART >> 20} MB")
        text = archive.read(member)
    return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))
