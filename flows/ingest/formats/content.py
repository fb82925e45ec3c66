"""What a file is by its bytes: web back offices like to call an HTML table or tab-separated text
.xls."""

from __future__ import annotations

import codecs
import re
import zipfile
from pathlib import Path
from typing import Final

from flows.ingest.formats.compressed import damaged, inflate
from flows.ingest.formats.encoding import utf16
from flows.ingest.staging import Staging
from flows.system.errors import InputError

HEAD: Final = 1 << 16
MAGIC: Final = {
    b"PAR1": "parquet",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    bytes.fromhex("d0cf11e0a1b11ae1"): "ole",
    b"%PDF": "a PDF",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"SQLite format 3": "a SQLite database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "an RTF document",
}
COMPRESSED: Final = {b"\x1f\x8b": "gzip", bytes.fromhex("28b52ffd"): "zstd"}
ZIPPED: Final = {
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "xl/": "workbook",
    "content.xml": "an OpenDocument file",
    "word/": "a Word document",
    "ppt/": "a presentation",
}
"""How a member begins by which a kind of container is known."""
READ: Final = frozenset(
    {"parquet", "workbook", "ole", "html", "spreadsheetml", "json", "delimited"}
)
REMEDY: Final = dict.fromkeys(("a zip archive", "a RAR archive", "a 7z archive"), "unpack it")
RESAVE: Final = "open it and save it again as .xlsx or .csv"
_SPREADSHEETML: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_HTML: Final = re.compile(r"<(?:!doctype html|html|head|body|meta|table|tr)\b", re.IGNORECASE)
_JSON: Final = re.compile(r'(?:\[\s*)*\{\s*"')
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NESTED: Final = 3


def unpacked(path: Path, name: str, staging: Staging) -> Path:
    """The file, or a copy of it that is not compressed, whatever its name says. Raises InputError
    for a damaged one."""
    for _ in range(_NESTED):
        compression = next(
            (kind for magic, kind in COMPRESSED.items() if _head(path).startswith(magic)), None
        )
        if compression is None:
            return path
        target = staging.path(".unpacked")
        inflate(path, name, compression, target)
        path = target
    raise InputError(f"{name}: compressed more than {_NESTED} times; unpack it")


def content_of(path: Path, name: str, promised: str) -> str:
    """One of `READ`. `promised` is what the file's name says: it decides between kinds of text
    only.

    Raises InputError for a file of another kind, which the message names.
    """
    head = _head(path)
    kind = next((kind for magic, kind in MAGIC.items() if head.startswith(magic)), None)
    kind = _zipped(path, name) if kind == "zip" else kind or _text(head, promised)
    if kind not in READ:
        raise InputError(f"{name}: {kind}, no table; {REMEDY.get(kind, RESAVE)}")
    return kind


def _zipped(path: Path, name: str) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = {member.lower() for member in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise damaged(name, error) from None
    kinds = (
        kind
        for start, kind in ZIPPED.items()
        if any(member.startswith(start) for member in members)
    )
    return next(kinds, "a zip archive")


def _text(head: bytes, promised: str) -> str:
    text = _decoded(head).lstrip("\ufeff \t\r\n\0")
    if text.startswith("<"):
        if _SPREADSHEETML in text:
            return "spreadsheetml"
        return (
            "html"
            if _HTML.search(text)
            else "delimited"
            if promised == "delimited"
            else "an XML document"
        )
    if text[:13].lower() == "mime-version:":
        return "a web archive (MHTML)"
    if promised == "json":
        return "json"
    if promised in ("workbook", "parquet") and _CONTROL.search(text):
        return f"a damaged {'Parquet file' if promised == 'parquet' else promised}"
    return "json" if _JSON.match(text) else "delimited"


def _decoded(head: bytes) -> str:
    """Enough of the text to see what it is; ASCII alone matters."""
    wide = utf16(head)
    return (
        head.decode(wide, errors="replace")
        if wide
        else head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)
