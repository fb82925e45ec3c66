"""Where a lake keeps its Delta tables, and what a commit to one of them is.

`records/<table>`: every row ever read of a canonical table, quarantined and repeated ones too, with
its provenance.
`ledger`: one row per source file that was taken in. Rows count only once their part stands in the
ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl
from deltalake import CommitProperties, DeltaTable, Schema, Transaction
from deltalake.exceptions import CommitFailedError

from checks.concepts import SCHEMA_VERSION
from checks.local_time import in_zone
from checks.records.tables import Table
from flows.archive.stored import copy_of, said_by_store, stored
from flows.system.errors import InputError, UsageError
from flows.system.machine import refusal

LEDGER: Final = "ledger"
PROVENANCE: Final = pl.Schema(
    {
        "_part": pl.String,
        "_sha256": pl.String,
        "_batch": pl.Int64,
        "_order": pl.Int64,
        "_day": pl.Date,
    }
)
"""What a stored row carries beside its cells: its part and batch, its source file's hash, its
place, its day."""


@dataclass(frozen=True)
class Lake:
    """A lake at a local folder or an object store's address; credentials come from the
    environment."""

    uri: str

    @property
    def folder(self) -> Path | None:
        """The local folder; None for an object store."""
        return None if stored(self.uri) else Path(self.uri)

    @property
    def place(self) -> Path:
        """Where what is no table stands: the folder; of an object store the copy of it."""
        return self.folder or copy_of(self.uri)

    def address(self, name: str) -> str:
        return f"{self.uri.rstrip('/')}/{name}"

    def open(self, name: str, version: int | None = None) -> DeltaTable | None:
        """The table `records/calls`, `ledger` ... at a version, by default the newest; None when
        there is none.

        Raises InputError when the version is gone, UsageError when another version of Kelou wrote
        it.
        """
        try:
            if not DeltaTable.is_deltatable(self.address(name)):
                return None
        except Exception as error:
            if refusal(error):
                raise
            told = f"can't be reached ({said_by_store(error)})"
            raise InputError(f"{self.address(name)}: {told}") from error
        try:
            table = DeltaTable(self.address(name), version=version)
        except Exception as error:
            raise InputError(
                f"{self.address(name)}: version {version} can't be read ({error})"
            ) from error
        written = (table.metadata().description or "").removeprefix(_WRITTEN_IN)
        if written.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
            raise UsageError(
                f"{self.uri}: written in schema {written or 'unknown'}, this version of Kelou "
                f"reads {SCHEMA_VERSION}; "
                "ingest the exports into a new lake"
            )
        return table

    def made(
        self,
        name: str,
        schema: pl.Schema,
        partition_by: tuple[str, ...] = (),
        in_utc: bool = False,
        instead: bool = False,
    ) -> DeltaTable:
        """The table as it stands now, made empty where there was none. `in_utc`: the times of the
        lake are; `instead`: whatever there was goes."""
        if not instead and (table := self.open(name)) is not None:
            return table
        empty = pl.DataFrame(schema=schema).to_arrow().schema
        return DeltaTable.create(
            self.address(name),
            Schema.from_arrow(empty),
            mode="overwrite" if instead else "ignore",
            partition_by=list(partition_by) or None,
            description=_WRITTEN_IN + SCHEMA_VERSION + (_IN_UTC if in_utc else ""),
            # A closing's version of the table must be there as long as the closing
            configuration={"delta.enableExpiredLogCleanup": "false"},
        )

    def check_scale(self, zone: str, in_utc: bool) -> None:
        """Raises UsageError when the lake's times are of another scale than those read now: local
        ones, or UTC of a `zone` that moves its clocks."""
        ledger = self.open(LEDGER)
        if ledger is None:
            return
        if (ledger.metadata().description or "").endswith(_IN_UTC) != in_utc:
            filled = "keeps one offset" if in_utc else "moves its clocks"
            raise UsageError(
                f"{self.uri}: filled when time.zone was one that {filled}, and now it is {zone}; "
                "ingest the exports into a new lake"
            )

    def append(self, table: DeltaTable, rows: pl.LazyFrame, done: Mapping[str, int]) -> None:
        """Add rows in one atomic commit that also notes what is done: name -> number, see `noted`.

        Raises UsageError when somebody noted one of these names since `table` was opened.
        """
        commit = CommitProperties(
            app_transactions=[Transaction(app, number) for app, number in done.items()]
        )
        try:
            # A table of an earlier version gets the columns that have been added since.
            options = {"commit_properties": commit, "schema_mode": "merge"}
            rows.sink_delta(table, mode="append", delta_write_options=options)
        except CommitFailedError as error:
            raise UsageError(
                f"{self.uri}: another ingest took in the same files; run this one again"
            ) from error

    def replace(self, table: DeltaTable, rows: pl.LazyFrame, done: Mapping[str, int]) -> None:
        """Put the rows in the place of all others, in one atomic commit that notes what is done.

        Raises UsageError when somebody changed the table since it was opened.
        """
        noting = [Transaction(app, number) for app, number in done.items()]
        options = {"commit_properties": CommitProperties(app_transactions=noting)}
        try:
            rows.sink_delta(table, mode="overwrite", delta_write_options=options)
        except CommitFailedError as error:
            raise UsageError(
                f"{self.uri}: somebody else changed it meanwhile; run this one again"
            ) from error


_WRITTEN_IN: Final = "Kelou lake, schema "
"""A table's description, with the schema version that it was created in."""
_IN_UTC: Final = ", times in UTC"
"""What the ledger's description says besides where the zone moves its clocks."""


def noted(table: DeltaTable, name: str) -> int | None:
    """The number that a commit noted under this name; None when none did."""
    return table.transaction_version(name)


def records_of(table: Table) -> str:
    return f"records/{table.name}"


def day_of(table: Table, zone: str | None = None) -> pl.Expr:
    """The day that a row belongs to, by its first required instant or date: late rows arrive in
    their own day. `zone`: where the days are told that times in UTC fall on."""
    dated = [c for c in table.columns if c.required and c.kind in ("instant", "date")]
    if not dated:
        return pl.lit(None, pl.Date)
    cell = pl.col(dated[0].name)
    if zone and dated[0].kind == "instant":
        return in_zone(cell, zone).dt.date()
    return cell.cast(pl.Date)
