"""What reading a folder gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from checks.records import Records
from flows.ingest.staging import Staging

COUNTS: Final = ("read", "accepted", "duplicates", "superseded", "quarantined")


@dataclass(frozen=True)
class Source:
    """One file that was read. `path` is relative to the data folder; `rows` counts its records."""

    table: str
    path: str
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True)
class Understood:
    """How a file (or `file[sheet]`) was understood: heading -> canonical column; headings without a meaning; required
    columns that are missing."""

    table: str
    file: str
    columns: dict[str, str]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Intake:
    """What a data folder holds. `records` has every canonical table; `accounting` (`COUNTS`) the provided ones.

    `quarantine` says why rows were not read, `issues` which cells of accepted rows were not understood; in `issues`
    row 0 speaks of the file: a heading or sheet without a meaning, a column that is missing. Both are of schema
    checks.reading.defects.DEFECTS. `unmatched` names the files that belong to no table. `pins`: the versions
    of a lake's tables that were read; empty for a folder. `later`: tables of which a lake held no export at the cutoff,
    and how many files came later. `carried`: the columns of each table that some file or query has, even if every cell
    is empty.
    """

    records: Records
    provided: frozenset[str]
    accounting: dict[str, dict[str, int]]
    quarantine: pl.DataFrame
    issues: pl.DataFrame
    sources: tuple[Source, ...]
    understood: tuple[Understood, ...]
    unmatched: tuple[str, ...]
    staging: Staging = field(repr=False, compare=False)
    pins: Mapping[str, int] = field(default_factory=dict)
    later: Mapping[str, int] = field(default_factory=dict)
    carried: Mapping[str, frozenset[str]] = field(default_factory=dict)
