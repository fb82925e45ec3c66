"""Sources of records as kelou.toml describes them: other systems' files, database queries, further
words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, PrivateAttr, StringConstraints

from flows.settings.place import line_of

SecretReference = Annotated[str, StringConstraints(pattern=r"^(env|prefect):[A-Za-z0-9_-]+$")]
"""Where a secret is found: an environment variable or a Prefect Secret block."""
Words = dict[str, tuple[str, ...]]


class Described(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableAliases(Described):
    """Further words for a table's name, its headings and its codes, in the shape of
    checks/aliases."""

    table: tuple[str, ...] = ()
    headings: Words = {}
    values: dict[str, Words] = {}


class LeaveOut(Described):
    """Rows that are no records of the table: a condition in SQL, and the reason that the quarantine
    gives."""

    where: str
    because: str


class Each(Described):
    """One of several records that a row gives: `columns` and `constants` beside the source's own,
    and `when` (SQL): the condition under which the row has such a record."""

    when: str | None = None
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}


class Lookup(Described):
    """A file beside the export that explains its codes: rows in which `match` equals the source's
    column `key` give the source further columns, `take`: new name -> column of the file."""

    files: tuple[str, ...]
    key: str
    match: str
    take: dict[str, str]


class SourceSettings(Described):
    """One source, or one preset; a source takes from its preset what it doesn't say itself.

    Rules as in checks.records.parsing.rules.Rules; without `columns` the source's own headings
    are read like any other table's. `optional`: columns of the source that an export may lack; any
    other that the rules speak of must be there.
    `labels`: other headings under which a column of the source may stand. `records`: the path to
    the list in a JSON document, as `data.items`, or `data.items[].history[]`
    (flows.ingest.formats.jsonlines). `headings`: of files that have none. `values`:
    further words for codes. `empty`: further words for an empty cell. `formats`: the form
    (strftime) of a column of ours, as `opened_at = "%d/%m/%Y %H:%M"`, or several. `constants`:
    columns of ours that are the same in every row. `each`: the records that one row gives.
    `store`: the address of a folder of Parquet files or a Delta table.
    `uri`: where the address of the database is found.
    """

    preset: str | None = None
    table: str | None = None
    files: tuple[str, ...] = ()
    format: Literal["delimited", "json", "workbook", "parquet"] | None = None
    headings: tuple[str, ...] = ()
    records: str | None = None
    time_zone: str | None = None
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    each: tuple[Each, ...] = ()
    lookups: dict[str, Lookup] = {}
    optional: tuple[str, ...] = ()
    labels: Words = {}
    values: dict[str, Words] = {}
    empty: tuple[str, ...] = ()
    formats: dict[str, str | tuple[str, ...]] = {}
    extract: dict[str, tuple[str, str]] = {}
    leave_out: tuple[LeaveOut, ...] = ()
    one_per: str | None = None
    store: str | None = None
    query: str | None = None
    uri: SecretReference | None = None
    _written: tuple[str, str] | None = PrivateAttr(None)

    def remember(self, text: str, path: Path) -> None:
        """The configuration in which the source stands, so that a mistake has a line."""
        self._written = (text, str(path))

    def place(self, name: str, *keys: str) -> str:
        """Where the source `name`, or a key of it, stands, for messages."""
        where = "configuration"
        if self._written is not None:
            text, path = self._written
            where = f"{path}:{line_of(text, ['inputs', 'sources', name, *keys])}"
        return f"{where}: inputs.sources.{name}"
