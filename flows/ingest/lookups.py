"""Files beside an export that explain its codes: groups by number, agents by id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from checks.records.parsing.mapping import KEY, Join
from checks.records.parsing.text import as_text
from flows.ingest.files import Found
from flows.ingest.formats.grid import SheetOptions
from flows.ingest.headings import Wanted, headings_with
from flows.ingest.reader import part_name, sheets_of
from flows.ingest.staging import Staging
from flows.settings.sources import Lookup, SourceSettings
from flows.system.errors import InputError


def lookup_of(source: str, lookup: str) -> str:
    """The name by which a source's lookup is known among all."""
    return f"{source}.lookups.{lookup}"


def joins_of(
    name: str,
    source: SourceSettings,
    found: Mapping[str, Sequence[Found]],
    staging: Staging,
    careful: bool,
) -> tuple[list[Join], list[Found]]:
    """The lookups of the source `name`, and the files that hold them. Raises InputError: no such
    file, a broken one, one that lacks a column or explains a code twice."""
    joins, files = [], list[Found]()
    for lookup, settings in source.lookups.items():
        full = lookup_of(name, lookup)
        if full not in found:
            patterns = ", ".join(settings.files)
            raise InputError(f"inputs.sources.{full}: no file matches {patterns}; put it there")
        rows = [
            row for file in found[full] for row in _explanations(file, settings, staging, careful)
        ]
        files += found[full]
        joins.append(Join(settings.key, _once(full, pl.concat(rows))))
    return joins, files


def _explanations(
    file: Found, settings: Lookup, staging: Staging, careful: bool
) -> list[pl.LazyFrame]:
    wanted = Wanted(tuple(dict.fromkeys([settings.match, *settings.take.values()])))
    frames = []
    for sheet in sheets_of(file, SheetOptions(headings_with(wanted)), staging, careful).read:
        heading = sheet.heading
        if heading.missing:
            raise InputError(
                f"{part_name(file.name, sheet)}: no column {', '.join(heading.missing)}; "
                f"it has {', '.join(filter(None, heading.names[:8]))[:120]}"
            )
        schema = sheet.frame.collect_schema()
        places = {name: str(heading.columns[name]) for name in wanted.columns}
        cells = {name: as_text(place, schema[place]) for name, place in places.items()}
        frames.append(
            sheet.frame.select(
                cells[settings.match].alias(KEY),
                *(cells[column].alias(name) for name, column in settings.take.items()),
            )
        )
    return frames


def _once(lookup: str, rows: pl.LazyFrame) -> pl.LazyFrame:
    distinct = rows.drop_nulls(KEY).unique(maintain_order=True).collect()
    twice = distinct.filter(pl.col(KEY).is_duplicated())
    if twice.height:
        raise InputError(
            f"inputs.sources.{lookup}: {twice[KEY][0]} is explained in several ways; keep one"
        )
    return distinct.lazy()
