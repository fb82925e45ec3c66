"""What an audit judges: the canonical tables, and what is known of the records beside their
rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from checks.local_time import from_utc
from checks.records.milestones import MILESTONES
from checks.records.tables import TABLES, empty

NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "customers": ("customer_id",),
    "calls": ("customer_id", "number"),
    "chats": ("conversation_id",),
    "ticket_events": ("ticket_id", "event"),
    "pauses": ("subject_type", "subject_id"),
}
"""What a quarantined row of a table still names: the record exists, so nobody may be accused of its
absence."""


def all_columns() -> dict[str, frozenset[str]]:
    """Every column of every table."""
    return {name: frozenset(table.by_name) for name, table in TABLES.items()}


def _nothing_quarantined() -> Mapping[str, pl.LazyFrame]:
    return {name: empty(name).select(*columns, "_file", "_row") for name, columns in NAMED.items()}


@dataclass(frozen=True)
class Records(Mapping[str, pl.LazyFrame]):
    """Every canonical table by name (checks.records.tables), empty where it was not provided.

    recorded: the columns of each table that the company records at all: some file or query carries
    them, or another table tells them (`recorded_by`). quarantined: NAMED cells of the rows that
    could not be accepted, null where the cell is empty or unreadable, with `_file` and `_row`.
    owner: what holds the files that the frames read; it lives as long as the records do.
    """

    tables: Mapping[str, pl.LazyFrame]
    recorded: Mapping[str, frozenset[str]] = field(default_factory=all_columns)
    quarantined: Mapping[str, pl.LazyFrame] = field(default_factory=_nothing_quarantined)
    owner: object = field(default=None, repr=False, compare=False)

    def __getitem__(self, name: str) -> pl.LazyFrame:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    @property
    def zone(self) -> str | None:
        """The zone that the instants carry; None of a zone of one offset."""
        dtype = self["tickets"].collect_schema()["opened_at"]
        return dtype.time_zone if isinstance(dtype, pl.Datetime) else None

    def in_zone(self, zone: str | None) -> Records:
        """Records whose times are in UTC as those of a zone that moves its clocks."""
        if not zone:
            return self
        schemas = {name: TABLES[name].schema for name in self.tables}
        return self.with_tables(
            {name: from_utc(self.tables[name], schema, zone) for name, schema in schemas.items()}
        )

    def with_tables(self, tables: Mapping[str, pl.LazyFrame]) -> Records:
        """The same records with some tables replaced."""
        return replace(self, tables={**self.tables, **tables})


def recorded_by(
    carried: Mapping[str, frozenset[str]],
    tables: Mapping[str, pl.LazyFrame],
    quarantined: Mapping[str, pl.LazyFrame],
) -> dict[str, frozenset[str]]:
    """Columns that are recorded: those `carried` by a file or query; a ticket's milestone also when
    ticket_events holds a row of its name, be it a quarantined one; when calls were answered also
    when a call's disposition says so.
    """
    held = [
        frame.select(pl.col("event").unique())
        for frame in (tables["ticket_events"], quarantined["ticket_events"])
    ]
    events = set(pl.concat(held).collect().to_series())
    facts = frozenset(m for m in MILESTONES if m.removesuffix("_at") in events)
    answered = tables["calls"].select((pl.col("disposition") == "answered").any()).collect().item()
    return {
        **carried,
        "tickets": carried.get("tickets", frozenset()) | facts,
        "calls": carried.get("calls", frozenset())
        | (frozenset({"answered_at"}) if answered else frozenset()),
    }
