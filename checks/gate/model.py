"""What goes into the gate and what comes out: frozen, plain, ready for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

import polars as pl

from checks.gate.rules import RuleGap

Kind = Literal[
    "unread",
    "quarantined",
    "outside_period",
    "superseded",
    "not_recorded",
    "unknown_codes",
    "coarse_times",
    "control_totals",
]
"""What may be found: files or sheets that were not read, rows set aside, rows far from the period,
rows that a later one replaced, columns that nobody records, codes that nobody knows, times of whole
minutes or days, rows that are missing by the exporting system's own count."""
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)


@dataclass(frozen=True)
class Unread:
    """A file, or `file[sheet]`, of the data folder that was not read: why, in a word and in words
    that help."""

    name: str
    reason: str
    hint: str


@dataclass(frozen=True)
class Inventory:
    """What reading found, by table.

    `accounting` as in metrics.json; `files` and `sheets` that were read; `issues` and `quarantine`
    of schema checks.records.parsing.defects.DEFECTS; `replaced` of schema
    checks.records.parsing.replaced.REPLACED.
    """

    accounting: Mapping[str, Mapping[str, int]]
    files: Mapping[str, int]
    sheets: Mapping[str, int]
    unread: tuple[Unread, ...]
    issues: pl.DataFrame
    quarantine: pl.DataFrame
    replaced: pl.DataFrame


@dataclass(frozen=True)
class Row:
    """A row of a file, and the time by which it was looked at."""

    file: str
    row: int
    at: str


@dataclass(frozen=True)
class TableGate:
    """One table: what was read, and how its rows lie in time.

    `column` is the first required instant, `first` and `last` its bounds; `before` and `after`
    count accepted rows outside the neighbourhood of the period, `outside` names the farthest;
    `share` is theirs of the accepted rows. All null or empty where the table has no such instant or
    no period was given.
    """

    name: str
    files: int
    sheets: int
    read: int
    accepted: int
    duplicates: int
    superseded: int
    quarantined: int
    column: str | None = None
    first: str | None = None
    last: str | None = None
    before: int | None = None
    after: int | None = None
    share: float | None = None
    outside: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Replaced:
    """A row that a later one of its key superseded; `cells`: (column, earlier, later) wherever the
    two differ."""

    table: str
    key: str
    file: str
    row: int
    later_file: str
    later_row: int
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class UnknownCode:
    """A value that is none of its column's codes: in how many cells it stands, and how many rows it
    put aside."""

    table: str
    column: str
    value: str
    cells: int
    rows_set_aside: int


@dataclass(frozen=True)
class CoarseTime:
    """A column all of whose times are whole: `unit` minute or day. `written`: how exactly they
    claim to be known, to the second, minute or day; to the second they are judged to the second."""

    table: str
    column: str
    times: int
    unit: str
    written: str


@dataclass(frozen=True)
class ControlTotal:
    """Rows of a table that the exporting systems declare for a day, a month or in all, and rows
    that were accepted.

    `span` is the day, the month, or empty; `read` and `difference` (read − declared) are null where
    nobody can count: a table that Kelou does not know, or one without a required instant for a day
    or month.
    """

    systems: str
    table: str
    span: str
    declared: int
    read: int | None
    difference: int | None


@dataclass(frozen=True)
class Gate:
    """Everything found. `rules`: how many there are; `gaps`: those that can't be judged from these
    records.

    `not_carried`: per provided table the columns that no source carries, needed by a rule or not.
    """

    tables: tuple[TableGate, ...]
    unread: tuple[Unread, ...]
    replaced: tuple[Replaced, ...]
    rules: int
    gaps: tuple[RuleGap, ...]
    not_carried: Mapping[str, tuple[str, ...]]
    unknown_codes: tuple[UnknownCode, ...]
    coarse_times: tuple[CoarseTime, ...]
    control_totals: tuple[ControlTotal, ...]

    @property
    def judged(self) -> int:
        """Rules that can be judged from these records."""
        return self.rules - len(self.gaps)

    def found(self, tolerated: Mapping[str, float] | None = None) -> tuple[Kind, ...]:
        """What there is to tell, in order of KINDS.

        `tolerated`: by kind (quarantined, outside_period, superseded) the share of a table's rows
        up to which nothing is said of them.
        """
        most = tolerated or {}
        there: dict[str, bool] = {
            "unread": bool(self.unread),
            "quarantined": any(
                t.quarantined > most.get("quarantined", 0) * t.read for t in self.tables
            ),
            "outside_period": any(
                (t.share or 0) > most.get("outside_period", 0) for t in self.tables
            ),
            "superseded": any(
                t.superseded > most.get("superseded", 0) * t.read for t in self.tables
            ),
            "not_recorded": bool(self.gaps),
            "unknown_codes": bool(self.unknown_codes),
            "coarse_times": bool(self.coarse_times),
            "control_totals": any(total.difference != 0 for total in self.control_totals),
        }
        return tuple(kind for kind in KINDS if there[kind])

    def to_json(self) -> dict[str, Any]:
        """The section `gate` of metrics.json: every field, `found` and `judged`."""
        return {**asdict(self), "judged": self.judged, "found": list(self.found())}
