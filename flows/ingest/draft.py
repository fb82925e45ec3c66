"""A first mapping for unknown exports: every sheet of every file, looked at and proposed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import polars as pl

from checks.records.parsing.profiles import FILLER, Profile, forms_of, profile
from checks.records.parsing.text import as_text, bare, emptied
from checks.records.parsing.vocabulary import Vocabulary
from flows.ingest.draft_presets import as_preset, as_wide, without_headings
from flows.ingest.draft_times import composed
from flows.ingest.files import FORMATS, Found
from flows.ingest.formats.grid import SheetOptions
from flows.ingest.headings import Heading, NoHeading, Sheet
from flows.ingest.proposals import LookedUp, Proposal, own_table
from flows.ingest.reader import sheets_of, with_fallback
from flows.ingest.sources import presets
from flows.ingest.staging import Staging
from flows.ingest.words import words_for_nothing
from flows.system.errors import InputError

ROWS: Final = 20_000
"""Rows of a sheet that are looked at."""
LARGEST: Final = 64 << 20
"""Bytes of a JSON document in which the records are looked for."""
LONGEST: Final = 120
"""Characters of a heading."""
NARROW: Final = 8
"""Columns up to which a sheet may be a list that explains codes."""


def draft(paths: Sequence[Path], vocabulary: Vocabulary) -> Iterator[Proposal]:
    """A proposal for every sheet of every readable file. Raises InputError: a path that is not."""
    staging = Staging()
    found = [
        proposal
        for path in paths
        for file in _files(path)
        for proposal in _proposals(file, vocabulary, staging)
    ]
    yield from with_lookups(found)


def _files(path: Path) -> Iterator[Found]:
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    for found in sorted(path.rglob("*")) if path.is_dir() else [path]:
        ending = "".join(found.suffixes[-2:]) if found.suffix in (".gz", ".zst") else found.suffix
        ending = ending.lower().removesuffix(".gz").removesuffix(".zst")
        promised = "delimited" if ending == ".log" else FORMATS.get(ending)
        if promised and found.is_file() and not found.name.startswith((".", "~$")):
            name = found.relative_to(path).as_posix() if path.is_dir() else found.name
            yield Found(found, name, promised, found.stat().st_size)


def _proposals(file: Found, vocabulary: Vocabulary, staging: Staging) -> Iterator[Proposal]:
    records = records_of(file.path) if file.format == "json" else ""
    options = SheetOptions(_widest, records=records or None)
    try:
        sheets = with_fallback(
            lambda careful: sheets_of(file, options, staging, careful), file.name
        )
    except NoHeading as error:
        yield _headless(file, staging) or Proposal(file.name, 0, None, str(error))
        return
    except InputError as error:
        yield Proposal(file.name, 0, None, str(error))
        return
    for sheet in sheets.read:
        name = f"{file.name}[{sheet.part}]" if sheet.part else file.name
        profiles, together, rows = _profiles(sheet)
        own = own_table(name, records, rows, together, vocabulary)
        yield as_preset(name, rows, profiles, own)


def _headless(file: Found, staging: Staging) -> Proposal | None:
    """A file without headings as the export of a vendor who writes none."""
    options = SheetOptions(_numbered)
    try:
        sheets = with_fallback(
            lambda careful: sheets_of(file, options, staging, careful), file.name
        )
    except InputError:
        return None
    profiles, _, rows = _profiles(sheets.read[0])
    return without_headings(file.name, rows, profiles)


def _numbered(records: Sequence[Sequence[str]], name: str) -> Heading:
    width = max((len(record) for record in records), default=0)
    if not any(as_wide(width, preset) for preset in presets().values()):
        raise NoHeading(name, "neither headings nor as many columns as a known file without any")
    names = tuple(str(n) for n in range(width))
    return Heading(-1, names, {name: n for n, name in enumerate(names)})


def _widest(records: Sequence[Sequence[str]], name: str) -> Heading:
    """The first record that is as wide as the widest and holds no number alone."""
    wide = max((sum(bool(cell.strip()) for cell in record) for record in records), default=0)
    for position, record in enumerate(records):
        cells = [cell.strip() for cell in record if cell.strip()]
        values = any(_a_value(cell) or len(cell) > LONGEST for cell in cells)
        if len(cells) >= max(2, wide * 0.8) and not values:
            columns: dict[str, int] = {}
            for index, cell in enumerate(record):
                if cell.strip():
                    columns.setdefault(cell.strip(), index)
            return Heading(position, tuple(record), columns)
    raise NoHeading(name, "no row of headings among the first")


def _a_value(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d.,/:\- ]+", cell))


def _profiles(sheet: Sheet) -> tuple[list[Profile], list[Profile], int]:
    """The columns as they are, with times that two of them tell together, and the number of
    rows."""
    schema = sheet.frame.collect_schema()
    cells = {name: as_text(str(n), schema[str(n)]) for name, n in sheet.heading.columns.items()}
    rows = int(sheet.frame.select(pl.len()).collect(engine="streaming").item())
    frame = sheet.frame.head(ROWS).select(text.alias(name) for name, text in cells.items())
    looked_at, nothing = frame.collect(), words_for_nothing()
    profiles = [profile(column.name, column, nothing) for column in looked_at.get_columns()]
    if rows > ROWS:
        # Day and month are told by the whole column
        written = [p.heading for p in profiles if p.forms]
        whole = sheet.frame.select(cells[name].alias(name) for name in written).collect()
        forms = {name: forms_of(_filled(whole[name], nothing)) for name in written}
        profiles = [replace(p, forms=forms.get(p.heading, ())) for p in profiles]
    return profiles, composed(profiles, looked_at), rows


def _filled(cells: pl.Series, nothing: frozenset[str]) -> pl.Series:
    said = emptied(bare(cells).unique(), nothing).drop_nulls()
    return said.filter(~said.str.contains(FILLER))


def records_of(path: Path) -> str:
    """The path to the longest list of objects in a JSON document; empty where it is one itself, or
    has one object per line."""
    if path.suffix.lower() != ".json" or path.stat().st_size > LARGEST:
        return ""
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        return ""
    lists = dict(_lists(document, ""))
    return max(lists, key=lambda found: lists[found]) if lists else ""


def _lists(value: Any, path: str, depth: int = 4) -> Iterator[tuple[str, int]]:
    if not isinstance(value, dict) or not depth:
        return
    for key, inner in value.items():
        at = f"{path}.{key}" if path else key
        if isinstance(inner, list) and any(isinstance(item, dict) for item in inner):
            yield at, len(inner)
        yield from _lists(inner, at, depth - 1)


def with_lookups(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals, with the narrow sheets of no table that explain codes of the others."""
    lists = [p for p in proposals if p.table is None and 1 < len(p.profiles) <= NARROW]
    explaining: dict[str, str] = {}
    found = []
    for one in proposals:
        lookups: dict[str, LookedUp] = {}
        for name, (heading, _) in one.columns.items():
            look = _explained(name, one, heading, lists)
            if look is not None:
                lookups[name] = look
                explaining[look.file] = f"it explains {name} of {one.file}"
        found.append(replace(one, lookups=lookups) if lookups else one)
    for one in found:
        why = explaining.get(one.file)
        yield replace(one, why=why, left=()) if why and one.table is None else one


def _explained(
    name: str, one: Proposal, heading: str, lists: Sequence[Proposal]
) -> LookedUp | None:
    facts = next(p for p in one.profiles if p.heading == heading)
    if name not in ("department", "handler_id", "company") or not facts.known:
        return None
    for other in lists:
        key = next((p for p in other.profiles if p.unique and facts.known <= p.known), None)
        named = [p for p in other.profiles if p is not key and p.filled and not p.kind]
        if key is not None and named:
            return LookedUp(other.file, name, heading, key.heading, named[0].heading)
    return None
