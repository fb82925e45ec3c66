"""What will be read for each table, before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from zipfile import is_zipfile

from checks.records.parsing.canonical import ParseOptions
from checks.records.tables import TABLES
from flows.ingest.databases import read_query
from flows.ingest.files import Folder, find_files
from flows.ingest.intake import Unread
from flows.ingest.lookups import lookup_of
from flows.ingest.options import IngestOptions
from flows.ingest.parts import Part, in_zone, read_canonical, read_export
from flows.ingest.sources import resolve, rules_of
from flows.ingest.staging import Staging
from flows.ingest.unread import hint
from flows.ingest.words import reading as reading_of
from flows.settings.sources import SourceSettings
from flows.system.errors import InputError, UsageError
from flows.system.visible import shown_name


@dataclass(frozen=True)
class Reader:
    """Reads one part of a table. `certain`: by name or configuration it is of the table; else its
    headings decide."""

    read: Callable[[], Part]
    certain: bool = True


@dataclass(frozen=True)
class Plan:
    """The readers of each table that has any, in order: files by name, then sources as configured.

    `idle` names configured sources without a file, `unread` is what no table takes; what is read
    waits in `staging`.
    """

    readers: dict[str, list[Reader]]
    unread: tuple[Unread, ...]
    idle: tuple[str, ...]
    staging: Staging


def plan_of(data: Path, options: IngestOptions) -> Plan:
    """Raises InputError when the folder does not exist, UsageError for a configuration that can't
    be."""
    sources = {name: resolve(name, source) for name, source in options.sources.items()}
    places = {name: partial(source.place, name) for name, source in options.sources.items()}
    reading, staging = reading_of(options), Staging()
    lookups = {
        lookup_of(name, look): source.lookups[look].files
        for name, source in sources.items()
        for look in source.lookups
    }
    found = find_files(data, reading.vocabulary, sources, lookups)
    readers: dict[str, list[Reader]] = {name: [] for name in TABLES}
    for name, files in found.tables.items():
        readers[name] += [
            Reader(partial(read_canonical, TABLES[name], f, reading, staging), f.exact)
            for f in files
        ]
    for name, source in sources.items():
        zoned = in_zone(
            reading_of(options, source, places[name]("values")),
            source.time_zone,
            places[name]("time_zone"),
        )
        read = _readers(name, source, found, zoned, staging)
        readers[source.table or ""] += [Reader(one) for one in read]
    idle = tuple(
        name for name, source in sources.items() if source.files and name not in found.claimed
    )
    planned = {name: some for name, some in readers.items() if some}
    check_absent(
        (name for name, some in planned.items() if any(r.certain for r in some)), data, options
    )
    return Plan(planned, found.unread, idle, staging)


def check_absent(there: Iterable[str], data: Path, options: IngestOptions) -> None:
    """Raises UsageError when a table is there that is declared absent."""
    if contradicted := sorted(options.absent & {*there}):
        raise UsageError(
            f"{contradicted[0]} is declared absent, but {data} or kelou.toml has it; remove one "
            f"of them"
        )


def check_needed(
    there: Iterable[str], unread: Iterable[Unread], data: Path, options: IngestOptions
) -> None:
    """Raises InputError when a needed table is neither there nor declared absent; files that may be
    meant are named, workbooks that can't be opened first."""
    known = {*there} | options.absent
    if missing := [name for name in options.needed if name not in known]:
        meant = [f"{name} is not read: {_CLOSED}" for name in _closed_workbooks(data)]
        meant += [f"{u.name} is not read: {hint(u)}" for u in unread if u.table in missing]
        raise InputError(
            f"{data}: no table {', '.join(missing)}; put {missing[0]}.csv (.xlsx, .jsonl, "
            f".parquet) there, "
            f'or declare in kelou.toml that there is none: absent = ["{missing[0]}"]'
            + (f"\n{'; '.join(meant[:3])}" if meant else "")
        )


def _closed_workbooks(data: Path) -> Iterator[str]:
    """Names of workbooks that are no containers: what they hold can be of any table."""
    for path in sorted(data.rglob("*.xls[xm]")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(data).parts)
        if not hidden and path.is_file() and not is_zipfile(path):
            yield shown_name(path.relative_to(data).as_posix())


_CLOSED: Final = (
    "damaged, cut off, or locked by a password; save it again as .xlsx without a password"
)


def _readers(
    name: str, source: SourceSettings, found: Folder, zoned: ParseOptions, staging: Staging
) -> list[Callable[[], Part]]:
    """What reads one source: its query or store, its files together as its rules say, or each file
    by its own headings."""
    files, rules = found.claimed.get(name, ()), rules_of(source)
    if source.query or source.store:
        return [partial(read_query, name, source, zoned, staging)]
    if rules and files:
        return [partial(read_export, name, source, files, zoned, staging, found.lookups)]
    return [
        partial(read_canonical, TABLES[source.table or ""], file, zoned, staging) for file in files
    ]
