"""What a text file is written in, found in one pass over its bytes, whatever their number."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flows.errors import InputError

CHUNK: Final = 1 << 20
LONGEST_LINE: Final = 4 << 20
"""Bytes. No record of a service desk is longer; one endless line is no table."""
_UTF8_CHINESE: Final = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){3}")
"""Three characters: the bytes of GB18030 fall into this pattern by chance once in some ten million."""
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Profile:
    """`regular`: UTF-8 without empty lines, NUL bytes, endless lines, old line ends: a fast reader gets it right.

    `quoted`: there is a quotation mark, so that a cell may hold a line break.
    """

    encoding: str
    regular: bool
    quoted: bool


def chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes, one megabyte at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def profile(path: Path, name: str) -> Profile:
    """Raises InputError, naming the file `name`, for one that is no text in an encoding we know."""
    encoding = _encoding(path, name)
    quoted = encoding == "utf-16" or any(b'"' in chunk for chunk in chunks(path))
    return Profile(encoding, encoding == "utf-8-sig" and _is_regular(path), quoted)


def _encoding(path: Path, name: str) -> str:
    head = next(chunks(path), b"")
    if head.startswith(_UTF16):
        return "utf-16"
    # UTF-8 first: text in another encoding is practically never valid UTF-8, but UTF-8 is often valid GB18030.
    if _decodes(path, "utf-8-sig"):
        return "utf-8-sig"
    if _decodes(path, "gb18030") and not any(map(_has_utf8_line, chunks(path))):
        return "gb18030"
    raise InputError(f"{name}: not in one encoding throughout (UTF-8 or GB18030); save it again as UTF-8")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _has_utf8_line(chunk: bytes) -> bool:
    """Whether Chinese in UTF-8 stands among GB18030, which would read it as other characters."""
    for found in _UTF8_CHINESE.finditer(chunk):
        start, end = chunk.rfind(b"\n", 0, found.start()) + 1, chunk.find(b"\n", found.end())
        try:
            chunk[start : end if end > 0 else None].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False


def _is_regular(path: Path) -> bool:
    before, open_line, newlines, returns = b"\n", 0, 0, 0
    for chunk in chunks(path):
        joined = before + chunk
        if b"\n\n" in joined or b"\n\r\n" in joined or b"\0" in chunk:
            return False
        open_line = open_line + len(chunk) if b"\n" not in chunk else len(chunk) - chunk.rfind(b"\n")
        newlines, returns = newlines + chunk.count(b"\n"), returns + chunk.count(b"\r")
        if open_line > LONGEST_LINE or (returns and not newlines):
            return False
        before = chunk[-2:]
    return True
