"""How complete the records of the period are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from checks.numbers.base import Keyed, Section, Title
from checks.numbers.rates import Rate


@dataclass(frozen=True, kw_only=True)
class RecordCounts(Section):
    """Records by verdict; `rate`: complete of complete and incomplete."""

    complete: int
    incomplete: int
    undecidable: int
    rate: Rate


@dataclass(frozen=True, kw_only=True)
class FieldCounts(Section):
    """A field that the regulations ask for: records `asked` to have it, and those `missing` it,
    `undecidable` ones apart.

    `missing_rate`, that of the `previous` month, and the `change` between them are shares; null
    where there is none.
    """

    check: str
    column: str
    title: Title
    article: tuple[str, ...]
    asked: int
    missing: int
    undecidable: int
    missing_rate: float | None
    previous: float | None
    change: float | None


@dataclass(frozen=True, kw_only=True)
class LackingField(Section):
    """A field that a group lacks at least once."""

    check: str
    column: str
    asked: int
    missing: int


@dataclass(frozen=True, kw_only=True)
class RecordGroup(RecordCounts, Keyed):
    """The records of a tier, department or person, and the fields that they lack."""

    fields: tuple[LackingField, ...]


@dataclass(frozen=True, kw_only=True)
class TableCompleteness(RecordCounts):
    """The records of a table, field by field and group by group."""

    fields: tuple[FieldCounts, ...]
    by_tier: tuple[RecordGroup, ...]
    by_department: tuple[RecordGroup, ...]
    by_person: tuple[RecordGroup, ...]


@dataclass(frozen=True, kw_only=True)
class Completeness(Section):
    """Per table provided; `archive`: archived complete of archives due (RC 第二十一条), null
    without obligations or tickets."""

    tables: Mapping[str, TableCompleteness]
    archive: Rate | None
