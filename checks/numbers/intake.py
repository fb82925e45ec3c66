"""What became of the rows that were read, and what of the records could not be used."""

from __future__ import annotations

from dataclasses import dataclass

from checks.numbers.base import Section


@dataclass(frozen=True, kw_only=True)
class RowAccounting(Section):
    """Rows of a table: `read` is the sum of the other four, always."""

    read: int
    accepted: int
    duplicates: int
    superseded: int
    quarantined: int


@dataclass(frozen=True, kw_only=True)
class DefectCount(Section):
    """Cells or rows that could not be used, for one reason."""

    table: str
    column: str | None
    reason: str
    count: int


@dataclass(frozen=True, kw_only=True)
class LaterExport(Section):
    """A table of which only files exported after the cutoff are at hand."""

    table: str
    files: int


@dataclass(frozen=True, kw_only=True)
class Quality(Section):
    """`issues`: cells that could not be read; `quarantine`: rows set aside; `unread`: names of
    files or sheets."""

    issues: tuple[DefectCount, ...]
    quarantine: tuple[DefectCount, ...]
    unread: tuple[str, ...] = ()
    later_export: tuple[LaterExport, ...] = ()
