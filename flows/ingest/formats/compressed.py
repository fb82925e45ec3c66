"""Compressed files, and how large they may become: an export that grows a thousandfold is a bomb,
not an export."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa

from flows.system.errors import InputError

ALLOWED: Final = 1 << 30
"""Bytes that any file may expand to; it goes to disk."""
ALLOWED_IN_MEMORY: Final = 256 << 20
"""The same for a workbook, which is read into memory."""
RATIO: Final = 50
"""Beyond these, how many times its own size a file may expand to. Text compresses 5 to 30 times."""
_CHUNK: Final = 1 << 20


def inflate(path: Path, name: str, compression: str, target: Path) -> None:
    """Write the content of a gzip or zstd file to `target`. Raises InputError when it is cut off,
    damaged or a bomb."""
    most, written = _most(path, ALLOWED), 0
    try:
        with pa.input_stream(path, compression=compression) as source, target.open("wb") as out:
            while chunk := source.read(_CHUNK):
                written += len(chunk)
                if written > most:
                    raise _bomb(name, most)
                out.write(chunk)
    except OSError as error:
        raise InputError(f"{name}: damaged or cut off ({error}); export or copy it again") from None


def archive_chunks(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """Every member of a zip container (XLSX) in chunks of one megabyte, with its name.

    Raises InputError when the container is damaged or a bomb.
    """
    most, read = _most(path, ALLOWED_IN_MEMORY), 0
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                with archive.open(entry) as member:
                    while chunk := member.read(_CHUNK):
                        read += len(chunk)
                        if read > most:
                            raise _bomb(name, most)
                        yield entry.filename, chunk
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise damaged(name, error) from None


def damaged(name: str, error: Exception) -> InputError:
    """What to say of a workbook whose container or XML is broken."""
    return InputError(f"{name}: damaged workbook ({error}); save it again as .xlsx")


def _most(path: Path, allowed: int) -> int:
    return max(allowed, RATIO * path.stat().st_size)


def _bomb(name: str, most: int) -> InputError:
    return InputError(
        f"{name}: expands to more than {most >> 20} MB; unpack it yourself if it is no bomb"
    )
