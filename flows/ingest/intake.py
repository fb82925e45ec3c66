"""What reading a folder gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from checks.records.parsing.replaced import REPLACED
from checks.records.records import Records
from flows.ingest.staging import Staging

COUNTS: Final = ("read", "accepted", "duplicates", "superseded", "quarantined")


WHY_UNREAD: Final = ("hidden", "headings", "format", "name")
"""`hidden`: a hidden sheet; `headings`: they do not fit the table; `format`: of no readable kind;
`name`: it is no table's."""


@dataclass(frozen=True)
class Unread:
    """What lies in the data folder and was not read: a file, or `file[sheet]`, and why
    (`WHY_UNREAD`).

    `detail` says what of the headings does not fit; `table` is the one that it may be meant for, or
    empty.
    """

    name: str
    reason: str
    detail: str = ""
    table: str = ""


@dataclass(frozen=True)
class Source:
    """One file that was read for one table. `path` is relative to the data folder; `rows` counts
    its records."""

    table: str
    path: str
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True)
class Understood:
    """How a file (or `file[sheet]`) was understood: what stands for a column -> canonical column;
    headings without a meaning; required columns that are missing; mapped columns that this file
    lacks and may lack; its rows.

    What stands for a column is a heading, or of a mapped source `expression AS column`; each
    canonical column that the file carries is there once.
    """

    table: str
    file: str
    columns: dict[str, str]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    lacking: tuple[str, ...] = ()
    rows: int = 0


@dataclass(frozen=True)
class Intake:
    """What a data folder holds. `records` has every canonical table; `accounting` (`COUNTS`) the
    provided ones.

    `quarantine` says why rows were not read, `issues` which cells of accepted rows were not
    understood; in `issues`
    row 0 speaks of the file: a heading without a meaning, a column that is missing. Both are of
    schema checks.records.parsing.defects.DEFECTS. `replaced` shows superseded rows beside those
    that stand (schema REPLACED).
    `unread`: what lies in the folder and was not read; hidden files are passed over. `pins`: the
    versions of a lake's tables that were read; empty for a folder. `later`: tables of which a lake
    held no export at the cutoff, and how many files came later. `carried`: the columns of each
    table that some file or query has, even if every cell is empty.
    """

    records: Records
    provided: frozenset[str]
    accounting: dict[str, dict[str, int]]
    quarantine: pl.DataFrame
    issues: pl.DataFrame
    sources: tuple[Source, ...]
    understood: tuple[Understood, ...]
    unread: tuple[Unread, ...]
    staging: Staging = field(repr=False, compare=False)
    pins: Mapping[str, int] = field(default_factory=dict)
    later: Mapping[str, int] = field(default_factory=dict)
    carried: Mapping[str, frozenset[str]] = field(default_factory=dict)
    replaced: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPLACED))

    def __post_init__(self) -> None:
        # Whoever goes on with the records alone must not lose the files that they lie in.
        object.__setattr__(self, "records", replace(self.records, owner=self.staging))
