"""The data gate: whether everything is in, before any verdict is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from checks.numbers.base import Section

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
Why = Literal["end", "condition", "table"]


@dataclass(frozen=True)
class Unread(Section):
    """A file, or `file[sheet]`, of the data folder that was not read: why, in a word and in words
    that help."""

    name: str
    reason: str
    hint: str


@dataclass(frozen=True)
class Row(Section):
    """A row of a file, and the time by which it was looked at."""

    file: str
    row: int
    at: str


@dataclass(frozen=True)
class TableGate(Section):
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
class Replaced(Section):
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
class UnknownCode(Section):
    """A value that is none of its column's codes: in how many cells it stands, and how many rows it
    put aside."""

    table: str
    column: str
    value: str
    cells: int
    rows_set_aside: int


@dataclass(frozen=True)
class CoarseTime(Section):
    """A column all of whose times are whole: `unit` minute or day. `written`: how exactly they
    claim to be known, to the second, minute or day; to the second they are judged to the second."""

    table: str
    column: str
    times: int
    unit: str
    written: str


@dataclass(frozen=True)
class ControlTotal(Section):
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
class RuleGap(Section):
    """A rule that can't be judged from the records.

    `why`: nothing records its end; nothing records the condition under which it binds, so that it
    never does or nobody can say whether; or its whole table is missing. `columns` as
    `tickets.recorded_at`, of a missing table its name.
    `partly`: some of its obligations can be judged all the same.
    """

    rule_id: str
    clause: str
    why: Why
    columns: tuple[str, ...]
    partly: bool = False


@dataclass(frozen=True)
class Looked(Section):
    """Everything that the gate looked at. `rules`: how many there are; `gaps`: those that can't be
    judged from these records.

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


@dataclass(frozen=True)
class GateFound(Looked):
    """The same with the number of rules that can be `judged`, and the kinds that were `found`."""

    judged: int
    found: tuple[Kind, ...]
