"""Which files of a data folder belong to which table or configured source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from checks.reading.text import fold
from checks.reading.vocabulary import Vocabulary
from flows.errors import InputError
from flows.settings.sources import SourceSettings
from flows.visible import shown_name

FORMATS: Final = {
    ".csv": "delimited", ".tsv": "delimited", ".txt": "delimited",
    ".xlsx": "workbook", ".xlsm": "workbook", ".xls": "workbook",
    ".jsonl": "json", ".ndjson": "json", ".json": "json", ".parquet": "parquet", ".pq": "parquet",
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
    """The files of each table and of each configured source, in reading order, and the files of none."""

    tables: dict[str, tuple[Found, ...]]
    claimed: dict[str, tuple[Found, ...]]
    unmatched: tuple[str, ...]


def find_files(data: Path, vocabulary: Vocabulary, sources: Mapping[str, SourceSettings]) -> Folder:
    """A file belongs to the first source whose patterns match its path; else to the table whose name, or another name
    for it, its own name or its folder's is."""
    if not data.is_dir():
        raise InputError(f"{data}: no such folder; --data names the folder that holds the exports")
    names = {word: table for table, words in vocabulary.tables.items() for word in words.names}
    tables: dict[str, list[Found]] = {}
    claimed: dict[str, list[Found]] = {}
    unmatched = []
    for path in sorted(data.rglob("*"), key=lambda p: natural(p.relative_to(data).as_posix())):
        relative = path.relative_to(data)
        if not path.is_file() or any(part.startswith((".", "~$")) for part in relative.parts):
            continue
        source = next((name for name, s in sources.items() if any(relative.match(p) for p in s.files)), None)
        name = shown_name(relative.as_posix())
        found = _found(path, name, sources[source].format if source else None)
        table = names.get(fold([_stem(relative.parts[0])])[0])
        if found and source:
            claimed.setdefault(source, []).append(found)
        elif found and table:
            tables.setdefault(table, []).append(found)
        else:
            unmatched.append(name)
    return Folder(_frozen(tables), _frozen(claimed), tuple(unmatched))


def _frozen(files: dict[str, list[Found]]) -> dict[str, tuple[Found, ...]]:
    return {name: tuple(found) for name, found in files.items()}


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key by which `part-2` comes before `part-10`."""
    parts = re.split(r"([0-9]+)", name)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts if part]


def _stem(name: str) -> str:
    return name.split(".", 1)[0]


def _found(path: Path, name: str, format_: str | None) -> Found | None:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    compression = COMPRESSIONS.get(suffixes[-1]) if suffixes else None
    plain = suffixes[:-1] if compression else suffixes
    format_ = format_ or FORMATS.get(plain[-1] if plain else "")
    return Found(path, name, format_, compression, path.stat().st_size) if format_ else None
