"""A first mapping for unknown exports: which table each sheet is likely to be, and why; which of
its columns are ours; what is left to be decided."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from checks.records.parsing.profiles import Profile, profile
from checks.records.parsing.text import as_text, fold
from checks.records.parsing.times.columns import KINDS
from checks.records.parsing.vocabulary import TableWords, Vocabulary
from checks.records.tables import TABLES, Column, Table
from flows.ingest.files import FORMATS, Found
from flows.ingest.formats.grid import SheetOptions
from flows.ingest.headings import Heading, NoHeading, Sheet, headings_with
from flows.ingest.reader import sheets_of, with_fallback
from flows.ingest.sources import presets, wanted_of
from flows.ingest.staging import Staging
from flows.system.errors import InputError

ROWS: Final = 20_000
"""Rows of a sheet that are looked at."""
EXAMPLES: Final = 3
LIKELY: Final = 0.6
"""The share of a preset's columns that a file must have to be taken for its."""


@dataclass(frozen=True)
class Proposal:
    """One sheet as a source: its table, the preset that fits, what each column is taken for and
    why, declared forms, what somebody must decide, headings that are left over; `ready`: it is read
    without a source."""

    file: str
    rows: int
    table: Table | None
    why: str
    preset: str = ""
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    formats: Mapping[str, str] = field(default_factory=dict)
    decide: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    ready: bool = False


def draft(paths: Sequence[Path], vocabulary: Vocabulary) -> Iterator[Proposal]:
    """A proposal for every sheet of every readable file. Raises InputError: a path that is not."""
    staging = Staging()
    for path in paths:
        for file in _files(path):
            yield from _proposals(file, vocabulary, staging)


def _files(path: Path) -> Iterator[Found]:
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    for found in sorted(path.rglob("*")) if path.is_dir() else [path]:
        ending = "".join(found.suffixes[-2:]) if found.suffix in (".gz", ".zst") else found.suffix
        promised = FORMATS.get(ending.lower().removesuffix(".gz").removesuffix(".zst"))
        if promised and found.is_file() and not found.name.startswith((".", "~$")):
            name = found.relative_to(path).as_posix() if path.is_dir() else found.name
            yield Found(found, name, promised, found.stat().st_size)


def _proposals(file: Found, vocabulary: Vocabulary, staging: Staging) -> Iterator[Proposal]:
    options = SheetOptions(_widest)
    try:
        sheets = with_fallback(
            lambda careful: sheets_of(file, options, staging, careful), file.name
        )
    except InputError as error:
        yield Proposal(file.name, 0, None, str(error))
        return
    for sheet in sheets.read:
        name = f"{file.name}[{sheet.part}]" if sheet.part else file.name
        profiles, rows = _profiles(sheet)
        yield _proposal(name, rows, profiles, vocabulary)


def _widest(records: Sequence[Sequence[str]], name: str) -> Heading:
    """The first record that is as wide as the widest and holds no number alone."""
    wide = max((sum(bool(cell.strip()) for cell in record) for record in records), default=0)
    for position, record in enumerate(records):
        cells = [cell.strip() for cell in record if cell.strip()]
        if len(cells) >= max(2, wide * 0.8) and not any(map(_a_value, cells)):
            columns: dict[str, int] = {}
            for index, cell in enumerate(record):
                if cell.strip():
                    columns.setdefault(cell.strip(), index)
            return Heading(position, tuple(record), columns)
    raise NoHeading(name, "no row of headings among the first")


def _a_value(cell: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d.,/:\- ]+", cell))


def _profiles(sheet: Sheet) -> tuple[list[Profile], int]:
    schema = sheet.frame.collect_schema()
    cells = {name: as_text(str(n), schema[str(n)]) for name, n in sheet.heading.columns.items()}
    rows = int(sheet.frame.select(pl.len()).collect(engine="streaming").item())
    frame = sheet.frame.head(ROWS).select(text.alias(name) for name, text in cells.items())
    return [profile(column.name, column) for column in frame.collect().get_columns()], rows


def _proposal(file: str, rows: int, profiles: list[Profile], vocabulary: Vocabulary) -> Proposal:
    headings = [p.heading for p in profiles]
    if fitting := _fitting_preset(file, headings):
        table = TABLES[presets()[fitting].table or ""]
        why = f"its columns are those of the preset {fitting} ({presets()[fitting].about})"
        return Proposal(file, rows, table, why, fitting)
    scored = [_score(file, headings, TABLES[name], w) for name, w in vocabulary.tables.items()]
    score, name, why = max(scored)
    if score <= 0:
        return Proposal(file, rows, None, "no heading of any table is known", left=tuple(headings))
    return _mapped(file, rows, profiles, TABLES[name], vocabulary.tables[name], why)


def _fitting_preset(file: str, headings: Sequence[str]) -> str:
    for name, preset in presets().items():
        wanted = wanted_of(preset)
        try:
            heading = headings_with(wanted)([headings], file)
        except NoHeading:
            continue
        has = sum(column in heading.columns for column in wanted.columns)
        if not heading.missing and has >= LIKELY * len(wanted.columns):
            return name
    return ""


def _score(
    file: str, headings: Sequence[str], table: Table, words: TableWords
) -> tuple[float, str, str]:
    known = set(_named(headings, table, words))
    required = [column.name for column in table.columns if column.required]
    named = _is_called(file, words)
    has = sum(name in known for name in required)
    why = f"{len(known)} of {len(headings)} headings are known, {has} of {len(required)} needed"
    share = has / len(required) if required else 0
    score = len(known) / max(len(headings), 1) + share + (0.5 if named else 0)
    return (score if known else 0, table.name, why + (", so is its name" if named else ""))


def _mapped(
    file: str, rows: int, profiles: list[Profile], table: Table, words: TableWords, why: str
) -> Proposal:
    columns = _named([p.heading for p in profiles], table, words)
    by_heading = {p.heading: p for p in profiles}
    decide = []
    for needed in (c for c in table.columns if c.required and c.name not in columns):
        found = _by_values(needed, profiles, {heading for heading, _ in columns.values()})
        if found:
            columns[needed.name] = (found[0], "by its values")
        others = f"; others: {', '.join(found[1:4])}" if len(found) > 1 else ""
        if len(found) != 1:
            decide.append(
                f"{needed.name}: {'which column is it' if found else 'no column'}{others}"
            )
    formats = {}
    for name, (heading, _) in columns.items():
        facts = by_heading[heading]
        if table.by_name[name].kind in KINDS and facts.forms:
            formats[name] = facts.forms[0]
            if len(facts.forms) > 1:
                decide.append(f"{name}: {' or '.join(facts.forms)}; every cell can be either")
        decide += _unknown_codes(table.by_name[name], facts, words)
        if table.by_name[name].identifier and facts.rounded:
            decide.append(f"{name}: {facts.rounded} cells are rounded numbers; export it as text")
    used = {heading for heading, _ in columns.values()}
    left = tuple(p.heading for p in profiles if p.heading not in used)
    plain = all(how == "by its heading" for _, how in columns.values())
    ready = plain and not formats and not decide and _is_called(file, words)
    return Proposal(file, rows, table, why, "", columns, formats, tuple(decide), left, ready)


def _is_called(file: str, words: TableWords) -> bool:
    """Whether a file's name, or its folder's, begins as the table is called."""
    name = fold([file.partition("/")[0].partition(".")[0]])[0]
    return any(name.startswith(word) for word in words.names if len(word) > 1)


def _named(headings: Sequence[str], table: Table, words: TableWords) -> dict[str, tuple[str, str]]:
    """What headings say: in words that are known for the table, of which the one known first goes
    before the others, then as a vendor calls its columns."""
    folded = dict(zip(fold(headings), headings, strict=True))
    known = {word: meant for word, meant in words.headings.items() if word in folded}
    columns: dict[str, tuple[str, str]] = {}
    for word, meant in known.items():
        columns.setdefault(meant, (folded[word], "by its heading"))
    for word, (meant, preset) in _vendor_words(table.name).items():
        if word in folded and word not in known and meant not in columns:
            columns[meant] = (folded[word], f"as {preset} calls it")
    order = {heading: n for n, heading in enumerate(headings)}
    return dict(sorted(columns.items(), key=lambda item: order[item[1][0]]))


@cache
def _vendor_words(table: str) -> dict[str, tuple[str, str]]:
    """Folded names of vendors' columns that are ours as they are -> our column, and the preset."""
    found: dict[str, tuple[str, str]] = {}
    for name, preset in presets().items():
        if preset.table != table:
            continue
        for column, text in preset.columns.items():
            if re.fullmatch(r"[A-Za-z_]\w*", text):
                for word in fold([text, *preset.labels.get(text, ())]):
                    found.setdefault(word, (column, name))
    return found


def _by_values(column: Column, profiles: list[Profile], used: set[str]) -> list[str]:
    """Headings of columns that hold what the column holds, the fullest first."""
    free = [p for p in profiles if p.heading not in used and p.filled]
    if column.kind in KINDS:
        free = [p for p in free if p.timed]
    elif column.identifier:
        free = [p for p in free if p.distinct == p.filled and not p.timed]
    elif column.kind in ("code", "open_code"):
        free = [p for p in free if p.coded]
    else:
        return []
    return [p.heading for p in sorted(free, key=lambda p: -p.filled)]


def _unknown_codes(column: Column, facts: Profile, words: TableWords) -> list[str]:
    if column.kind not in ("code", "open_code") or facts.distinct > len(facts.values):
        return []
    known = {*words.values[column.name], *fold(column.values)}
    unknown = [(value, n) for value, n in facts.values if fold([value])[0] not in known]
    if not unknown:
        return []
    shown = ", ".join(f"{value} ({n})" for value, n in unknown)
    return [f"{column.name}: what is {shown}? one of {', '.join(column.values)}"]
