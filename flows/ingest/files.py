"""Which files of a data folder belong to which table or configured source."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from checks.records.parsing.vocabulary import Vocabulary
from flows.ingest.intake import Unread
from flows.ingest.names import Named, like, named
from flows.settings.sources import SourceSettings
from flows.system.errors import InputError
from flows.system.visible import shown_name

FORMATS: Final = {
    ".csv": "delimited",
    ".tsv": "delimited",
    ".txt": "delimited",
    ".xlsx": "workbook",
    ".xlsm": "workbook",
    ".xls": "workbook",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
}
"""What a file's name promises; what it is, its bytes tell (flows.ingest.formats.content)."""
COMPRESSIONS: Final = (".gz", ".zst")


@dataclass(frozen=True)
class Found:
    """A file of a table. `name` is its path relative to the data folder, as every message gives it.

    `exact`: it, or its folder, is called as the table is, or a source's pattern names it: that it
    can't be read is an error. Another, whose name only begins so, is left unread where its headings
    do not fit.
    """

    path: Path
    name: str
    format: str
    size: int
    exact: bool = True


@dataclass(frozen=True)
class Folder:
    """The files of each table and of each configured source, in reading order, and what belongs to
    none."""

    tables: dict[str, tuple[Found, ...]]
    claimed: dict[str, tuple[Found, ...]]
    unread: tuple[Unread, ...]
    lookups: dict[str, tuple[Found, ...]] = field(default_factory=dict)


def find_files(
    data: Path,
    vocabulary: Vocabulary,
    sources: Mapping[str, SourceSettings],
    lookups: Mapping[str, Sequence[str]],
) -> Folder:
    """A file belongs to every source one of whose patterns matches its path; else to the table
    whose name, or another name for it, its own name or its folder's is or begins with. Hidden files
    are passed over. Files that only explain codes (`lookups`: patterns by name) may be both."""
    if not data.is_dir():
        raise InputError(f"{data}: no such folder; --data names the folder that holds the exports")
    names = {word: table for table, words in vocabulary.tables.items() for word in words.names}
    tables: dict[str, list[Found]] = {}
    claimed: dict[str, list[Found]] = {}
    explaining: dict[str, list[Found]] = {}
    unread = []
    for path in sorted(
        data.rglob("*"), key=lambda p: reading_order(p.relative_to(data).as_posix())
    ):
        relative = path.relative_to(data)
        if not path.is_file() or any(part.startswith((".", "~$")) for part in relative.parts):
            continue
        name, promised = shown_name(relative.as_posix()), _promised(relative.name)
        claims = [
            source for source, s in sources.items() if any(relative.match(p) for p in s.files)
        ]
        asked = [look for look, patterns in lookups.items() if any(map(relative.match, patterns))]
        table = named(_speaking(relative), names)
        for look in asked:
            explaining.setdefault(look, []).append(
                Found(path, name, promised or "delimited", path.stat().st_size)
            )
        for source in claims:
            if format_ := sources[source].format or promised:
                claimed.setdefault(source, []).append(
                    Found(path, name, format_, path.stat().st_size)
                )
        if claims and not any(sources[source].format or promised for source in claims):
            unread.append(Unread(name, "format", table=sources[claims[0]].table or ""))
        elif not claims and table and promised:
            tables.setdefault(table.table, []).append(
                Found(path, name, promised, path.stat().st_size, table.exact)
            )
        elif not claims and not asked:
            unread.append(_left(relative, table, names))
    return Folder(_frozen(tables), _frozen(claimed), tuple(unread), _frozen(explaining))


def _left(relative: Path, table: Named | None, names: Mapping[str, str]) -> Unread:
    """A file of no table, or one of no readable format, with the table that it may be meant for."""
    name = shown_name(relative.as_posix())
    if table:
        return Unread(name, "format", table=table.table)
    readable = _promised(relative.name)
    return Unread(
        name, "name" if readable else "format", table=like(_without_endings(relative.name), names)
    )


def _frozen(files: dict[str, list[Found]]) -> dict[str, tuple[Found, ...]]:
    return {name: tuple(found) for name, found in files.items()}


def reading_order(name: str) -> tuple[object, ...]:
    """A sort key: by name without its ending, so that `calls (1)` follows `calls`; `part-2` before
    `part-10`."""
    path = PurePosixPath(name)
    return natural((path.parent / _without_endings(path.name)).as_posix()), natural(name)


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key by which `part-2` comes before `part-10`."""
    parts = re.split(r"([0-9]+)", name)
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts if part]


def _speaking(relative: Path) -> str:
    """The part of the path that names a table: the outermost folder, or the file's own name without
    its ending."""
    return relative.parts[0] if len(relative.parts) > 1 else _without_endings(relative.name)


def _without_endings(name: str) -> str:
    path = PurePosixPath(name)
    if path.suffix.lower() in COMPRESSIONS:
        path = path.with_suffix("")
    return path.stem if path.suffix.lower() in FORMATS else path.name


def _promised(name: str) -> str | None:
    path = PurePosixPath(name)
    suffix = path.with_suffix("").suffix if path.suffix.lower() in COMPRESSIONS else path.suffix
    return FORMATS.get(suffix.lower())
