"""Which files of a data folder belong to which table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from checks.reading.text import fold
from checks.reading.vocabulary import Vocabulary
from flows.errors import InputError

FORMATS: Final = {
    ".csv": "delimited", ".tsv": "delimited", ".txt": "delimited",
    ".xlsx": "workbook", ".xlsm": "workbook", ".xls": "workbook",
    ".jsonl": "json", ".ndjson": "json", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
COMPRESSIONS: Final = {".gz": "gzip", ".zst": "zstd"}


@dataclass(frozen=True)
class Found:
    """A file of a table. `name` is its path relative to the data folder, as every message gives it."""

    path: Path
    name: str
    format: str
    compression: str | None
    size: int


@dataclass(frozen=True)
class Folder:
    """The files of each table, in reading order, and the files of none."""

    tables: dict[str, tuple[Found, ...]]
    unmatched: tuple[str, ...]


def find_files(data: Path, vocabulary: Vocabulary) -> Folder:
    """A table is a file of its name (or another name for it) or a folder of files of that name."""
    if not data.is_dir():
        raise InputError(f"{data}: no such folder; --data names the folder that holds the exports")
    tables: dict[str, list[Found]] = {}
    unmatched = []
    names = {word: table for table, words in vocabulary.tables.items() for word in words.names}
    for path in sorted(data.rglob("*"), key=lambda p: natural(p.relative_to(data).as_posix())):
        relative = path.relative_to(data)
        if not path.is_file() or any(part.startswith((".", "~$")) for part in relative.parts):
            continue
        table = names.get(fold([_stem(relative.parts[0])])[0])
        found = _found(path, relative.as_posix())
        if table and found:
            tables.setdefault(table, []).append(found)
        else:
            unmatched.append(relative.as_posix())
    return Folder({name: tuple(files) for name, files in tables.items()}, tuple(unmatched))


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key by which `part-2` comes before `part-10`."""
    parts = re.split(r"([0-9]+)", name)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts if part]


def _stem(name: str) -> str:
    return name.split(".", 1)[0]


def _found(path: Path, name: str) -> Found | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    compression = COMPRESSIONS.get(suffixes[-1]) if suffixes else None
    format_ = FORMATS.get(suffixes[-2] if compression and len(suffixes) > 1 else suffixes[-1] if suffixes else "")
    return Found(path, name, format_, compression, path.stat().st_size) if format_ else None
