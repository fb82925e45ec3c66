"""What a text file is written in; whatever it is, the readers get UTF-8. One megabyte of it is held
at a time."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flows.ingest.staging import Staging
from flows.system.errors import InputError

ENCODING: Final = "utf-8-sig"
CHUNK: Final = 1 << 20
LONGEST_LINE: Final = 4 << 20
"""Bytes. No record of a service desk is longer; one endless line is no table."""
_SHAPES: Final = bytes(
    ord("L") if 0xE4 <= byte <= 0xE9 else ord("c") if 0x80 <= byte <= 0xBF else ord(".")
    for byte in range(256)
)
"""What each byte is in Chinese in UTF-8: the lead of a character, what continues it, or neither."""
_UTF8_CHINESE: Final = b"LccLccLcc"
"""The shape of three characters: the bytes of GB18030 fall into it by chance once in some ten
million. Looking for it among shapes takes a tenth of what a pattern of bytes takes."""
_UTF16: Final = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_TRADITIONAL: Final = {"big5": "cp950", "cp950": "cp950", "big5-hkscs": "big5hkscs"}
_UNMARKED: Final = {"utf-16-le": 1, "utf-16-be": 0}
"""UTF-16 without its mark, and at which byte of a pair the zero of an ASCII character then
stands."""
_ZEROS: Final = 0.1
"""Least share of characters that are ASCII in a table in UTF-16: digits, separators, line ends."""


@dataclass(frozen=True)
class Text:
    """A file in UTF-8, with or without BOM (`ENCODING` reads both).

    `regular`: no empty lines, NUL bytes, endless lines, old line ends: a fast reader gets it right.
    `quoted`: there is a quotation mark, so that a cell may hold a line break.
    """

    path: Path
    regular: bool
    quoted: bool


def chunks(path: Path) -> Iterator[bytes]:
    """The file's bytes, one megabyte at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def as_utf8(path: Path, name: str, staging: Staging, declared: str = "") -> Text:
    """The file itself, or a copy in UTF-8. Raises InputError, naming it `name`, for no text in a
    known encoding.

    `declared`: the encoding that a page says it is in; believed of the traditional Chinese ones
    only, as most pages that say another are in GB18030 all the same.
    """
    wide = utf16(next(chunks(path), b""))
    if wide or not _is_utf8(path):
        copy = staging.path(".txt")
        others = [wide] if wide else _others(path, declared.lower())
        if not any(_transcoded(path, encoding, copy) for encoding in others):
            raise InputError(
                f"{name}: not in one encoding throughout (UTF-8, GB18030); save it again as UTF-8"
            )
        path = copy
    return Text(path, _is_regular(path), any(b'"' in chunk for chunk in chunks(path)))


def _others(path: Path, declared: str) -> Iterator[str]:
    """What a text that is no UTF-8 may be in. UTF-8 goes before GB18030, because UTF-8 is often
    valid GB18030, the reverse practically never."""
    if declared in _TRADITIONAL:
        yield _TRADITIONAL[declared]
    if not any(map(_has_utf8_line, chunks(path))):
        yield "gb18030"


def utf16(head: bytes) -> str | None:
    """The codec of a text in UTF-16 that begins so, with or without a mark; None for any other."""
    marked = next((codec for mark, codec in _UTF16.items() if head.startswith(mark)), None)
    if marked or b"\0" not in head:
        return marked
    zeros = {codec: head[place::2].count(0) for codec, place in _UNMARKED.items()}
    codec = max(zeros, key=zeros.__getitem__)
    return codec if zeros[codec] > _ZEROS * len(head) / 2 and min(zeros.values()) == 0 else None


def _transcoded(path: Path, encoding: str, target: Path) -> bool:
    """Whether the file is in `encoding` throughout; then `target` is the same in UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with target.open("wb") as out:
            for chunk in chunks(path):
                out.write(decoder.decode(chunk).encode())
            out.write(decoder.decode(b"", final=True).encode())
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder(ENCODING)()
    try:
        for chunk in chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _has_utf8_line(chunk: bytes) -> bool:
    """Whether Chinese in UTF-8 stands among GB18030, which would read it as other characters."""
    shapes, at = chunk.translate(_SHAPES), 0
    while (found := shapes.find(_UTF8_CHINESE, at)) >= 0:
        at = found + len(_UTF8_CHINESE)
        start, end = chunk.rfind(b"\n", 0, found) + 1, chunk.find(b"\n", at)
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
        open_line = (
            open_line + len(chunk) if b"\n" not in chunk else len(chunk) - chunk.rfind(b"\n")
        )
        newlines, returns = newlines + chunk.count(b"\n"), returns + chunk.count(b"\r")
        if open_line > LONGEST_LINE or (returns and not newlines):
            return False
        before = chunk[-2:]
    return True
